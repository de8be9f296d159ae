import {
  type AsPathSegment,
  type Attribute,
  AttributeFlag,
  encodeAttributes,
  formatIdentifier,
  formatIPv4,
  type PmsiTunnelAttribute,
  toHex,
} from "@netferry/bgp";
import { linkStateAttributeToExabgp } from "./link-state-attribute-json.ts";
import { tunnelsToExabgp } from "./tunnel-json.ts";
import { exabgpAddress } from "./address-text.ts";
import { formatExabgpCommunity, formatExabgpIpv6Community } from "./extended-community.ts";
import { prefixSidToExabgp } from "./prefix-sid-json.ts";
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
    case "prefix-sid":
      return ["bgp-prefix-sid", prefixSidToExabgp(attribute.tlvs)];
    case "ipv6-extended-communities":
      return ["extended-community-ipv6", attribute.values.map(ipv6ExtendedCommunity)];
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
/** What stands before a PMSI tunnel's identifier. */
const PMSI_HEAD = 5;

/** Name, flags, label with the whole field behind it, tunnel. */
function pmsiText(attribute: PmsiTunnelAttribute): string {
  const { tunnelType, pmsiFlags, label, identifier } = attribute;
  const name = PMSI_TUNNELS[tunnelType] ?? "unknown";
  const labelText = label === 0 ? "0" : `${label >>> 4}(${label})`;
  const value = octetsOf(attribute).value.subarray(PMSI_HEAD);
  const octets = value.length === 0 || tunnelType === 0 ? "" : `0x${toHex(value).toUpperCase()}`;
  const tunnel = identifier.kind === "endpoint" ? exabgpAddress(identifier.address) : octets;
  return `pmsi:${name}:${pmsiFlags}:${labelText}:${tunnel}`;
}

function extendedCommunity(value: Uint8Array): JsonObject {
  return { value: exactInteger(BigInt(`0x${toHex(value)}`)), string: formatExabgpCommunity(value) };
}

function ipv6ExtendedCommunity(value: Uint8Array): JsonObject {
  return { value: exactInteger(BigInt(`0x${toHex(value)}`)), string: formatExabgpIpv6Community(value) };
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
