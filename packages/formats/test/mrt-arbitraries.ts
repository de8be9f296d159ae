import fc from "fast-check";
import {
  type AsPathSegment,
  type Attribute,
  codecContext,
  encodeAttributes,
  encodeMessage,
  type Family,
  familyOf,
  IPV4_UNICAST,
  IPV6_UNICAST,
  KEEPALIVE,
  prefixOf,
} from "@netferry/bgp";
import type { Bgp4mpForm, MrtPeer, MrtRecord, RibEntry } from "@netferry/formats";

/** Records with a plain prototype, since that is what decoders make. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0xffffffff);
const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
/** IPv6 addresses with runs of zeros, mapped and compatible ones too. */
const ipv6 = fc.oneof(
  octets(16),
  fc.array(fc.constantFrom(0, 0, 0, 1, 0xab, 0x1000), { minLength: 8, maxLength: 8 }).map(groupsToOctets),
  octets(4).map((tail) => Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...tail])),
  octets(4).map((tail) => Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...tail])),
);
const asn = (fourOctets: boolean): fc.Arbitrary<number> =>
  fourOctets
    ? fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffffffff }))
    : fc.integer({ min: 1, max: 0xffff });

function groupsToOctets(groups: readonly number[]): Uint8Array {
  return Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 255]));
}

/** `bits` at most this long, host bits as they come. */
function prefix(maxBits: number): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(maxBits), maxBits === 32 ? octets(4) : ipv6)
    .map(([bits, address]) => Uint8Array.from([bits, ...address.subarray(0, (bits + 7) >>> 3)]));
}

function nlriField(maxBits: number, addPath: boolean): fc.Arbitrary<{ bytes: Uint8Array }[]> {
  return fc
    .array(fc.tuple(octets(4), prefix(maxBits)), { maxLength: 4 })
    .map((routes) =>
      routes.map(([pathId, bytes]) => ({ bytes: addPath ? Uint8Array.from([...pathId, ...bytes]) : bytes })),
    );
}

const segments = (fourOctets: boolean): fc.Arbitrary<AsPathSegment[]> =>
  fc.array(
    record({
      type: fc.constantFrom(
        "sequence" as const,
        "sequence" as const,
        "set" as const,
        "confed-sequence" as const,
        "confed-set" as const,
      ),
      asns: fc.array(asn(fourOctets), { minLength: 1, maxLength: 5 }),
    }),
    { maxLength: 4 },
  );

const community = fc.oneof(
  uint32,
  fc.constantFrom(0xffffff01, 0xffffff02, 0xffffff03, 0xffffff04, 0xffff029a),
);
const largeCommunity = record({ globalAdministrator: uint32, localData1: uint32, localData2: uint32 });

/** Attributes of a path, each there or not. bgpdump ends at an attribute that comes twice, so none does. */
export function attributes(fourOctets: boolean): fc.Arbitrary<Attribute[]> {
  const choices: fc.Arbitrary<Attribute>[] = [
    record({
      type: fc.constant("origin" as const),
      origin: fc.constantFrom("igp" as const, "egp" as const, "incomplete" as const),
    }),
    record({ type: fc.constant("as-path" as const), segments: segments(fourOctets) }),
    record({ type: fc.constant("next-hop" as const), address: octets(4) }),
    record({ type: fc.constant("multi-exit-disc" as const), value: uint32 }),
    record({ type: fc.constant("local-pref" as const), value: uint32 }),
    fc.constant({ type: "atomic-aggregate" as const }),
    record({
      type: fc.constant("aggregator" as const),
      asn: fc.oneof(asn(fourOctets), fc.constant(23456)),
      address: octets(4),
    }),
    record({
      type: fc.constant("communities" as const),
      values: fc.array(community, { minLength: 1, maxLength: 6 }),
    }),
    record({
      type: fc.constant("extended-communities" as const),
      values: fc.array(octets(8), { minLength: 1, maxLength: 2 }),
    }),
    record({
      type: fc.constant("large-communities" as const),
      values: fc.array(largeCommunity, { minLength: 1, maxLength: 2 }),
    }),
    record({ type: fc.constant("as4-path" as const), segments: segments(true) }),
    record({ type: fc.constant("as4-aggregator" as const), asn: asn(true), address: octets(4) }),
    record({
      type: fc.constant("cluster-list" as const),
      identifiers: fc.array(uint32, { minLength: 1, maxLength: 2 }),
    }),
    record({
      type: fc.constant("unknown" as const),
      code: fc.constantFrom(40, 128),
      flags: fc.constant(0xc0),
      value: octets(3),
    }),
  ];
  return fc.tuple(...choices.map((choice) => fc.option(choice, { nil: undefined, freq: 2 }))).map(present);
}

