/**
 * Reads the octets of a prefix of `bits` bits (RFC 4271 section 4.3: as many octets as hold them) into the
 * words of an address, network order, host bits cleared. The octets must be there.
 * @param width words of the address: 1 for IPv4, 4 for IPv6
 */
export function readPrefix(
  into: Int32Array,
  width: number,
  bytes: Uint8Array,
  offset: number,
  bits: number,
): void {
  let left = bits;
  let at = offset;
  for (let i = 0; i < width; i++) {
    let word = 0;
    if (left > 0) {
      word = bytes[at]! << 24;
      if (left > 8) word |= bytes[at + 1]! << 16;
      if (left > 16) word |= bytes[at + 2]! << 8;
      if (left > 24) word |= bytes[at + 3]!;
      if (left < 32) word &= -1 << (32 - left);
    }
    into[i] = word;
    left -= 32;
    at += 4;
  }
}

/** The NLRI of an address and a length in bits: the length octet and as few octets of prefix as hold them. */
export function writePrefix(address: Int32Array, bits: number): Uint8Array {
  const nlri = new Uint8Array(1 + ((bits + 7) >>> 3));
  nlri[0] = bits;
  for (let i = 1; i < nlri.length; i++) nlri[i] = address[(i - 1) >>> 2]! >>> (24 - ((i - 1) & 3) * 8);
  return nlri;
}
