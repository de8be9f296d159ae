import { readUint16, readUint32, toHex } from "@netferry/bgp";
import { exabgpAddress } from "./address-text.ts";
import type { JsonObject, JsonValue } from "../json/json-text.ts";

/** Bits of a flags octet, the highest first; those without a name are RSV. */
const NODE_FLAGS = ["O", "T", "E", "B", "R", "V"];
const IGP_FLAGS = ["D", "N", "L", "P"];
const MPLS_MASK = ["LDP", "RSVP-TE"];
const PROTECTION = ["ExtraTrafic", "Unprotected", "Shared", "Dedicated 1:1", "Dedicated 1+1", "Enhanced"]; // so spelt
const PREFIX_ATTRIBUTES = ["X", "R", "N"];
const END_X = ["B", "S", "P"];
const ANOMALOUS = 0x80;
const STRUCTURE_TLV = 1252;

/** The BGP-LS attribute (RFC 9552 section 5.3), by the octets of its TLVs; those without a name here as `generic-lsid-N`. */
export function linkStateAttributeToExabgp(bytes: Uint8Array): JsonObject {
  const json: { [name: string]: JsonValue } = {};
  eachTlv(bytes, (code, value) => {
    const [name, told] = tlvEntry(code, value) ?? [
      `generic-lsid-${code}`,
      [`0x${toHex(value).toUpperCase()}`],
    ];
    const before = json[name];
    const adds = LISTS.has(name) || name.startsWith("generic-lsid-");
    json[name] = adds && Array.isArray(before) && Array.isArray(told) ? before.concat(told) : told;
  });
  return json;
}

/** What comes more than once. */
const LISTS: ReadonlySet<string> = new Set(["local-router-ids", "remote-router-ids", "srv6-endx"]);

type Entry = readonly [name: string, value: JsonValue];

function tlvEntry(code: number, value: Uint8Array): Entry | undefined {
  const minimum = MINIMUM_LENGTHS[code] ?? 0;
  return value.length < minimum ? undefined : READERS[code]?.(value);
}

/** Octets that a reader looks at without asking. */
const MINIMUM_LENGTHS: { readonly [code: number]: number | undefined } = {
  258: 8,
  1024: 1,
  1088: 4,
  1089: 4,
  1090: 4,
  1092: 3,
  1093: 1,
  1094: 1,
  1106: 22,
  1114: 4,
  1115: 8,
  1116: 4,
  1152: 1,
  1155: 4,
  1170: 1,
};

const READERS: { readonly [code: number]: ((value: Uint8Array) => Entry) | undefined } = {
  258: (value) => [
    "link-local-remote-identifiers",
    { "local-id": readUint32(value, 0), "remote-id": readUint32(value, 4) },
  ],
  1024: (value) => ["node-flags", flags(value[0]!, NODE_FLAGS)],
  1026: (value) => ["node-name", text(value)],
  1028: (value) => ["local-router-ids", [exabgpAddress(value)]],
  1029: (value) => ["local-router-ids", [exabgpAddress(value)]],
  1030: (value) => ["remote-router-ids", [exabgpAddress(value)]],
  1031: (value) => ["remote-router-ids", [exabgpAddress(value)]],
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
  1106: (value) => ["srv6-endx", [srv6EndX(value)]],
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
  1155: (value) => ["prefix-metric", readUint32(value, 0)],
  1156: (value) => ["ospf-forwarding-address", exabgpAddress(value)],
  1170: (value) => ["sr-prefix-attribute-flags", flags(value[0]!, PREFIX_ATTRIBUTES)],
  1171: (value) => ["sr-source-router-id", exabgpAddress(value)],
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

/** RFC 9514 section 4.1. */
function srv6EndX(value: Uint8Array): JsonObject {
  const json: { [name: string]: JsonValue } = {
    flags: flags(value[2]!, END_X),
    behavior: readUint16(value, 0),
    algorithm: value[3]!,
    weight: value[4]!,
    sid: exabgpAddress(value.subarray(6, 22)),
  };
  eachTlv(value.subarray(22), (code, structure) => {
    if (code !== STRUCTURE_TLV || structure.length < 4) return;
    const [block = 0, node = 0, func = 0, argument = 0] = structure;
    json["srv6-sid-structure"] = {
      loc_block_len: block,
      loc_node_len: node,
      func_len: func,
      arg_len: argument,
    };
  });
  return json;
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
