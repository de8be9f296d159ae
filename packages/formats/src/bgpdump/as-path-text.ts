import { readUint16, readUint32, writeUint32 } from "../octets.ts";
import { AS_TRANS, type BgpdumpAttributes } from "./attributes.ts";
import { ascii, type LineBuffer } from "./line-buffer.ts";

const SET = 1;
const SEQUENCE = 2;
const CONFED_SET = 4;
const OPENING = ascii(" { ([");
const CLOSING = ascii(" } )]");
const SPACE = 0x20;
const COMMA = 0x2c;
const ERROR_TEXT = ascii("! Error !");
const ELLIPSIS = ascii("...");
/** bgpdump stops a path where its text is longer. */
const MAX_TEXT_LENGTH = 7900;
/** Octets of AS numbers in front of AS4_PATH: more than a text that long shows. */
const MAX_MERGED_LENGTH = 64 * 1024;
const MAX_SEGMENT_LENGTH = 2 + 4 * 255;
/** The longest text with what follows a number: room to reserve for a path. */
export const AS_PATH_ROOM = 8000;

/** Writes the AS_PATH, with AS4_PATH merged in where AS numbers have two octets. */
export function writeAsPath(attributes: BgpdumpAttributes, asnWidth: 2 | 4, out: LineBuffer): void {
  if (attributes.asPathStart < 0) return;
  if (asnWidth === 2 && attributes.as4PathStart >= 0) {
    const merged = mergedPath(attributes);
    if (merged !== undefined) return writeSegments(merged, 0, merged.length, 4, out);
  }
  writeSegments(attributes.buffer, attributes.asPathStart, attributes.asPathEnd, asnWidth, out);
}

function writeSegments(bytes: Uint8Array, start: number, end: number, width: 2 | 4, out: LineBuffer): void {
  const textStart = out.length;
  let previous = SEQUENCE;
  let separate = false;
  let at = start;
  while (at < end) {
    const type = bytes[at]!;
    const next = segmentEnd(bytes, at, end, width);
    if (next < 0) {
      out.length = textStart;
      out.text(ERROR_TEXT);
      return;
    }
    if (previous !== SEQUENCE) out.octet(CLOSING[previous]!);
    if (separate) out.octet(SPACE);
    if (type !== SEQUENCE) out.octet(OPENING[type]!);
    separate = false;
    const separator = type === SET || type === CONFED_SET ? COMMA : SPACE;
    for (at += 2; at < next; at += width) {
      if (separate) out.octet(separator);
      separate = true;
      out.decimal(width === 4 ? readUint32(bytes, at) : readUint16(bytes, at));
      if (out.length - textStart > MAX_TEXT_LENGTH) return out.text(ELLIPSIS);
    }
    previous = type;
  }
  if (start < end && previous !== SEQUENCE) out.octet(CLOSING[previous]!);
}

/** -1 if it is none. */
function segmentEnd(bytes: Uint8Array, at: number, end: number, width: number): number {
  if (at + 2 > end || bytes[at]! < SET || bytes[at]! > CONFED_SET) return -1;
  const next = at + 2 + bytes[at + 1]! * width;
  return next > end ? -1 : next;
}

/** AS numbers, a set of any kind as one; 0 for a path that is malformed. */
function countAsns(bytes: Uint8Array, start: number, end: number, width: number): number {
  let count = 0;
  for (let at = start; at < end;) {
    const next = segmentEnd(bytes, at, end, width);
    if (next < 0) return 0;
    count += isSet(bytes[at]!) ? 1 : bytes[at + 1]!;
    at = next;
  }
  return count;
}

function isSet(type: number): boolean {
  return type === SET || type === CONFED_SET;
}

/** In four-octet form; undefined where AS4_PATH is left aside (RFC 6793 section 4.2.3). */
function mergedPath(attributes: BgpdumpAttributes): Uint8Array | undefined {
  const { buffer, asPathStart, asPathEnd, as4PathStart, as4PathEnd } = attributes;
  const outdated =
    attributes.aggregatorAddress !== 0xffffffff &&
    attributes.as4AggregatorAs >= 0 &&
    attributes.aggregatorAs !== AS_TRANS;
  if (outdated) return undefined;
  const excess =
    countAsns(buffer, asPathStart, asPathEnd, 2) - countAsns(buffer, as4PathStart, as4PathEnd, 4);
  if (excess < 0) return undefined;
  const size = excess > 0 ? buffer[asPathStart + 1]! : 0;
  const type = excess > 0 ? buffer[asPathStart]! : 0;
  if (excess > 0 && size === 0 && !isSet(type)) return undefined;
  const merged = new Uint8Array(MAX_MERGED_LENGTH + as4PathEnd - as4PathStart);
  let length = 0;
  // NB: bgpdump takes the AS numbers in front of AS4_PATH from the first segment, again and again.
  for (let count = 0; count < excess && length < MAX_MERGED_LENGTH - MAX_SEGMENT_LENGTH;) {
    const taken = isSet(type) ? size : Math.min(size, excess - count);
    merged[length] = type;
    merged[length + 1] = taken;
    length += 2;
    for (let i = 0; i < taken; i++, length += 4) {
      writeUint32(merged, length, readUint16(buffer, asPathStart + 2 + 2 * i));
    }
    count += isSet(type) ? 1 : size;
  }
  merged.set(buffer.subarray(as4PathStart, as4PathEnd), length);
  return merged.subarray(0, length + as4PathEnd - as4PathStart);
}
