import { type ByteWriter, readUint16 } from "../bytes.ts";
import { listOf, OCTETS, UINT16, UINT8 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import {
  readWideCommunity,
  type WideCommunity,
  wideCommunityMembers,
  writeWideCommunity,
} from "./wide-community.ts";

interface ContainerHead {
  /** The highest two bits: registered, and whether confederations are crossed. */
  readonly containerFlags: number;
  readonly reserved: number;
}

export type CommunityContainer =
  | (ContainerHead & WideCommunity & { readonly kind: "wide" })
  | (ContainerHead & { readonly kind: "unknown"; readonly code: number; readonly value: Uint8Array });

/** draft-ietf-idr-wide-bgp-communities section 3. */
export interface CommunityContainersAttribute extends AttributeBase<"community-containers"> {
  readonly containers: readonly CommunityContainer[];
}

/** Type, flags, a reserved octet, and the length, which counts them. */
const HEAD = 6;
const WIDE = 1;

export const communityContainers: AttributeCodec<CommunityContainersAttribute> = {
  code: AttributeCode.communityContainers,
  type: "community-containers",
  flags: OPTIONAL_TRANSITIVE,
  shape: {
    containers: listOf({
      kind: "variants",
      tag: "kind",
      of: {
        wide: { containerFlags: UINT8, reserved: UINT8, ...wideCommunityMembers },
        unknown: { containerFlags: UINT8, reserved: UINT8, code: UINT16, value: OCTETS },
      },
    }),
  },
  check(bytes, start, end) {
    let at = start;
    while (at + HEAD <= end) {
      const length = readUint16(bytes, at + 4);
      if (length < HEAD) return false;
      at += length;
    }
    return at === end && end > start;
  },
  decode(bytes, start, end) {
    const containers: CommunityContainer[] = [];
    let at = start;
    while (at < end) {
      const next = at + readUint16(bytes, at + 4);
      containers.push(readContainer(bytes, at, next));
      at = next;
    }
    return { type: "community-containers", containers };
  },
  encode(attribute, out) {
    for (const container of attribute.containers) {
      out.uint16(container.kind === "wide" ? WIDE : container.code);
      out.uint8(container.containerFlags);
      out.uint8(container.reserved);
      const body = (field: ByteWriter): void => {
        if (container.kind === "wide") writeWideCommunity(container, field);
        else field.bytes(container.value);
      };
      out.counted(2, "a community container", body, HEAD);
    }
  },
};

function readContainer(bytes: Uint8Array, start: number, end: number): CommunityContainer {
  const code = readUint16(bytes, start);
  const head = { containerFlags: bytes[start + 2]!, reserved: bytes[start + 3]! };
  const wide = code === WIDE ? readWideCommunity(bytes, start + HEAD, end) : undefined;
  if (wide !== undefined) return { kind: "wide", ...head, ...wide };
  return { kind: "unknown", ...head, code, value: bytes.slice(start + HEAD, end) };
}
