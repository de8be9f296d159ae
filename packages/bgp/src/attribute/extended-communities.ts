import { EncodeError } from "../bytes.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** RFC 4360. */
export interface ExtendedCommunitiesAttribute extends AttributeBase<"extended-communities"> {
  /** Eight octets each. */
  readonly values: readonly Uint8Array[];
}

const LENGTH = 8;

export const extendedCommunities: AttributeCodec<ExtendedCommunitiesAttribute> = {
  code: AttributeCode.extendedCommunities,
  type: "extended-communities",
  flags: OPTIONAL_TRANSITIVE,
  unitLength: LENGTH,
  decode(bytes, start, end) {
    const values: Uint8Array[] = [];
    for (let at = start; at < end; at += LENGTH) values.push(bytes.slice(at, at + LENGTH));
    return { type: "extended-communities", values };
  },
  encode(attribute, out) {
    for (const value of attribute.values) {
      if (value.length !== LENGTH) {
        throw new EncodeError(`an extended community has ${LENGTH} octets, not ${value.length}`);
      }
      out.bytes(value);
    }
  },
};
