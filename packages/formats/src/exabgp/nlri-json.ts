import {
  afiOf,
  decodeNlri,
  type EvpnNlri,
  type Family,
  formatIdentifier,
  formatMac,
  formatRouteDistinguisher,
  labelValue,
  type McastVpnNlri,
  type MupNlri,
  type Nlri,
  type NlriValue,
  type RtConstraintNlri,
  toHex,
} from "@netferry/bgp";
import { exabgpAddress, exabgpPrefix } from "./address-text.ts";
import { formatExabgpCommunity } from "./extended-community.ts";
import { flowAlternatives, flowComponentName, flowText } from "./flow-text.ts";
import type { JsonObject, JsonValue } from "../json/json-text.ts";
import { linkStateToExabgp } from "./link-state-json.ts";

/** The forms of ExaBGP's programming interface: of ExaBGP 4 and 5, and of 6. */
export type ExabgpVersion = 4 | 6;

export const NO_NEXT_HOP = "no-nexthop";
const AFI_IPV6 = 2;
/** Bits of a route target's membership: the origin AS, and behind it the route target. */
const ORIGIN_BITS = 32;
const MEMBERSHIP_BITS = 96;

/** A route of a family. `nextHop`: of routes that are announced. */
export function nlriToExabgp(
  family: Family,
  nlri: Nlri,
  version: ExabgpVersion,
  nextHop: string | undefined,
): JsonObject {
  const value = decodeNlri(family, nlri.bytes);
  if (value === undefined) return { raw: toHex(nlri.bytes).toUpperCase(), parsed: false };
  const repeated = version === 4 && nextHop !== NO_NEXT_HOP ? nextHop : undefined;
  const path = pathInformation(nlri.pathId);
  return { ...nlriFields(family, value, nlri.bytes, repeated, path), "path-information": path };
}

/** A path identifier, written like an address. */
function pathInformation(pathId: number | undefined): string | undefined {
  return pathId === undefined ? undefined : formatIdentifier(pathId);
}

function nlriFields(
  family: Family,
  value: NlriValue,
  bytes: Uint8Array,
  nextHop: string | undefined,
  path: string | undefined,
): JsonObject {
  switch (value.kind) {
    case "prefix":
      return { nlri: exabgpPrefix(value.prefix) };
    case "labelled":
      return { nlri: exabgpPrefix(value.prefix), label: labels(value.labels) };
    case "vpn":
      return {
        nlri: exabgpPrefix(value.prefix),
        label: labels(value.labels),
        rd: formatRouteDistinguisher(value.rd),
      };
    case "flowspec": {
      const isIPv6 = afiOf(family) === AFI_IPV6;
      const rd = value.rd === undefined ? undefined : formatRouteDistinguisher(value.rd);
      const components = value.components.map((component): [string, JsonValue] => [
        flowComponentName(component, isIPv6),
        flowAlternatives(component, isIPv6),
      ]);
      const string = flowText(value.components, rd, isIPv6, path);
      return { ...Object.fromEntries(components), rd, "next-hop": nextHop, string };
    }
    case "evpn":
      return evpnFields(value, bytes);
    case "vpls":
      return {
        rd: formatRouteDistinguisher(value.rd),
        endpoint: value.veId,
        base: labelValue(value.labelBase),
        offset: value.blockOffset,
        size: value.blockSize,
      };
    case "vpls-discovery":
      return { rd: formatRouteDistinguisher(value.rd), address: exabgpAddress(value.peAddress) };
    case "mcast-vpn":
      return mcastVpnFields(value, bytes);
    case "rt-constraint":
      return routeTargetFields(value);
    case "link-state":
      return linkStateToExabgp(value, bytes, nextHop);
    case "sr-policy":
      return {
        distinguisher: value.distinguisher,
        color: value.color,
        endpoint: exabgpAddress(value.endpoint),
      };
    case "mup":
      return mupFields(value, bytes);
  }
}

/** A whole route target by its text; of part of one, as many octets as its bits need. */
function routeTargetFields({ originAs, length, routeTarget }: RtConstraintNlri): JsonObject {
  if (length === MEMBERSHIP_BITS) {
    return { origin: originAs, "route-target": formatExabgpCommunity(routeTarget).replace("L:", ":") };
  }
  const octets = Math.ceil((length - ORIGIN_BITS) / 8);
  const part =
    octets <= 0
      ? {}
      : {
          "prefix-length": length,
          "route-target-prefix": `0x${toHex(routeTarget, 0, octets).toUpperCase()}`,
        };
  return { origin: originAs, "route-target": null, ...part };
}

function rawOf(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}

/** Each label as itself and as the whole field, where that is not 0. */
function labels(fields: readonly number[]): JsonValue {
  return fields.map((field) => (field === 0 ? [0] : [labelValue(field), field]));
}

