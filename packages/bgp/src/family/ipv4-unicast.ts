import { formatIPv4 } from "../address.ts";
import { IPV4_UNICAST } from "../family.ts";
import type { FamilyCodec } from "./codec.ts";
import { countPrefixes, prefixAddress, splitPrefixes } from "./prefix-list.ts";

const MAX_BITS = 32;

/** RFC 4271 section 4.3; in MP_REACH_NLRI RFC 4760, with an IPv6 next hop RFC 8950 section 3. */
export const ipv4Unicast: FamilyCodec = {
  family: IPV4_UNICAST,
  acceptsNextHop: (length, extended) => length === 4 || (extended && (length === 16 || length === 32)),
  count: (bytes, start, end, addPath) => countPrefixes(bytes, start, end, addPath, MAX_BITS),
  split: splitPrefixes,
  format: (bytes, offset) => `${formatIPv4(prefixAddress(bytes, offset, 4))}/${bytes[offset]!}`,
};
