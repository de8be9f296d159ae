import { formatIPv6 } from "../address.ts";
import { IPV6_UNICAST } from "../family.ts";
import type { FamilyCodec } from "./codec.ts";
import { countPrefixes, prefixAddress, splitPrefixes } from "./prefix-list.ts";

const MAX_BITS = 128;

/** RFC 2545: the next hop is a global address, or a global and a link-local one. */
export const ipv6Unicast: FamilyCodec = {
  family: IPV6_UNICAST,
  acceptsNextHop: (length, extended) => length === 16 || length === 32 || (extended && length === 4),
  count: (bytes, start, end, addPath) => countPrefixes(bytes, start, end, addPath, MAX_BITS),
  split: splitPrefixes,
  format: (bytes, offset) => `${formatIPv6(prefixAddress(bytes, offset, 16))}/${bytes[offset]!}`,
};
