import type { CodecContext } from "../codec-context.ts";
import { attributeCodecByCode } from "./attribute.ts";
import type { AttributeCheck } from "./codec.ts";

// The codecs' rules as arrays by attribute code, since they are looked up for every attribute received.
const ANY_LENGTH = -1;
const FIXED_LENGTH = Int16Array.from(attributeCodecByCode, (codec) => codec?.fixedLength ?? ANY_LENGTH);
const UNIT_LENGTH = Uint8Array.from(attributeCodecByCode, (codec) => codec?.unitLength ?? 0);
const CHECKS: readonly (AttributeCheck | undefined)[] = attributeCodecByCode.map((codec) => codec?.check);

/** The Optional and Transitive bits by code; 0 for an attribute that this package does not know. */
export const attributeKinds = Uint8Array.from(attributeCodecByCode, (codec) => codec?.flags ?? 0);

/** Whether the value `[start, end)` of an attribute is well-formed, as its codec says. Allocates nothing. */
export function isWellFormed(
  code: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
): boolean {
  const length = end - start;
  const fixed = FIXED_LENGTH[code]!;
  if (fixed !== ANY_LENGTH && length !== fixed) return false;
  const unit = UNIT_LENGTH[code]!;
  if (unit !== 0 && (length === 0 || length % unit !== 0)) return false;
  const check = CHECKS[code];
  return check === undefined || check(bytes, start, end, context);
}
