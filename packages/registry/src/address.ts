import { formatAddress, parseAddress } from "@netferry/bgp";

const IPV4_LENGTH = 4;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function unmapped(bytes: Uint8Array): Uint8Array {
  const mapped = bytes.length === 16 && MAPPED_PREFIX.every((octet, index) => bytes[index] === octet);
  return mapped ? bytes.subarray(12) : bytes;
}

/**
 * The one spelling of an address: dotted quad, or RFC 5952 text; IPv4-mapped IPv6 (RFC 4291 section
 * 2.5.5.2), which a dual-stack socket reports, becomes the IPv4 address. Undefined: no address.
 */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddress(text);
  return bytes === undefined ? undefined : formatAddress(unmapped(bytes));
}

/** Why nothing can peer from this canonical address; undefined where something can. */
export function unusableSource(canonical: string): string | undefined {
  const bytes = parseAddress(canonical);
  if (bytes === undefined) return "is no address";
  const first = bytes[0] ?? 0;
  if (bytes.every((octet) => octet === 0)) return "is the unspecified address";
  if (bytes.length === IPV4_LENGTH) {
    if (first === 0) return 'is in 0.0.0.0/8, "this network"';
    if (first >= 224 && first < 240) return "is a multicast address";
    if (first >= 240) return "is in 240.0.0.0/4, which is reserved";
    return undefined;
  }
  return first === 0xff ? "is a multicast address" : undefined;
}
