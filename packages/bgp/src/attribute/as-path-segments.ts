import { type ByteWriter, readUint16, readUint32 } from "../bytes.ts";

/** RFC 4271 section 4.3 b; the confederation's kinds are RFC 5065 section 3. */
export interface AsPathSegment {
  readonly type: "set" | "sequence" | "confed-sequence" | "confed-set";
  /** 1 to 255 of them, the last AS that was passed first. */
  readonly asns: readonly number[];
}

export const SegmentType = { set: 1, sequence: 2, confedSequence: 3, confedSet: 4 } as const;
const TYPE_NAMES: readonly AsPathSegment["type"][] = ["set", "sequence", "confed-sequence", "confed-set"];

/** Stands for an AS number that does not fit two octets (RFC 6793 section 9). */
export const AS_TRANS = 23456;

/**
 * Whether segments are well-formed: known types, no empty segment, none that runs over the end (RFC 7606
 * section 7.2), no AS 0 (RFC 7607 section 2). `width`: octets of an AS number.
 */
export function checkSegments(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  confederation: boolean,
): boolean {
  const lastType = confederation ? SegmentType.confedSet : SegmentType.sequence;
  let at = start;
  while (at < end) {
    if (at + 2 > end) return false;
    const type = bytes[at]!;
    const next = at + 2 + bytes[at + 1]! * width;
    if (type === 0 || type > lastType || next === at + 2 || next > end) return false;
    at += 2;
    if (width === 4) {
      for (; at < next; at += 4) {
        if ((bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) === 0) return false;
      }
    } else {
      for (; at < next; at += 2) if ((bytes[at]! | bytes[at + 1]!) === 0) return false;
    }
  }
  return true;
}

/** Reads segments that {@link checkSegments} found well-formed. */
export function readSegments(bytes: Uint8Array, start: number, end: number, width: number): AsPathSegment[] {
  const segments: AsPathSegment[] = [];
  let at = start;
  while (at < end) {
    const type = TYPE_NAMES[bytes[at]! - 1]!;
    const next = at + 2 + bytes[at + 1]! * width;
    const asns: number[] = [];
    for (at += 2; at < next; at += width)
      asns.push(width === 4 ? readUint32(bytes, at) : readUint16(bytes, at));
    segments.push({ type, asns });
  }
  return segments;
}

/** In two octets, a number that does not fit is written as AS_TRANS (RFC 6793 section 4.2.2). */
export function writeSegments(segments: readonly AsPathSegment[], width: number, out: ByteWriter): void {
  for (const segment of segments) {
    out.uint8(TYPE_NAMES.indexOf(segment.type) + 1);
    out.uint8(segment.asns.length);
    for (const asn of segment.asns) {
      if (width === 4) out.uint32(asn);
      else out.uint16(asn > 0xffff ? AS_TRANS : asn);
    }
  }
}
