import { readUint32 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 4456 section 8. */
export interface OriginatorIdAttribute extends AttributeBase<"originator-id"> {
  readonly identifier: number;
}

export const originatorId: AttributeCodec<OriginatorIdAttribute> = {
  code: AttributeCode.originatorId,
  type: "originator-id",
  flags: OPTIONAL_NON_TRANSITIVE,
  fixedLength: 4,
  decode: (bytes, start) => ({ type: "originator-id", identifier: readUint32(bytes, start) }),
  encode(attribute, out) {
    out.uint32(attribute.identifier);
  },
};
