import type { Members, Shape } from "@netferry/bgp";
import fc from "fast-check";
import { anyAddress, octets, record, uint32 } from "./nlri-arbitraries.ts";

type Values = fc.Arbitrary<unknown>;

const uint8 = fc.nat(0xff);
const uint16 = fc.nat(0xffff);
const uint24 = fc.nat(0xffffff);
const some = (maxLength: number, minLength = 0): Values => fc.uint8Array({ minLength, maxLength });
const is = (value: unknown): Values => fc.constant(value);
const label = record({ kind: is("label"), value: uint24 });
const index = record({ kind: is("index"), value: uint32 });
const sid = fc.oneof(label, index);
const MASKS = fc.oneof(octets(0), octets(4), octets(8));
const DESCRIPTORS = [0, 0, 5, 17, 8, 8, 40, 32, 17, 41, 33] as const;
const SRV6_TYPES: ReadonlySet<number> = new Set([2, 9, 10, 11]);

/** Values of TLVs whose members depend on each other, which a shape does not tell: by the TLVs' names. */
const OF_TLV: Readonly<Record<string, (shape: Shape) => Values>> = {
  "sr-capabilities": ranges,
  "sr-local-block": ranges,
  "adjacency-sid": (shape) => replaced(shape, { sid }),
  "peer-node-sid": (shape) => replaced(shape, { sid }),
  "peer-adjacency-sid": (shape) => replaced(shape, { sid }),
  "peer-set-sid": (shape) => replaced(shape, { sid }),
  "prefix-sid": (shape) => (shape.kind === "record" ? replaced(shape, { sid }) : fromShape(shape)),
  "sid-or-label": () => sid,
  "lan-adjacency-sid": (shape) => replaced(shape, { sid, neighbor: fc.oneof(octets(4), octets(6)) }),
  "igp-metric": () =>
    fc.oneof(
      record({ octets: is(1), metric: uint8 }),
      record({ octets: is(2), metric: uint16 }),
      record({ octets: is(3), metric: uint24 }),
    ),
  "application-specific": (shape) => replaced(shape, { standard: MASKS, userDefined: MASKS }),
  "mpls-encapsulation": bierEncapsulation,
  "non-mpls-encapsulation": bierEncapsulation,
  "sr-binding-sid": (shape) =>
    fc.oneof(
      replaced(shape, { sid: octets(4), specified: octets(4) }),
      replaced(shape, { sid: octets(16), specified: octets(16) }),
    ),
  segment: (shape) =>
    fc.tuple(fc.integer({ min: 1, max: 11 }), fc.nat(0x7fff), fc.boolean()).chain(([type, bits, hasSid]) =>
      replaced(shape, {
        segmentType: is(type),
        flags: is(bits | (hasSid ? 0x8000 : 0)),
        sid: octets(hasSid ? (SRV6_TYPES.has(type) ? 16 : 4) : 0),
        descriptor: octets(DESCRIPTORS[type - 1]!),
      }),
    ),
};

function ranges(shape: Shape): Values {
  return replaced(shape, { ranges: list(record({ size: uint24, first: sid })) });
}

function bierEncapsulation(shape: Shape): Values {
  return replaced(shape, { bitStringLength: fc.nat(15), first: fc.nat(0xfffff) });
}

function list(item: Values): Values {
  return fc.array(item, { maxLength: 3 });
}

/** A record of the shape, some members from elsewhere. */
function replaced(shape: Shape, members: Readonly<Record<string, Values>>): Values {
  if (shape.kind !== "record") throw new Error("no record");
  return record({ ...membersOf(shape.members), ...members });
}

export function membersOf(members: Members): Record<string, Values> {
  return Object.fromEntries(Object.entries(members).map(([name, shape]) => [name, fromShape(shape)]));
}

/** Values that a shape allows. */
export function fromShape(shape: Shape): Values {
  switch (shape.kind) {
    case "uint":
      return fc.nat(2 ** (8 * shape.octets) - 1);
    case "uint64":
      return fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
    case "float":
      return uint24; // which single precision holds
    case "octets":
      return shape.lengths.length === 0
        ? some(20)
        : fc.oneof(...shape.lengths.map((length) => octets(length)));
    case "address":
      return fc.oneof(...shape.lengths.map((length) => octets(length)));
    case "text":
      return fc.string({ unit: "grapheme", maxLength: 10 });
    case "presence":
      return is(true);
    case "boolean":
      return fc.boolean();
    case "word":
      return fc.constantFrom(...shape.words);
    case "family":
      return uint24;
    case "list":
      return list(fromShape(shape.of));
    case "record":
      return recordShape(shape.members, shape.optional ?? {});
    case "variants":
      return fc.oneof(
        ...Object.entries(shape.of).map(([name, members]) =>
          record({ [shape.tag]: is(name), ...membersOf(members) }),
        ),
      );
    case "tlvs":
      return list(fc.oneof(...tlvs(shape.types), unknownTlv(shape.codeOctets)));
  }
}

/** Of members that may be absent, the first few. */
function recordShape(members: Members, optional: Members): Values {
  const names = Object.keys(optional);
  return fc.nat(names.length).chain((count) => {
    const there = names.slice(0, count).map((name): [string, Shape] => [name, optional[name]!]);
    return record({ ...membersOf(members), ...membersOf(Object.fromEntries(there)) });
  });
}

/** One for each type. */
export function tlvs(types: Members): Values[] {
  return Object.entries(types).map(([type, shape]) =>
    record({ type: is(type), value: (OF_TLV[type] ?? fromShape)(shape) }),
  );
}

/** Codes beyond those that are assigned. */
function unknownTlv(codeOctets: 1 | 2): Values {
  const code =
    codeOctets === 1 ? fc.integer({ min: 200, max: 255 }) : fc.integer({ min: 40_000, max: 65_535 });
  return record({ type: is("unknown"), code, value: some(20) });
}

export const pmsiIdentifiers: readonly (readonly [tunnelType: number, identifier: Values])[] = [
  [
    1,
    record({
      kind: is("rsvp-te-p2mp"),
      extendedTunnelId: anyAddress,
      reserved: uint16,
      tunnelId: uint16,
      p2mpId: uint32,
    }),
  ],
  ...([2, 7] as const).map((tunnelType): [number, Values] => [
    tunnelType,
    record({ kind: is("mldp"), fecType: uint8, afi: uint16, root: anyAddress, opaque: some(12) }),
  ]),
  ...([3, 4, 5] as const).flatMap((tunnelType) =>
    ([4, 16] as const).map((width): [number, Values] => [
      tunnelType,
      record({ kind: is("pim"), sender: octets(width), group: octets(width) }),
    ]),
  ),
  ...([6, 10] as const).map((tunnelType): [number, Values] => [
    tunnelType,
    record({ kind: is("endpoint"), address: anyAddress }),
  ]),
  [11, record({ kind: is("bier"), subDomain: uint8, bfrId: uint16, bfrPrefix: anyAddress })],
  ...([0, 8, 12, 13, 0x86] as const).map((tunnelType): [number, Values] => [
    tunnelType,
    record({ kind: is("octets"), value: some(20) }),
  ]),
];
