import { TlvList, type UnknownTlv } from "../tlv/tlv.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import { type TlvAttribute, tlvAttribute } from "./tlv-attribute.ts";

/** draft-ietf-bier-idr-extensions section 3: TLVs, the values of which are carried as bytes. */
export type BierAttribute = TlvAttribute<"bier", UnknownTlv>;

export const bier = tlvAttribute(
  { code: AttributeCode.bier, type: "bier", flags: OPTIONAL_TRANSITIVE },
  new TlvList({ codeWidth: 2, lengthWidth: 2 }, {}),
);
