import { SegmentType } from "./attribute/as-path-segments.ts";
import { AttributeCode, AttributeFlag } from "./attribute/code.ts";
import { readUint16, readUint32 } from "./bytes.ts";

/**
 * The AS in which a path begins, of attributes `[start, end)` as a scanner hands them out. Undefined for an
 * empty path and for one that begins with a set (RFC 6811 section 2). Total; allocates nothing.
 */
export function originAsOf(
  attributeBytes: Uint8Array,
  start = 0,
  end = attributeBytes.length,
): number | undefined {
  let at = start;
  while (at + 3 <= end) {
    const extended = (attributeBytes[at]! & AttributeFlag.extendedLength) !== 0;
    if (extended && at + 4 > end) return undefined;
    const valueStart = extended ? at + 4 : at + 3;
    const next = valueStart + (extended ? readUint16(attributeBytes, at + 2) : attributeBytes[at + 2]!);
    if (next > end) return undefined;
    if (attributeBytes[at + 1] === AttributeCode.asPath) return lastAs(attributeBytes, valueStart, next);
    at = next;
  }
  return undefined;
}

function lastAs(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  let originAs: number | undefined;
  while (at + 2 <= end) {
    const next = at + 2 + 4 * bytes[at + 1]!;
    if (next > end) return undefined;
    const isSequence = bytes[at] === SegmentType.sequence && next > at + 2;
    originAs = isSequence ? readUint32(bytes, next - 4) : undefined;
    at = next;
  }
  return originAs;
}
