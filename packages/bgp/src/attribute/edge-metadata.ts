import { OCTETS } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/**
 * What is known of the site that serves a prefix, draft-ietf-idr-5g-edge-service-metadata (a temporary code of
 * IANA's). Its sub-TLVs have changed from draft to draft, so that they are carried as octets.
 */
export interface EdgeMetadataAttribute extends AttributeBase<"edge-metadata"> {
  readonly value: Uint8Array;
}

export const edgeMetadata: AttributeCodec<EdgeMetadataAttribute> = {
  code: AttributeCode.edgeMetadata,
  type: "edge-metadata",
  flags: OPTIONAL_NON_TRANSITIVE,
  shape: { value: OCTETS },
  decode: (bytes, start, end) => ({ type: "edge-metadata", value: bytes.slice(start, end) }),
  encode(attribute, out) {
    out.bytes(attribute.value);
  },
};
