import { readUint16, readUint32, readUint64, toHex } from "@netferry/bgp";
import { exabgpAddress } from "./address-text.ts";
import { exactInteger, type JsonObject, type JsonValue } from "../json/json-text.ts";

/** Bits of a flags octet, the highest first; those without a name are RSV. */
const NODE_FLAGS = ["O", "T", "E", "B", "R", "V"];
const IGP_FLAGS = ["D", "N", "L", "P"];
const MPLS_MASK = ["LDP", "RSVP-TE"];
const PROTECTION = ["ExtraTrafic", "Unprotected", "Shared", "Dedicated 1:1", "Dedicated 1+1", "Enhanced"]; // so spelt
const PREFIX_ATTRIBUTES = ["X", "R", "N"];
const END_X = ["B", "S", "P"];
const ADJACENCY = ["F", "B", "V", "L", "S", "P"];
const PREFIX_SID = ["R", "N", "P", "E", "V", "L"];
const CAPABILITIES = ["I", "V"];
/** Flags, weight or algorithm, and reserved octets before a SID. */
const SID_HEAD = 4;
/** Octets of an IS-IS system id and of an OSPF router id. */
const SYSTEM_ID = 6;
const ROUTER_ID = 4;
const SID_TLV = 1161;
const MAX_LABEL = 0xfffff;
/** NB: not the O flag of RFC 9514 section 3.1, but the bit that ExaBGP looks at. */
const OAM_BIT = 0x40;
const ANOMALOUS = 0x80;
const STRUCTURE_TLV = 1252;

/** The BGP-LS attribute (RFC 9552 section 5.3), by the octets of its TLVs; those without a name here as `generic-lsid-N`. */
export function linkStateAttributeToExabgp(bytes: Uint8Array): JsonObject {
  const json: { [name: string]: JsonValue } = {};
  eachTlv(bytes, (code, value) => {
    const members = PREFIX_READERS[code]?.(value);
    if (members !== undefined) {
      Object.assign(json, members);
      return;
    }
    const [name, told] = tlvEntry(code, value) ?? [
      `generic-lsid-${code}`,
      [`0x${toHex(value).toUpperCase()}`],
    ];
    const before = json[name];
    json[name] = LISTS.has(name) && Array.isArray(before) && Array.isArray(told) ? before.concat(told) : told;
  });
  return json;
}

/** What comes more than once. */
const LISTS: ReadonlySet<string> = new Set([
  "local-router-ids",
  "remote-router-ids",
  "sr-adjs",
  "sr-adj-lan-sids",
  "srv6-endx",
  "srv6-lan-endx-isis",
  "srv6-lan-endx-ospf",
]);

type Entry = readonly [name: string, value: JsonValue];

function tlvEntry(code: number, value: Uint8Array): Entry | undefined {
  const minimum = MINIMUM_LENGTHS[code] ?? 0;
  return value.length < minimum ? undefined : READERS[code]?.(value);
}

/** Octets that a reader looks at without asking. */
const MINIMUM_LENGTHS: { readonly [code: number]: number | undefined } = {
  258: 8,
  1024: 1,
  1038: 2,
  1088: 4,
  1089: 4,
  1090: 4,
  1092: 3,
  1093: 1,
  1094: 1,
  1099: 4,
  1100: 10,
  1106: 22,
  1107: 28,
  1108: 26,
  1114: 4,
  1115: 8,
  1116: 4,
  1152: 1,
  1155: 4,
  1162: 8,
  1170: 1,
  1250: 4,
  1252: 4,
};

