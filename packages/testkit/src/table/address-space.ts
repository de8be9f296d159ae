/**
 * Where routes of the public tables lie. Addresses are handled in blocks: an IPv4 block is a /16, an IPv6 block a
 * /32; a block is its number, the first 16 or 32 bits.
 */
export interface BlockRange {
  readonly first: number;
  /** Number of blocks. */
  readonly size: number;
}

/** First octets and /16s of IPv4 that are special (RFC 6890) or not unicast. */
function isUsableIPv4Block(block: number): boolean {
  const octet = block >>> 8;
  const second = block & 0xff;
  if (octet === 0 || octet === 10 || octet === 127 || octet >= 224) return false;
  if (octet === 100) return second < 64 || second > 127;
  if (octet === 169) return second !== 254;
  if (octet === 172) return second < 16 || second > 31;
  if (octet === 192) return second !== 0 && second !== 168;
  if (octet === 198) return second !== 18 && second !== 19 && second !== 51;
  return octet !== 203 || second !== 0;
}

/** The unicast /16s of IPv4 without the special ones, as runs. */
export function ipv4Ranges(): BlockRange[] {
  const ranges: BlockRange[] = [];
  let first = -1;
  for (let block = 0; block <= 0x10000; block += 1) {
    const usable = block < 0x10000 && isUsableIPv4Block(block);
    if (usable && first < 0) first = block;
    if (!usable && first >= 0) {
      ranges.push({ first, size: block - first });
      first = -1;
    }
  }
  return ranges;
}

/** What the registries have been given of 2000::/3, without the special part of 2001::/16. */
export const IPV6_RANGES: readonly BlockRange[] = [
  { first: 0x2001_0e00, size: 0xf200 },
  { first: 0x2400_0000, size: 0x10_0000 },
  { first: 0x2600_0000, size: 0x10_0000 },
  { first: 0x2800_0000, size: 0x10_0000 },
  { first: 0x2a00_0000, size: 0x10_0000 },
  { first: 0x2a10_0000, size: 0x10_0000 },
  { first: 0x2c00_0000, size: 0x10_0000 },
];
