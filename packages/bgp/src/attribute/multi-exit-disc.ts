import { readUint32 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 4271 section 5.1.4. */
export interface MultiExitDiscAttribute extends AttributeBase<"multi-exit-disc"> {
  readonly value: number;
}

export const multiExitDisc: AttributeCodec<MultiExitDiscAttribute> = {
  code: AttributeCode.multiExitDisc,
  type: "multi-exit-disc",
  flags: OPTIONAL_NON_TRANSITIVE,
  fixedLength: 4,
  decode: (bytes, start) => ({ type: "multi-exit-disc", value: readUint32(bytes, start) }),
  encode(attribute, out) {
    out.uint32(attribute.value);
  },
};
