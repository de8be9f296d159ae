import {
  type AsPathSegment,
  type Attribute,
  AttributeFlag,
  encodeAttributes,
  formatIdentifier,
  formatIPv4,
  type PmsiTunnelAttribute,
  type PrefixSidTlv,
  toHex,
} from "@netferry/bgp";
import { linkStateAttributeToExabgp } from "./link-state-attribute-json.ts";
import { tunnelsToExabgp } from "./tunnel-json.ts";
import { exabgpAddress } from "./address-text.ts";
import { formatExabgpCommunity } from "./extended-community.ts";
import { exactInteger, type JsonObject, type JsonValue } from "../json/json-text.ts";

/** Confederations' segments are sequences to ExaBGP. */
const SEGMENT_NAMES: Readonly<Record<AsPathSegment["type"], string>> = {
  set: "as-set",
  sequence: "as-sequence",
  "confed-sequence": "as-sequence",
  "confed-set": "as-sequence",
};

/** The path attributes as ExaBGP names them. What says where routes go and come from is not among them. */
export function attributesToExabgp(attributes: readonly Attribute[]): JsonObject {
  const json: { [name: string]: JsonValue } = {};
  for (const attribute of attributes) {
    const entry = attributeEntry(attribute);
    if (entry !== undefined) json[entry[0]] = entry[1];
  }
  return json;
}

function attributeEntry(attribute: Attribute): readonly [name: string, value: JsonValue] | undefined {
  switch (attribute.type) {
    case "origin":
      return ["origin", attribute.origin];
    case "as-path":
      return attribute.segments.length === 0 ? undefined : ["as-path", segments(attribute.segments)];
    case "multi-exit-disc":
      return ["med", attribute.value];
    case "local-pref":
      return ["local-preference", attribute.value];
    case "atomic-aggregate":
      return ["atomic-aggregate", true];
    case "aggregator":
      return ["aggregator", `${attribute.asn}:${formatIPv4(attribute.address)}`];
    case "communities":
      return ["community", attribute.values.map((value) => [value >>> 16, value & 0xffff])];
    case "originator-id":
      return ["originator-id", formatIdentifier(attribute.identifier)];
    case "cluster-list":
      return ["cluster-list", attribute.identifiers.map(formatIdentifier)];
    case "extended-communities":
      return ["extended-community", attribute.values.map(extendedCommunity)];
    case "large-communities":
      return [
        "large-community",
        attribute.values.map((value) => [value.globalAdministrator, value.localData1, value.localData2]),
      ];
    case "next-hop":
    case "mp-reach":
    case "mp-unreach":
    case "as4-path":
    case "as4-aggregator":
      return undefined;
    case "pmsi-tunnel":
      return ["pmsi", pmsiText(attribute)];
    case "prefix-sid": {
      const sid = prefixSidToExabgp(attribute.tlvs);
      return sid === undefined ? generic(attribute) : ["bgp-prefix-sid", sid];
    }
    case "bgp-ls":
      return ["bgp-ls", linkStateAttributeToExabgp(octetsOf(attribute).value)];
    case "tunnel-encapsulation": {
      const tunnels = tunnelsToExabgp(attribute);
      return tunnels === undefined ? generic(attribute) : ["tunnel-encap", tunnels];
    }
    default:
      return generic(attribute);
  }
}

function segments(list: readonly AsPathSegment[]): JsonObject {
  return Object.fromEntries(
    list.map((segment, index) => [`${index}`, { element: SEGMENT_NAMES[segment.type], value: segment.asns }]),
  );
}

const PMSI_TUNNELS: readonly string[] = [
  "notunnel",
  "rsvp-tep2mplsp",
  "mldpp2mplsp",
  "pim-ssmtree",
  "pim-smtree",
  "bidir-pimtree",
  "ingressreplication",
  "mldpmp2mplsp",
];
const INGRESS_REPLICATION = 6;

/** Name, flags, label with the whole field behind it, tunnel. */
function pmsiText({ tunnelType, pmsiFlags, label, identifier }: PmsiTunnelAttribute): string {
  const name = PMSI_TUNNELS[tunnelType] ?? "unknown";
  const labelText = label === 0 ? "0" : `${label >>> 4}(${label})`;
  const isAddress =
    tunnelType === INGRESS_REPLICATION && (identifier.length === 4 || identifier.length === 16);
  const octets = identifier.length === 0 || tunnelType === 0 ? "" : `0x${toHex(identifier).toUpperCase()}`;
  return `pmsi:${name}:${pmsiFlags}:${labelText}:${isAddress ? exabgpAddress(identifier) : octets}`;
}

/** Of segment routing with MPLS (RFC 8669); undefined for what says more. */
function prefixSidToExabgp(tlvs: readonly PrefixSidTlv[]): JsonObject | undefined {
  const json: { [name: string]: JsonValue } = {};
  for (const tlv of tlvs) {
    if (tlv.type === "label-index") json["sr-label-index"] = tlv.value.index;
    else if (tlv.type === "originator-srgb") {
      json["sr-srgbs"] = tlv.value.ranges.map(({ base, size }) => [base, size]);
    } else return undefined;
  }
  return json;
}

function extendedCommunity(value: Uint8Array): JsonObject {
  return { value: exactInteger(BigInt(`0x${toHex(value)}`)), string: formatExabgpCommunity(value) };
}

/** Of an attribute that is told as octets, named by code and flags. */
function generic(attribute: Attribute): readonly [name: string, value: string] {
  const { code, flags, value } = octetsOf(attribute);
  return [`attribute-0x${hexOctet(code)}-0x${hexOctet(flags)}`, `0x${toHex(value)}`];
}

function octetsOf(attribute: Attribute): { code: number; flags: number; value: Uint8Array } {
  const bytes = encodeAttributes([attribute]);
  const flags = bytes[0]!;
  const value = bytes.subarray((flags & AttributeFlag.extendedLength) === 0 ? 3 : 4);
  return { code: bytes[1]!, flags, value };
}

function hexOctet(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, "0");
}