/** `-` where it is all zero. */
function esiText(esi: Uint8Array): string {
  return esi.every((octet) => octet === 0)
    ? "-"
    : Array.from(esi, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

function evpnFields(value: EvpnNlri, bytes: Uint8Array): JsonObject {
  const head = (name: string): JsonObject => ({ code: bytes[0]!, parsed: true, raw: rawOf(bytes), name });
  switch (value.routeType) {
    case "ethernet-ad":
      return {
        ...head("Ethernet Auto-Discovery"),
        rd: formatRouteDistinguisher(value.rd),
        esi: esiText(value.esi),
        "ethernet-tag": value.ethernetTag,
        label: labels([value.label]),
      };
    case "mac-ip":
      return {
        ...head("MAC/IP advertisement"),
        rd: formatRouteDistinguisher(value.rd),
        esi: esiText(value.esi),
        "ethernet-tag": value.ethernetTag,
        mac: formatMac(value.mac).toUpperCase(),
        label: labels(value.label2 === undefined ? [value.label] : [value.label, value.label2]),
        ...(value.ip === undefined ? {} : { ip: exabgpAddress(value.ip) }),
      };
    case "inclusive-multicast":
      return {
        ...head("Inclusive Multicast Ethernet Tag"),
        rd: formatRouteDistinguisher(value.rd),
        "ethernet-tag": value.ethernetTag,
        ip: exabgpAddress(value.originator),
      };
    case "ethernet-segment":
      return {
        ...head("Ethernet Segment"),
        rd: formatRouteDistinguisher(value.rd),
        esi: esiText(value.esi),
        ip: exabgpAddress(value.originator),
      };
    case "ip-prefix":
      return {
        ...head("IP Prefix Advertisement"),
        rd: formatRouteDistinguisher(value.rd),
        esi: esiText(value.esi),
        "ethernet-tag": value.ethernetTag,
        label: labels([value.label]),
        ip: exabgpAddress(value.prefix.address),
        iplen: value.prefix.length,
        gateway: exabgpAddress(value.gateway),
      };
    default:
      return { code: bytes[0]!, parsed: false, raw: rawOf(bytes) };
  }
}

/** What ExaBGP, written in Python, makes of no octets. */
const NO_SOURCE = "b''";

const JOIN_NAMES = {
  "shared-tree-join": "C-Multicast Shared Tree Join route",
  "source-tree-join": "C-Multicast Source Tree Join route",
} as const;
const WILDCARD = new Uint8Array(4);

function mcastVpnFields(value: McastVpnNlri, bytes: Uint8Array): JsonObject {
  const head = { code: bytes[0]!, parsed: true, raw: rawOf(bytes) };
  switch (value.routeType) {
    case "source-active":
      return {
        ...head,
        name: "Source Active A-D Route",
        rd: formatRouteDistinguisher(value.rd),
        source: exabgpAddress(value.source ?? WILDCARD),
        group: exabgpAddress(value.group ?? WILDCARD),
      };
    case "shared-tree-join":
    case "source-tree-join":
      return {
        ...head,
        name: JOIN_NAMES[value.routeType],
        rd: formatRouteDistinguisher(value.rd),
        "source-as": `${value.sourceAs}`,
        source: exabgpAddress(value.source ?? WILDCARD),
        group: exabgpAddress(value.group ?? WILDCARD),
      };
    default:
      return { ...head, parsed: false };
  }
}

function mupFields(value: MupNlri, bytes: Uint8Array): JsonObject {
  const head = (name: string): JsonObject => ({ name, arch: bytes[0]!, code: (bytes[1]! << 8) | bytes[2]! });
  const raw = rawOf(bytes);
  switch (value.routeType) {
    case "interwork-segment":
      return {
        ...head("InterworkSegmentDiscoveryRoute"),
        prefix_ip_len: value.prefix.length,
        prefix_ip: exabgpAddress(value.prefix.address),
        rd: formatRouteDistinguisher(value.rd),
        raw,
      };
    case "direct-segment":
      return {
        ...head("DirectSegmentDiscoveryRoute"),
        ip: exabgpAddress(value.address),
        rd: formatRouteDistinguisher(value.rd),
        raw,
      };
    case "type-1-session-transformed":
      return {
        ...head("Type1SessionTransformedRoute"),
        prefix_ip_len: value.prefix.length,
        prefix_ip: exabgpAddress(value.prefix.address),
        teid: `${value.teid}`,
        qfi: `${value.qfi}`,
        rd: formatRouteDistinguisher(value.rd),
        endpoint_ip_len: 8 * value.endpoint.length,
        endpoint_ip: exabgpAddress(value.endpoint),
        source_ip_len: 8 * (value.source?.length ?? 0),
        source_ip: value.source === undefined ? NO_SOURCE : exabgpAddress(value.source),
        raw,
      };
    case "type-2-session-transformed": {
      const octets = Math.ceil(value.teidLength / 8); // which ExaBGP reads as a number
      return {
        ...head("Type2SessionTransformedRoute"),
        endpoint_len: 8 * value.endpoint.length + value.teidLength,
        endpoint_ip: exabgpAddress(value.endpoint),
        rd: formatRouteDistinguisher(value.rd),
        teid: `${octets === 0 ? 0 : value.teid >>> (32 - 8 * octets)}`,
        raw,
      };
    }
    case "unknown":
      return { arch: value.architecture, code: value.code, parsed: false, raw };
  }
}
