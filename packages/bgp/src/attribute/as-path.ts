import type { AsPathSegment } from "./as-path-segments.ts";
import { checkSegments, readSegments, writeSegments } from "./as-path-segments.ts";
import { AttributeCode, WELL_KNOWN } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 4271 section 5.1.2. AS numbers are as on the wire: AS_TRANS stays until AS4_PATH is merged. */
export interface AsPathAttribute extends AttributeBase<"as-path"> {
  readonly segments: readonly AsPathSegment[];
}

/**
 * NB: that the first AS is the neighbour's (RFC 4271 section 6.3) is not checked: route servers leave
 * themselves out, and a collector is told, it does not forward.
 */
export const asPath: AttributeCodec<AsPathAttribute> = {
  code: AttributeCode.asPath,
  type: "as-path",
  flags: WELL_KNOWN,
  // Confederation segments from outside the confederation are malformed (RFC 5065 section 5).
  check: (bytes, start, end, context) =>
    checkSegments(bytes, start, end, context.fourOctetAs ? 4 : 2, context.internal),
  decode: (bytes, start, end, context) => ({
    type: "as-path",
    segments: readSegments(bytes, start, end, context.fourOctetAs ? 4 : 2),
  }),
  encode(attribute, out, context) {
    writeSegments(attribute.segments, context.fourOctetAs ? 4 : 2, out);
  },
};
