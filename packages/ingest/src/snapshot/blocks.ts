/**
 * The outer form of a snapshot file: a magic line with the version, then blocks, each with its length and checksum,
 * the last of them empty. Integers are little-endian.
 */
import { crc32 } from "node:zlib";

/** Another version is refused: a snapshot is worth a route refresh, not a conversion. */
export const SNAPSHOT_VERSION = 1;
const MAGIC = new TextEncoder().encode(`NETFERRY SNAPSHOT ${SNAPSHOT_VERSION}\n`);
const BLOCK_HEADER = 8;
/** A longer block is a damaged length. */
export const MAX_BLOCK_BYTES = 64 * 1024 * 1024;

/** What is wrong with a snapshot file, in one line. */
export class SnapshotError extends Error {
  override name = "SnapshotError";
}

export function magic(): Uint8Array {
  return MAGIC;
}

/** A block as it stands in the file. An empty one ends the file. */
export function block(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEADER + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length, true);
  view.setUint32(4, crc32(content), true);
  bytes.set(content, BLOCK_HEADER);
  return bytes;
}

/**
 * The contents of a whole file's blocks, every one of them checked.
 *
 * @throws SnapshotError for anything that is not just what was written
 */
export function blocksOf(file: Uint8Array): Uint8Array[] {
  const line = file.subarray(0, MAGIC.length);
  if (line.length < MAGIC.length || line.some((octet, i) => octet !== MAGIC[i])) {
    throw new SnapshotError(
      new TextDecoder().decode(line).startsWith("NETFERRY SNAPSHOT ")
        ? "it was written by another version"
        : "it is no snapshot",
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const contents: Uint8Array[] = [];
  for (let at = MAGIC.length; ;) {
    if (at + BLOCK_HEADER > file.length) throw new SnapshotError("it is cut off");
    const length = view.getUint32(at, true);
    const sum = view.getUint32(at + 4, true);
    const start = at + BLOCK_HEADER;
    if (length > MAX_BLOCK_BYTES)
      throw new SnapshotError(`it is damaged at byte ${at}: a block of ${length} bytes`);
    if (start + length > file.length) throw new SnapshotError("it is cut off");
    const content = file.subarray(start, start + length);
    if (crc32(content) !== sum) throw new SnapshotError(`it is damaged at byte ${at}: the checksum is wrong`);
    at = start + length;
    if (length === 0) {
      if (at !== file.length) throw new SnapshotError("something stands behind its end");
      return contents;
    }
    contents.push(content);
  }
}