function present(list: readonly (Attribute | undefined)[]): Attribute[] {
  return list.filter((attribute) => attribute !== undefined);
}

const MP_FAMILIES: readonly { family: Family; maxBits: number; width: number }[] = [
  { family: IPV4_UNICAST, maxBits: 32, width: 4 },
  { family: familyOf(1, 2), maxBits: 32, width: 4 },
  { family: IPV6_UNICAST, maxBits: 128, width: 16 },
  { family: familyOf(2, 2), maxBits: 128, width: 16 },
];

function multiprotocol(addPath: boolean): fc.Arbitrary<Attribute[]> {
  const reach = fc.constantFrom(...MP_FAMILIES).chain(({ family, maxBits, width }) =>
    record({
      type: fc.constant("mp-reach" as const),
      family: fc.constant(family),
      nextHop: width === 4 ? octets(4) : fc.oneof(ipv6, octets(32)),
      nlri: nlriField(maxBits, addPath),
    }),
  );
  const unreach = fc.constantFrom(...MP_FAMILIES).chain(({ family, maxBits }) =>
    record({
      type: fc.constant("mp-unreach" as const),
      family: fc.constant(family),
      nlri: nlriField(maxBits, addPath),
    }),
  );
  return fc.tuple(fc.option(reach, { nil: undefined }), fc.option(unreach, { nil: undefined })).map(present);
}

/** A whole UPDATE in a form's encoding. */
export function update(form: Bgp4mpForm): fc.Arbitrary<Uint8Array> {
  const context = codecContext({ fourOctetAs: form.fourOctetAs });
  return fc
    .tuple(
      nlriField(32, form.addPath),
      attributes(form.fourOctetAs),
      multiprotocol(form.addPath),
      nlriField(32, form.addPath),
    )
    .map(([withdrawn, plain, more, nlri]) =>
      encodeMessage({ type: "update", withdrawn, attributes: [...plain, ...more], nlri }, context),
    );
}

const form: fc.Arbitrary<Bgp4mpForm> = record({
  fourOctetAs: fc.boolean(),
  local: fc.boolean(),
  addPath: fc.boolean(),
});
const addressPair = fc.oneof(fc.tuple(octets(4), octets(4)), fc.tuple(ipv6, ipv6));
const microseconds = fc.option(fc.nat(999_999), { nil: undefined });
const timed = <T extends object>(value: T, moment: number | undefined): T & { microseconds?: number } =>
  moment === undefined ? value : { ...value, microseconds: moment };

export const message: fc.Arbitrary<MrtRecord> = form.chain((chosen) =>
  fc
    .tuple(
      uint32,
      microseconds,
      asn(chosen.fourOctetAs),
      asn(chosen.fourOctetAs),
      uint16,
      addressPair,
      fc.oneof({ arbitrary: update(chosen), weight: 9 }, fc.constant(encodeMessage(KEEPALIVE))),
    )
    .map(([timestamp, moment, peerAs, localAs, interfaceIndex, [peerAddress, localAddress], bytes]) =>
      timed(
        {
          type: "bgp4mp-message" as const,
          timestamp,
          ...chosen,
          peerAs,
          localAs,
          interfaceIndex,
          peerAddress,
          localAddress,
          message: bytes,
        },
        moment,
      ),
    ),
);

export const stateChange: fc.Arbitrary<MrtRecord> = fc.boolean().chain((fourOctetAs) =>
  fc
    .tuple(
      uint32,
      microseconds,
      asn(fourOctetAs),
      asn(fourOctetAs),
      uint16,
      addressPair,
      fc.nat(8),
      fc.nat(8),
    )
    .map(
      ([
        timestamp,
        moment,
        peerAs,
        localAs,
        interfaceIndex,
        [peerAddress, localAddress],
        oldState,
        newState,
      ]) =>
        timed(
          {
            type: "bgp4mp-state-change" as const,
            timestamp,
            peerAs,
            localAs,
            interfaceIndex,
            peerAddress,
            localAddress,
            fourOctetAs,
            oldState,
            newState,
          },
          moment,
        ),
    ),
);

