import { readUint32 } from "../bytes.ts";
import type { Nlri } from "../nlri.ts";

/** Octets of a path identifier, RFC 7911 section 3. */
export const PATH_ID_LENGTH = 4;

/**
 * Counts prefixes in (length in bits, prefix) form, RFC 4271 section 4.3; -1 if one is longer than
 * `maxBits` or does not end within the field.
 */
export function countPrefixes(
  bytes: Uint8Array,
  start: number,
  end: number,
  addPath: boolean,
  maxBits: number,
): number {
  const skip = addPath ? PATH_ID_LENGTH : 0;
  let count = 0;
  let at = start;
  while (at < end) {
    at += skip;
    if (at >= end) return -1;
    const bits = bytes[at]!;
    if (bits > maxBits) return -1;
    at += 1 + ((bits + 7) >>> 3);
    count++;
  }
  return at === end ? count : -1;
}

/** Where the prefix at `start` ends; -1 if it is longer than `maxBits` or does not end by `limit`. */
export function prefixEnd(bytes: Uint8Array, start: number, limit: number, maxBits: number): number {
  if (start >= limit || bytes[start]! > maxBits) return -1;
  const end = start + 1 + ((bytes[start]! + 7) >>> 3);
  return end <= limit ? end : -1;
}

/** The prefixes of a field that {@link countPrefixes} found correct, as views. */
export function splitPrefixes(bytes: Uint8Array, start: number, end: number, addPath: boolean): Nlri[] {
  const routes: Nlri[] = [];
  let at = start;
  while (at < end) {
    const prefix = addPath ? at + PATH_ID_LENGTH : at;
    const next = prefix + 1 + ((bytes[prefix]! + 7) >>> 3);
    const view = bytes.subarray(prefix, next);
    routes.push(addPath ? { pathId: readUint32(bytes, at), bytes: view } : { bytes: view });
    at = next;
  }
  return routes;
}

/** The address of a prefix, host bits cleared, in `width` octets. The prefix is at most `8 * width` bits long. */
export function prefixAddress(bytes: Uint8Array, offset: number, width: number): Uint8Array {
  const bits = bytes[offset]!;
  const octets = (bits + 7) >>> 3;
  const address = new Uint8Array(width);
  for (let i = 0; i < octets; i++) address[i] = bytes[offset + 1 + i]!;
  if ((bits & 7) !== 0) address[octets - 1]! &= 0xff << (8 - (bits & 7));
  return address;
}
