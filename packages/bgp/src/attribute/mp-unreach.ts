import { readUint16 } from "../bytes.ts";
import { familyCodec } from "../family/registry.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { Nlri } from "../nlri.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { readNlri, writeNlri } from "./mp-nlri.ts";

/** RFC 4760 section 4. Alone in an UPDATE and empty, it is the family's End-of-RIB (RFC 4724 section 2). */
export interface MpUnreachAttribute extends AttributeBase<"mp-unreach"> {
  readonly family: Family;
  readonly nlri: readonly Nlri[];
}

/** AFI and SAFI. */
export const MP_UNREACH_MINIMUM = 3;

export const mpUnreach: AttributeCodec<MpUnreachAttribute> = {
  code: AttributeCode.mpUnreach,
  type: "mp-unreach",
  flags: OPTIONAL_NON_TRANSITIVE,
  check(bytes, start, end, context) {
    if (end - start < MP_UNREACH_MINIMUM) return false;
    const family = familyOf(readUint16(bytes, start), bytes[start + 2]!);
    const codec = familyCodec(family);
    const addPath = context.addPathReceive.has(family);
    return codec === undefined || codec.count(bytes, start + MP_UNREACH_MINIMUM, end, addPath) >= 0;
  },
  decode(bytes, start, end, context) {
    const family = familyOf(readUint16(bytes, start), bytes[start + 2]!);
    return {
      type: "mp-unreach",
      family,
      nlri: readNlri(family, bytes, start + MP_UNREACH_MINIMUM, end, context),
    };
  },
  encode(attribute, out, context) {
    out.uint16(afiOf(attribute.family));
    out.uint8(safiOf(attribute.family));
    writeNlri(attribute.family, attribute.nlri, out, context);
  },
};
