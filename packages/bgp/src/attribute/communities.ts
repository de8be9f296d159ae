import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { readUint32List, writeUint32List } from "./uint32-list.ts";

/** RFC 1997. */
export interface CommunitiesAttribute extends AttributeBase<"communities"> {
  /** 32 bits each: `AS number << 16 | value`. */
  readonly values: readonly number[];
}

/** `65000:1`. */
export function formatCommunity(value: number): string {
  return `${value >>> 16}:${value & 0xffff}`;
}

export const communities: AttributeCodec<CommunitiesAttribute> = {
  code: AttributeCode.communities,
  type: "communities",
  flags: OPTIONAL_TRANSITIVE,
  unitLength: 4,
  decode: (bytes, start, end) => ({ type: "communities", values: readUint32List(bytes, start, end) }),
  encode(attribute, out) {
    writeUint32List(attribute.values, out);
  },
};
