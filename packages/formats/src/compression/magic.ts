export type Compression = "gzip" | "bzip2" | "zstd" | "none";

/** What each kind of compressed file begins with (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1). */
const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Octets that {@link detectCompression} looks at. */
export const MAGIC_LENGTH = 4;

/** How a file that begins so is compressed. */
export function detectCompression(head: Uint8Array): Compression {
  return MAGIC.find(([, magic]) => magic.every((octet, index) => head[index] === octet))?.[0] ?? "none";
}
