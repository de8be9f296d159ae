import type { AsPathSegment } from "./as-path-segments.ts";
import { checkSegments, readSegments, writeSegments } from "./as-path-segments.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 6793 section 3: the AS path as four-octet speakers saw it, on its way through one that is not. */
export interface As4PathAttribute extends AttributeBase<"as4-path"> {
  readonly segments: readonly AsPathSegment[];
}

export const as4Path: AttributeCodec<As4PathAttribute> = {
  code: AttributeCode.as4Path,
  type: "as4-path",
  flags: OPTIONAL_TRANSITIVE,
  // Confederation segments are skipped when it is merged, they do not make it malformed (RFC 6793 section 6).
  check: (bytes, start, end) => end - start >= 6 && checkSegments(bytes, start, end, 4, true),
  decode: (bytes, start, end) => ({ type: "as4-path", segments: readSegments(bytes, start, end, 4) }),
  encode(attribute, out) {
    writeSegments(attribute.segments, 4, out);
  },
};