const READERS: { readonly [code: number]: ((value: Uint8Array) => Entry) | undefined } = {
  258: (value) => [
    "link-local-remote-identifiers",
    { "local-id": readUint32(value, 0), "remote-id": readUint32(value, 4) },
  ],
  1024: (value) => ["node-flags", flags(value[0]!, NODE_FLAGS)],
  1025: (value) => ["opaque", toHex(value)],
  1026: (value) => ["node-name", text(value)],
  1027: (value) => ["area-id", value.length === 0 ? "0" : `${BigInt(`0x${toHex(value)}`)}`],
  1028: (value) => ["local-router-ids", [exabgpAddress(value)]],
  1029: (value) => ["local-router-ids", [exabgpAddress(value)]],
  1030: (value) => ["remote-router-ids", [exabgpAddress(value)]],
  1031: (value) => ["remote-router-ids", [exabgpAddress(value)]],
  1038: (value) => ["srv6-capabilities", { flags: { O: value[1]! & OAM_BIT } }],
  1035: (value) => ["sr-algorithms", Array.from(value)],
  1088: (value) => ["admin-group-mask", readUint32(value, 0)],
  1089: (value) => ["maximum-link-bandwidth", float(value, 0)],
  1090: (value) => ["maximum-reservable-link-bandwidth", float(value, 0)],
  1091: (value) => ["unreserved-bandwidth", words(value).map((_, index) => float(value, 4 * index))],
  1092: (value) => ["te-metric", unsigned(value)],
  1093: (value) => ["link-protection-flags", flags(value[0]!, PROTECTION)],
  1094: (value) => ["mpls-mask", flags(value[0]!, MPLS_MASK)],
  1095: (value) => ["igp-metric", unsigned(value)],
  1096: (value) => ["shared-risk-link-groups", words(value)],
  1098: (value) => ["link-name", text(value)],
  1099: (value) => ["sr-adjs", [adjacencySid(value)]],
  1100: (value) => ["sr-adj-lan-sids", [lanAdjacencySid(value)]],
  1106: (value) => ["srv6-endx", [srv6EndX(value, 0)]],
  1107: (value) => ["srv6-lan-endx-isis", [srv6EndX(value, SYSTEM_ID)]],
  1108: (value) => ["srv6-lan-endx-ospf", [srv6EndX(value, ROUTER_ID)]],
  1114: (value) => [
    "unidirectional-link-delay",
    { "delay-us": uint24(value, 1), anomalous: isAnomalous(value) },
  ],
  1115: (value) => [
    "minmax-unidirectional-link-delay",
    { "min-delay-us": uint24(value, 1), "max-delay-us": uint24(value, 5), anomalous: isAnomalous(value) },
  ],
  1116: (value) => ["unidirectional-delay-variation", uint24(value, 1)],
  1152: (value) => ["igp-flags", flags(value[0]!, IGP_FLAGS)],
  1153: (value) => ["igp-route-tags", words(value)],
  1154: (value) => ["igp-extended-route-tags", longs(value)],
  1155: (value) => ["prefix-metric", readUint32(value, 0)],
  1156: (value) => ["ospf-forwarding-address", exabgpAddress(value)],
  1162: (value) => [
    "srv6-locator",
    { flags: flags(value[0]!, ["D"]), algorithm: value[1]!, metric: readUint32(value, 4) },
  ],
  1170: (value) => ["sr-prefix-attribute-flags", flags(value[0]!, PREFIX_ATTRIBUTES)],
  1171: (value) => ["sr-source-router-id", exabgpAddress(value)],
  1250: (value) => [
    "srv6-endpoint-behavior",
    { "endpoint-behavior": readUint16(value, 0), flags: [], algorithm: value[3]! },
  ],
  1252: (value) => ["srv6-sid-structure", sidStructure(value)],
};

/** TLVs that ExaBGP tells as several members. */
const PREFIX_READERS: {
  readonly [code: number]: ((value: Uint8Array) => JsonObject | undefined) | undefined;
} = {
  1034: (value) => {
    const sids = labelRanges(value);
    return sids && { "sr-capability-flags": flags(value[0]!, CAPABILITIES), sids };
  },
  1158: (value) => {
    if (value.length < SID_HEAD) return undefined;
    const told = flags(value[0]!, PREFIX_SID);
    const [sids, undecoded] = sidsOf(value.subarray(SID_HEAD), told);
    return {
      "sr-prefix-flags": told,
      sids,
      "undecoded-sids": undecoded,
      "sr-algorithm": value[1]!,
    };
  },
};

function eachTlv(bytes: Uint8Array, visit: (code: number, value: Uint8Array) => void): void {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + readUint16(bytes, at + 2);
    if (end > bytes.length) return;
    visit(readUint16(bytes, at), bytes.subarray(at + 4, end));
    at = end;
  }
}

function flags(octet: number, names: readonly string[]): JsonObject {
  const json: { [name: string]: number } = {};
  names.forEach((name, index) => (json[name] = (octet >>> (7 - index)) & 1));
  json["RSV"] = octet & 1;
  return json;
}

