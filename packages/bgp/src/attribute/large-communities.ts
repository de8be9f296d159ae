import { readUint32 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

export interface LargeCommunity {
  readonly globalAdministrator: number;
  readonly localData1: number;
  readonly localData2: number;
}

/** RFC 8092. */
export interface LargeCommunitiesAttribute extends AttributeBase<"large-communities"> {
  readonly values: readonly LargeCommunity[];
}

const LENGTH = 12;

/** `65000:1:2`, RFC 8092 section 5. */
export function formatLargeCommunity(value: LargeCommunity): string {
  return `${value.globalAdministrator}:${value.localData1}:${value.localData2}`;
}

export const largeCommunities: AttributeCodec<LargeCommunitiesAttribute> = {
  code: AttributeCode.largeCommunities,
  type: "large-communities",
  flags: OPTIONAL_TRANSITIVE,
  unitLength: LENGTH,
  decode(bytes, start, end) {
    const values: LargeCommunity[] = [];
    for (let at = start; at < end; at += LENGTH) {
      values.push({
        globalAdministrator: readUint32(bytes, at),
        localData1: readUint32(bytes, at + 4),
        localData2: readUint32(bytes, at + 8),
      });
    }
    return { type: "large-communities", values };
  },
  encode(attribute, out) {
    for (const value of attribute.values) {
      out.uint32(value.globalAdministrator);
      out.uint32(value.localData1);
      out.uint32(value.localData2);
    }
  },
};
