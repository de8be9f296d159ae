import type { Family } from "../family.ts";
import type { FamilyCodec } from "./codec.ts";
import { formatIpPrefix, readIpPrefix, writeIpPrefix } from "./ip-prefix.ts";
import { countPrefixes, prefixEnd, splitPrefixes } from "./prefix-list.ts";
import type { PrefixNlri } from "./prefix-nlri.ts";

/** Families whose NLRI are prefixes, RFC 4271 section 4.3. `width`: octets of an address. */
export function prefixFamily(
  family: Family,
  width: 4 | 16,
  acceptsNextHop: FamilyCodec["acceptsNextHop"],
): FamilyCodec<PrefixNlri> {
  const maxBits = 8 * width;
  return {
    family,
    kinds: ["prefix"],
    layout: "prefix",
    acceptsNextHop,
    count: (bytes, start, end, addPath) => countPrefixes(bytes, start, end, addPath, maxBits),
    split: splitPrefixes,
    end: (bytes, start, limit) => prefixEnd(bytes, start, limit, maxBits),
    decode: (bytes, start) => ({
      kind: "prefix",
      prefix: readIpPrefix(bytes, start + 1, bytes[start]!, width),
    }),
    encode(value, out) {
      out.uint8(value.prefix.length);
      writeIpPrefix(value.prefix, width, out);
    },
    format: (bytes, offset) => formatIpPrefix(readIpPrefix(bytes, offset + 1, bytes[offset]!, width)),
  };
}
