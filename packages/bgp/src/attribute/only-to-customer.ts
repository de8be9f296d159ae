import { readUint32 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** OTC, RFC 9234 section 5. */
export interface OnlyToCustomerAttribute extends AttributeBase<"only-to-customer"> {
  readonly asn: number;
}

export const onlyToCustomer: AttributeCodec<OnlyToCustomerAttribute> = {
  code: AttributeCode.onlyToCustomer,
  type: "only-to-customer",
  flags: OPTIONAL_TRANSITIVE,
  fixedLength: 4,
  decode: (bytes, start) => ({ type: "only-to-customer", asn: readUint32(bytes, start) }),
  encode(attribute, out) {
    out.uint32(attribute.asn);
  },
};
