import { type Attribute, attributeCodecs, encodeAttributes } from "@netferry/bgp";
import fc from "fast-check";
import { octets, record, uint32 } from "./nlri-arbitraries.ts";
import { membersOf, pmsiIdentifiers, tlvs } from "./shape-arbitraries.ts";

const is = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint24 = fc.nat(0xffffff);
const some = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });

/** What shapes say is not known to the compiler: these members are those of the type. */
function attributeOf(type: string, members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Attribute> {
  const made: fc.Arbitrary<unknown> = record({ type: is(type), ...members });
  return made as fc.Arbitrary<Attribute>;
}

/** Lists that may not be empty, lengths that depend on each other. */
const BY_HAND: readonly fc.Arbitrary<Attribute>[] = [
  ...pmsiIdentifiers.map(([tunnelType, identifier]) =>
    attributeOf("pmsi-tunnel", { pmsiFlags: uint8, tunnelType: is(tunnelType), label: uint24, identifier }),
  ),
  record({
    type: is("traffic-engineering"),
    switchingCapability: uint8,
    encoding: uint8,
    reserved: uint16,
    descriptor: some(48, 32),
  }),
  record({
    type: is("ipv6-extended-communities"),
    values: fc.array(octets(20), { minLength: 1, maxLength: 4 }),
  }),
  ...([4, 16] as const).map((width) =>
    record<Attribute & { type: "pe-distinguisher-labels" }>({
      type: is("pe-distinguisher-labels"),
      entries: fc.array(record({ address: octets(width), label: uint24 }), { minLength: 1, maxLength: 4 }),
    }),
  ),
  fc
    .tuple(
      fc.array(record({ count: uint8, segmentFlags: uint8, asn: uint32 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 2 }),
    )
    .chain(([path, blocks]) =>
      record<Attribute & { type: "bgpsec-path" }>({
        type: is("bgpsec-path"),
        path: fc.constant(path),
        blocks: fc.array(
          record({
            algorithmSuite: uint8,
            signatures: fc.array(record({ keyIdentifier: octets(20), signature: some(8) }), {
              minLength: path.length,
              maxLength: path.length,
            }),
          }),
          { minLength: blocks, maxLength: blocks },
        ),
      }),
    ),
  communityContainers(),
  record({
    type: is("d-path"),
    segments: fc.array(
      fc.array(record({ globalAdministrator: uint32, localAdministrator: uint16, safi: uint8 }), {
        minLength: 1,
        maxLength: 4,
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  record({
    type: is("attribute-set"),
    originAs: uint32,
    attributes: uint32.map((value) => encodeAttributes([{ type: "multi-exit-disc", value }])),
  }),
];

/** One at least, and of an unknown kind none that would be a wide community. */
function communityContainers(): fc.Arbitrary<Attribute> {
  const codec = attributeCodecs.find(({ type }) => type === "community-containers");
  const shape = codec?.shape?.["containers"];
  if (shape?.kind !== "list" || shape.of.kind !== "variants") throw new Error("no list of variants");
  const { wide = {}, unknown = {} } = shape.of.of;
  const container = fc.oneof(
    record({ kind: is("wide"), ...membersOf(wide) }),
    record({ ...membersOf(unknown), kind: is("unknown"), code: fc.integer({ min: 2, max: 0xffff }) }),
  );
  return attributeOf("community-containers", {
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
  });
}

const HAND_MADE: ReadonlySet<string> = new Set([
  "pmsi-tunnel",
  "traffic-engineering",
  "ipv6-extended-communities",
  "pe-distinguisher-labels",
  "bgpsec-path",
  "community-containers",
  "d-path",
  "attribute-set",
]);

/** Of the others what their shapes say, an arbitrary for each type of TLV so that all come up. */
const BY_SHAPE: readonly fc.Arbitrary<Attribute>[] = attributeCodecs
  .filter(({ type, shape }) => shape !== undefined && !HAND_MADE.has(type))
  .flatMap(({ type, shape = {} }) => {
    const { tlvs: list, ...others } = shape;
    const whole = attributeOf(type, membersOf(shape));
    if (list?.kind !== "tlvs") return [whole];
    const each = tlvs(list.types).map((tlv) => {
      const several = fc.array(tlv, { minLength: 1, maxLength: 2 });
      return attributeOf(type, Object.assign(membersOf(others), { tlvs: several }));
    });
    return each.concat(whole);
  });

function tunnelWith(tlv: fc.Arbitrary<unknown>): fc.Arbitrary<Attribute> {
  const tunnel = record({ tunnelType: uint16, tlvs: fc.array(tlv, { maxLength: 2 }) });
  return attributeOf("tunnel-encapsulation", { tunnels: fc.array(tunnel, { maxLength: 2 }) });
}

/** The TLVs of tunnels, each type by itself. */
function tunnels(): fc.Arbitrary<Attribute>[] {
  const codec = attributeCodecs.find(({ type }) => type === "tunnel-encapsulation");
  const shape = codec?.shape?.["tunnels"];
  if (shape?.kind !== "list" || shape.of.kind !== "record") throw new Error("no list of records");
  const list = shape.of.members["tlvs"];
  if (list?.kind !== "tlvs") throw new Error("no TLVs");
  const segments = list.types["segment-list"];
  const ofSegments = segments?.kind === "record" ? segments.members["segments"] : undefined;
  if (ofSegments?.kind !== "tlvs") throw new Error("no segments");
  const hops = tlvs(ofSegments.types).map((segment) =>
    record({
      type: is("segment-list"),
      value: record({ reserved: uint8, segments: fc.array(segment, { maxLength: 3 }) }),
    }),
  );
  return [...tlvs(list.types), ...hops].map(tunnelWith);
}

/** The attributes beside those of RFC 4271 and the communities. */
export const laterAttributes: readonly fc.Arbitrary<Attribute>[] = [...BY_HAND, ...BY_SHAPE, ...tunnels()];
