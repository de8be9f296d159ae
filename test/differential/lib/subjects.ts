import {
  AFI_IPV6,
  afiOf,
  type Attribute,
  type CodecContext,
  codecContext,
  codecFamilies,
  encodeMessage,
  encodeNlri,
  type Family,
  familyName,
  IPV4_UNICAST,
  IPV6_UNICAST,
  MAX_MESSAGE_LENGTH,
  type Message,
  type Nlri,
  type NlriValue,
  safiOf,
  type UpdateMessage,
} from "@netferry/bgp";
import fc from "fast-check";
import {
  attributes,
  capability,
  notification,
  open,
  routeRefresh,
} from "../../../packages/bgp/test/arbitraries.ts";
import { laterAttributes } from "../../../packages/bgp/test/attribute-arbitraries.ts";
import { nlriValue, octets } from "../../../packages/bgp/test/nlri-arbitraries.ts";

/** A generated message and what it is about. */
export interface Subject {
  /** `routes ipv4-vpn`, `attribute aigp`, `capability role`, `notification` ... */
  readonly kind: string;
  readonly message: Message;
  readonly context: CodecContext;
}

const SAFI_VPN = 128;
const SAFI_FLOWSPEC = 133;

/** The next hop that the family's RFC has for it. */
function nextHopLength(family: Family): number {
  const safi = safiOf(family);
  if (safi === SAFI_FLOWSPEC || safi === SAFI_FLOWSPEC + 1) return 0;
  const address = afiOf(family) === AFI_IPV6 ? 16 : 4;
  return safi === SAFI_VPN ? 8 + address : address;
}

function nextHop(family: Family): fc.Arbitrary<Uint8Array> {
  const length = nextHopLength(family);
  const zeroes = safiOf(family) === SAFI_VPN ? 8 : 0;
  return octets(length).map((bytes) => bytes.fill(0, 0, zeroes));
}

/** Route distinguishers of the three types that there are (RFC 4364 section 4.2). */
export function withKnownType(value: NlriValue): NlriValue {
  if (!("rd" in value) || value.rd === undefined) return value;
  const rd = value.rd.slice();
  rd[0] = 0;
  rd[1] = rd[1]! % 3;
  return { ...value, rd };
}

const MANDATORY: readonly Attribute[] = [
  { type: "origin", origin: "igp" },
  { type: "as-path", segments: [{ type: "sequence", asns: [64_496, 64_497] }] },
];

const update = (list: readonly Attribute[], nlri: readonly Nlri[] = []): UpdateMessage => ({
  type: "update",
  withdrawn: [],
  attributes: list,
  nlri,
});

/** Announced and withdrawn, one to three routes. */
function routes(family: Family): fc.Arbitrary<Message> {
  const value = nlriValue(family);
  if (value === undefined) throw new Error(`${familyName(family)} has no codec`);
  const nlri = fc.array(
    value.map((one) => ({ bytes: encodeNlri(family, withKnownType(one)) })),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  return fc
    .tuple(nextHop(family), nlri, fc.boolean())
    .map(([hop, list, announced]) =>
      announced
        ? update([...MANDATORY, { type: "mp-reach", family, nextHop: hop, nlri: list }])
        : update([{ type: "mp-unreach", family, nlri: list }]),
    );
}

const prefix = fc
  .tuple(fc.nat(32), octets(4))
  .map(([length, address]) => Uint8Array.of(length, ...masked(address, length)));

function masked(address: Uint8Array, length: number): Uint8Array {
  const count = (length + 7) >>> 3;
  const kept = address.slice(0, count);
  if (count > 0) kept[count - 1]! &= 0xff00 >> (length - 8 * (count - 1));
  return kept;
}

const classic: fc.Arbitrary<UpdateMessage> = fc
  .tuple(fc.array(prefix, { maxLength: 4 }), fc.array(prefix, { minLength: 1, maxLength: 4 }), octets(4))
  .map(([withdrawn, nlri, address]) => ({
    type: "update",
    withdrawn: withdrawn.map((bytes) => ({ bytes })),
    attributes: [...MANDATORY, { type: "next-hop", address }],
    nlri: nlri.map((bytes) => ({ bytes })),
  }));

/** Several routes with path identifiers, small enough that a dissector can guess that they have some. */
const addPath: fc.Arbitrary<UpdateMessage> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), prefix), { minLength: 2, maxLength: 4 })
  .map((list) => ({
    type: "update",
    withdrawn: [],
    attributes: [...MANDATORY, { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) }],
    nlri: list.map(([pathId, bytes]) => ({ pathId, bytes })),
  }));

const PLAIN = codecContext();
const TWO_OCTET_AS = codecContext({ fourOctetAs: false });
const ADD_PATHS = new Set([IPV4_UNICAST, IPV6_UNICAST]);
const ADD_PATH = codecContext({ addPathReceive: ADD_PATHS, addPathSend: ADD_PATHS });

/** Attributes one at a time, of every type that generators make. */
function attributeSubjects(context: CodecContext, suffix: string, seed: number, count: number): Subject[] {
  const byType = new Map<string, Attribute[]>();
  const arbitraries = [...attributes(context), ...laterAttributes];
  for (const [index, arbitrary] of arbitraries.entries()) {
    for (const attribute of fc.sample(arbitrary, { seed: seed + index, numRuns: count })) {
      const list = byType.get(attribute.type) ?? [];
      if (list.length < count) list.push(attribute);
      byType.set(attribute.type, list);
    }
  }
  return [...byType].flatMap(([type, list]) =>
    list.map((attribute) => ({ kind: `attribute ${type}${suffix}`, message: update([attribute]), context })),
  );
}

function capabilitySubjects(seed: number, count: number): Subject[] {
  const byKind = Map.groupBy(fc.sample(capability, { seed, numRuns: 24 * count }), ({ kind }) => kind);
  return [...byKind].flatMap(([kind, list]) =>
    list.slice(0, count).map((one): Subject => ({
      kind: `capability ${kind}`,
      message: {
        type: "open",
        version: 4,
        myAs: 23_456,
        holdTime: 90,
        bgpIdentifier: 0xc0000201,
        parameters: [{ type: "capabilities", capabilities: [one] }],
        extendedParameters: false,
      },
      context: PLAIN,
    })),
  );
}

/** Every family, attribute, capability and kind of message, so many of each. */
export function subjects(seed: number, count: number): Subject[] {
  const sample = (kind: string, arbitrary: fc.Arbitrary<Message>, context = PLAIN): Subject[] =>
    fc.sample(arbitrary, { seed, numRuns: count }).map((message) => ({ kind, message, context }));
  return [
    ...codecFamilies.flatMap((family) => sample(`routes ${familyName(family)}`, routes(family))),
    ...sample("routes of RFC 4271", classic),
    ...sample("routes with path identifiers", addPath, ADD_PATH),
    ...attributeSubjects(PLAIN, "", seed, count),
    ...attributeSubjects(TWO_OCTET_AS, ", two-octet AS", seed, count),
    ...capabilitySubjects(seed, count),
    ...sample("open", open),
    ...sample("notification", notification),
    ...sample("route-refresh", routeRefresh),
    ...sample("keepalive", fc.constant({ type: "keepalive" })),
  ].filter(({ message, context }) => fits(message, context));
}

/** RFC 4271's bound, which dissectors hold to. */
function fits(message: Message, context: CodecContext): boolean {
  return encodeMessage(message, context).length <= MAX_MESSAGE_LENGTH;
}