/** IPv4 and IPv6, with AS numbers of two octets. */
export const tableDump: fc.Arbitrary<MrtRecord> = fc.boolean().chain((isIPv6) =>
  record({
    type: fc.constant("table-dump" as const),
    timestamp: uint32,
    view: uint16,
    sequence: uint16,
    prefix: fc.tuple(isIPv6 ? ipv6 : octets(4), fc.nat(isIPv6 ? 128 : 32)),
    status: uint8,
    originated: uint32,
    peerAddress: isIPv6 ? ipv6 : octets(4),
    peerAs: asn(false),
    fourOctetAs: fc.constant(false),
    attributes: fc
      .tuple(attributes(false), fc.option(ipv6, { nil: undefined }))
      .map(([plain, nextHop]) =>
        withNextHop(encodeAttributes(plain, codecContext({ fourOctetAs: false })), nextHop),
      ),
  }).map(cutPrefix),
);

function cutPrefix<T extends { prefix: [Uint8Array, number] }>({ prefix: [address, bits], ...rest }: T) {
  const cut = prefixOf(address, bits);
  if (cut === undefined) throw new Error("the prefix is longer than its address");
  return { ...rest, family: cut.family, nlri: cut.nlri };
}

/** MP_REACH_NLRI with a next hop alone (RFC 6396 section 4.3.4). */
function withNextHop(bytes: Uint8Array, nextHop: Uint8Array | undefined): Uint8Array {
  if (nextHop === undefined) return bytes;
  return Uint8Array.from([...bytes, 0x80, 14, nextHop.length + 1, nextHop.length, ...nextHop]);
}

export const PEERS = 5;

const peer: fc.Arbitrary<MrtPeer> = fc.boolean().chain((fourOctetAs) =>
  record({
    bgpIdentifier: uint32,
    address: fc.oneof(octets(4), ipv6),
    asn: asn(fourOctetAs),
    fourOctetAs: fc.constant(fourOctetAs),
  }),
);

export const peerIndexTable: fc.Arbitrary<MrtRecord> = record({
  type: fc.constant("peer-index-table" as const),
  timestamp: uint32,
  collectorId: uint32,
  viewName: fc.constantFrom("", "main", "vue générale"),
  peers: fc.array(peer, { minLength: PEERS, maxLength: PEERS }),
});

const RIB_FAMILIES = [
  { family: IPV4_UNICAST, maxBits: 32 },
  { family: IPV6_UNICAST, maxBits: 128 },
  { family: familyOf(1, 2), maxBits: 32 },
  { family: familyOf(2, 2), maxBits: 128 },
];

export const rib: fc.Arbitrary<MrtRecord> = fc
  .tuple(fc.constantFrom(...RIB_FAMILIES), fc.boolean(), fc.boolean())
  .chain(([{ family, maxBits }, addPath, generic]) =>
    record({
      type: fc.constant("rib" as const),
      timestamp: uint32,
      generic: fc.constant(generic),
      addPath: fc.constant(addPath),
      sequence: uint32,
      family: fc.constant(family),
      nlri: prefix(maxBits),
      entries: fc.array(ribEntry(addPath), { minLength: 1, maxLength: 4 }),
    }),
  );

function ribEntry(addPath: boolean): fc.Arbitrary<RibEntry> {
  return fc
    .tuple(
      fc.nat(PEERS - 1),
      uint32,
      uint32,
      attributes(true),
      fc.option(fc.oneof(ipv6, octets(32)), { nil: undefined }),
    )
    .map(([peerIndex, originated, pathId, plain, nextHop]) => {
      const bytes = withNextHop(encodeAttributes(plain), nextHop);
      const entry = { peerIndex, originated, attributes: bytes };
      return addPath ? Object.assign(entry, { pathId }) : entry;
    });
}

export const otherRecord: fc.Arbitrary<MrtRecord> = record({
  type: fc.constant("other" as const),
  timestamp: uint32,
  mrtType: fc.constantFrom(11, 13, 32, 48),
  subtype: fc.constantFrom(7, 20),
  body: fc.uint8Array({ maxLength: 40 }),
});

export const anyRecord = fc.oneof(message, stateChange, tableDump, peerIndexTable, rib, otherRecord);

/** The records of a file that bgpdump reads to its end. */
export const fileRecords: fc.Arbitrary<MrtRecord[]> = fc
  .tuple(
    peerIndexTable,
    fc.array(fc.oneof(message, message, stateChange, tableDump, rib), { minLength: 40, maxLength: 60 }),
  )
  .map(([table, records]) => [table].concat(records));