/** RFC 9514 sections 4.1 and 4.2. `neighbor`: octets of a LAN's neighbour in it, 0 where there is none. */
function srv6EndX(value: Uint8Array, neighbor: number): JsonObject {
  const sidAt = 6 + neighbor;
  const id = value.subarray(6, sidAt);
  const json: { [name: string]: JsonValue } = {
    flags: flags(value[2]!, END_X),
    ...(neighbor === 0 ? {} : { "neighbor-id": neighbor === ROUTER_ID ? exabgpAddress(id) : toHex(id) }),
    behavior: readUint16(value, 0),
    algorithm: value[3]!,
    weight: value[4]!,
    sid: exabgpAddress(value.subarray(sidAt, sidAt + 16)),
  };
  eachTlv(value.subarray(sidAt + 16), (code, structure) => {
    if (code === STRUCTURE_TLV && structure.length >= 4) json["srv6-sid-structure"] = sidStructure(structure);
    else json[`${code}-undecoded`] = `0x${toHex(structure).toUpperCase()}`;
  });
  return json;
}

function sidStructure(value: Uint8Array): JsonObject {
  const [block = 0, node = 0, func = 0, argument = 0] = value;
  return { loc_block_len: block, loc_node_len: node, func_len: func, arg_len: argument };
}

/** RFC 9085 section 2.2.1. */
function adjacencySid(value: Uint8Array): JsonObject {
  const told = flags(value[0]!, ADJACENCY);
  const [sids, undecoded] = sidsOf(value.subarray(SID_HEAD), told);
  return { flags: told, sids, weight: value[1]!, "undecoded-sids": undecoded };
}

/** RFC 9085 section 2.2.2, of IS-IS: ExaBGP knows no other. */
function lanAdjacencySid(value: Uint8Array): JsonObject {
  const told = flags(value[0]!, ADJACENCY);
  const sidAt = SID_HEAD + SYSTEM_ID;
  const [sids, undecoded] = sidsOf(value.subarray(sidAt), told);
  return {
    flags: told,
    weight: value[1]!,
    "system-id": toHex(value, SID_HEAD, sidAt),
    sid: sids.at(-1) ?? 0,
    undecoded,
  };
}

/** Labels in three octets with the flags V and L, indices in four with neither. */
function sidsOf(value: Uint8Array, told: JsonObject): [sids: number[], undecoded: string[]] {
  const width = told["V"] === 1 && told["L"] === 1 ? 3 : told["V"] === 0 && told["L"] === 0 ? 4 : 0;
  if (width === 0) return [[], value.length === 0 ? [] : [`0x${toHex(value).toUpperCase()}`]];
  const count = Math.floor(value.length / width);
  return [
    Array.from({ length: count }, (_, index) => unsigned(value.subarray(index * width, (index + 1) * width))),
    [],
  ];
}

/** Sizes and first labels (RFC 9085 section 2.1.2); undefined for what is no list of them. */
function labelRanges(value: Uint8Array): number[][] | undefined {
  const ranges: number[][] = [];
  let at = 2;
  while (at + 7 <= value.length) {
    const length = readUint16(value, at + 5);
    const next = at + 7 + length;
    if (readUint16(value, at + 3) !== SID_TLV || next > value.length) return undefined;
    const first = unsigned(value.subarray(at + 7, next));
    if (length === 3 || length === 4)
      ranges.push([uint24(value, at), length === 3 ? first & MAX_LABEL : first]);
    at = next;
  }
  return at === value.length ? ranges : undefined;
}

function longs(value: Uint8Array): JsonValue[] {
  return Array.from({ length: value.length >>> 3 }, (_, index) => exactInteger(readUint64(value, 8 * index)));
}

function isAnomalous(value: Uint8Array): boolean {
  return (value[0]! & ANOMALOUS) !== 0;
}

function uint24(value: Uint8Array, offset: number): number {
  return (value[offset]! << 16) | readUint16(value, offset + 1);
}

/** Of one to four octets. */
function unsigned(value: Uint8Array): number {
  return value.subarray(0, 4).reduce((sum, octet) => sum * 256 + octet, 0);
}

function words(value: Uint8Array): number[] {
  return Array.from({ length: value.length >>> 2 }, (_, index) => readUint32(value, 4 * index));
}

function float(value: Uint8Array, offset: number): number {
  return new DataView(value.buffer, value.byteOffset).getFloat32(offset);
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}
