import { readUint32 } from "../bytes.ts";
import { AttributeCode, WELL_KNOWN } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 4271 section 5.1.5. */
export interface LocalPrefAttribute extends AttributeBase<"local-pref"> {
  readonly value: number;
}

export const localPref: AttributeCodec<LocalPrefAttribute> = {
  code: AttributeCode.localPref,
  type: "local-pref",
  flags: WELL_KNOWN,
  fixedLength: 4,
  decode: (bytes, start) => ({ type: "local-pref", value: readUint32(bytes, start) }),
  encode(attribute, out) {
    out.uint32(attribute.value);
  },
};
