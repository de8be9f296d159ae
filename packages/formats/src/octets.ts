/**
 * Octets in network byte order. As in @netferry/bgp, but on its own: what reads files and knows no message
 * starts without loading every codec, which takes a short-lived process longer than many a file.
 */

/** Reads an unsigned 16-bit integer. The caller has checked that two octets are there. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** Reads an unsigned 32-bit integer. The caller has checked that four octets are there. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return ((readUint16(bytes, offset) << 16) | readUint16(bytes, offset + 2)) >>> 0;
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}
