import { formatAddress, formatIdentifier, formatIPv4 } from "./address.ts";
import type { AsPathSegment } from "./attribute/as-path-segments.ts";
import type { Attribute } from "./attribute/attribute.ts";
import { formatCommunity } from "./attribute/communities.ts";
import { formatExtendedCommunity } from "./attribute/extended-community.ts";
import { formatLargeCommunity } from "./attribute/large-communities.ts";
import { AttributeFlag } from "./attribute/code.ts";
import { decodeAttributes, encodeAttributes } from "./attribute/list.ts";
import type { Origin } from "./attribute/origin.ts";
import { toHex } from "./bytes.ts";
import { RD_LENGTH } from "./route-distinguisher.ts";

/** A path's attributes for people and APIs: plain JSON values; what the path doesn't have is absent. */
export interface PathView {
  origin?: Origin;
  asPath?: readonly AsPathSegment[];
  /** `65001 65002 {1,2}`; confederation sequences in parentheses, their sets in brackets. */
  asPathText?: string;
  /** The AS that the path begins in; absent for an empty path or one that begins with a set (RFC 6811 section 2). */
  originAs?: number;
  /** One address, or a global and a link-local one (RFC 2545). */
  nextHops: string[];
  med?: number;
  localPref?: number;
  atomicAggregate?: true;
  aggregator?: { asn: number; address: string };
  /** `65000:1`. */
  communities?: string[];
  /** `65000:1:2`. */
  largeCommunities?: string[];
  /** `target:65000:1`, `origin:65000:1`, `rate-limit:0:0`, and so on by name, else hexadecimal. */
  extendedCommunities?: string[];
  originatorId?: string;
  clusterList?: string[];
  /** The AS of the Only to Customer attribute (RFC 9234). */
  otc?: number;
  /** Attributes without a place above: flags octet, value in hexadecimal. */
  unknown?: { code: number; flags: number; hex: string }[];
}

/** Renders attributes as a scanner hands them out and a RIB keeps them. Total: bytes that are no attributes are left out. */
export function pathView(attributeBytes: Uint8Array): PathView {
  const view: PathView = { nextHops: [] };
  for (const attribute of decodeAttributes(attributeBytes)) addAttribute(view, attribute);
  return view;
}

function addAttribute(view: PathView, attribute: Attribute): void {
  switch (attribute.type) {
    case "origin":
      view.origin = attribute.origin;
      break;
    case "as-path":
      addAsPath(view, attribute.segments);
      break;
    case "next-hop":
      view.nextHops.push(formatIPv4(attribute.address));
      break;
    case "mp-reach":
      view.nextHops.push(...nextHopAddresses(attribute.nextHop));
      break;
    case "multi-exit-disc":
      view.med = attribute.value;
      break;
    case "local-pref":
      view.localPref = attribute.value;
      break;
    case "atomic-aggregate":
      view.atomicAggregate = true;
      break;
    case "aggregator":
      view.aggregator = { asn: attribute.asn, address: formatIPv4(attribute.address) };
      break;
    case "communities":
      view.communities = attribute.values.map(formatCommunity);
      break;
    case "large-communities":
      view.largeCommunities = attribute.values.map(formatLargeCommunity);
      break;
    case "extended-communities":
      view.extendedCommunities = attribute.values.map(formatExtendedCommunity);
      break;
    case "originator-id":
      view.originatorId = formatIdentifier(attribute.identifier);
      break;
    case "cluster-list":
      view.clusterList = attribute.identifiers.map(formatIdentifier);
      break;
    case "only-to-customer":
      view.otc = attribute.asn;
      break;
    // Merged into AS_PATH and AGGREGATOR, or of no path.
    case "as4-path":
    case "as4-aggregator":
    case "mp-unreach":
      break;
    default:
      view.unknown ??= [];
      view.unknown.push(asBytes(attribute));
  }
}

/** An attribute that the view has no place for. */
function asBytes(attribute: Attribute): { code: number; flags: number; hex: string } {
  const bytes = encodeAttributes([attribute]);
  const flags = bytes[0]!;
  return { code: bytes[1]!, flags, hex: toHex(bytes, (flags & AttributeFlag.extendedLength) === 0 ? 3 : 4) };
}

function addAsPath(view: PathView, segments: readonly AsPathSegment[]): void {
  view.asPath = segments;
  view.asPathText = formatAsPath(segments);
  const last = segments.at(-1);
  const originAs = last?.type === "sequence" ? last.asns.at(-1) : undefined;
  if (originAs !== undefined) view.originAs = originAs;
}

/**
 * The addresses in a next hop field: none, one, or a global and a link-local one (RFC 2545 section 3), in the
 * VPN families each behind a route distinguisher, which is left out (RFC 4364 section 4.3.2, RFC 4659).
 */
export function nextHopAddresses(nextHop: Uint8Array): string[] {
  switch (nextHop.length) {
    case 0:
      return [];
    case 32:
      return [formatAddress(nextHop.subarray(0, 16)), formatAddress(nextHop.subarray(16))];
    case 12:
    case 24:
      return [formatAddress(nextHop.subarray(RD_LENGTH))];
    case 48:
      return [formatAddress(nextHop.subarray(8, 24)), formatAddress(nextHop.subarray(32))];
    default:
      return [formatAddress(nextHop)];
  }
}

/** `65001 65002 {1,2}`; confederations' segments as `(65001 65002)` and `[1,2]`. */
export function formatAsPath(segments: readonly AsPathSegment[]): string {
  return segments.map((segment) => formatSegment(segment)).join(" ");
}

function formatSegment({ type, asns }: AsPathSegment): string {
  switch (type) {
    case "sequence":
      return asns.join(" ");
    case "set":
      return `{${asns.join(",")}}`;
    case "confed-sequence":
      return `(${asns.join(" ")})`;
    case "confed-set":
      return `[${asns.join(",")}]`;
  }
}
