import { readUint16, readUint32 } from "../bytes.ts";
import { OCTETS, UINT32 } from "../tlv/shape.ts";
import { AttributeCode, AttributeFlag, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

/** The customer's attributes, carried through the provider's network (RFC 6368 section 5). */
export interface AttributeSetAttribute extends AttributeBase<"attribute-set"> {
  /** The customer's AS. */
  readonly originAs: number;
  /** A list of path attributes with four-octet AS numbers, which `decodeAttributes` reads. */
  readonly attributes: Uint8Array;
}

const HEAD = 4;

export const attributeSet: AttributeCodec<AttributeSetAttribute> = {
  code: AttributeCode.attributeSet,
  type: "attribute-set",
  flags: OPTIONAL_TRANSITIVE,
  shape: { originAs: UINT32, attributes: OCTETS },
  check(bytes, start, end) {
    let at = start + HEAD;
    while (at + 3 <= end) {
      const extended = (bytes[at]! & AttributeFlag.extendedLength) !== 0;
      if (extended && at + 4 > end) return false;
      at += extended ? 4 + readUint16(bytes, at + 2) : 3 + bytes[at + 2]!;
    }
    return at === end;
  },
  decode: (bytes, start, end) => ({
    type: "attribute-set",
    originAs: readUint32(bytes, start),
    attributes: bytes.slice(start + HEAD, end),
  }),
  encode(attribute, out) {
    out.uint32(attribute.originAs);
    out.bytes(attribute.attributes);
  },
};
