import { readUint16 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

export interface CommunityContainer {
  /** 1 for a wide community. */
  readonly containerType: number;
  readonly containerFlags: number;
  readonly reserved: number;
  readonly value: Uint8Array;
}

/** draft-ietf-idr-wide-bgp-communities section 3. */
export interface CommunityContainersAttribute extends AttributeBase<"community-containers"> {
  readonly containers: readonly CommunityContainer[];
}

const HEAD = 6;

export const communityContainers: AttributeCodec<CommunityContainersAttribute> = {
  code: AttributeCode.communityContainers,
  type: "community-containers",
  flags: OPTIONAL_TRANSITIVE,
  check(bytes, start, end) {
    let at = start;
    while (at + HEAD <= end) at += HEAD + readUint16(bytes, at + 4);
    return at === end && end > start;
  },
  decode(bytes, start, end) {
    const containers: CommunityContainer[] = [];
    let at = start;
    while (at < end) {
      const next = at + HEAD + readUint16(bytes, at + 4);
      containers.push({
        containerType: readUint16(bytes, at),
        containerFlags: bytes[at + 2]!,
        reserved: bytes[at + 3]!,
        value: bytes.slice(at + HEAD, next),
      });
      at = next;
    }
    return { type: "community-containers", containers };
  },
  encode(attribute, out) {
    for (const { containerType, containerFlags, reserved, value } of attribute.containers) {
      out.uint16(containerType);
      out.uint8(containerFlags);
      out.uint8(reserved);
      out.counted(2, "a community container", (field) => field.bytes(value));
    }
  },
};
