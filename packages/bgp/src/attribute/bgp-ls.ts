import { type LinkStateTlv, linkStateTlvs } from "../link-state/attribute-tlvs.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import { type TlvAttribute, tlvAttribute } from "./tlv-attribute.ts";

/** What is known of the node, link, prefix or SID that the BGP-LS NLRI names (RFC 9552 section 5.3). */
export type BgpLsAttribute = TlvAttribute<"bgp-ls", LinkStateTlv>;

export const bgpLs = tlvAttribute(
  { code: AttributeCode.bgpLs, type: "bgp-ls", flags: OPTIONAL_NON_TRANSITIVE },
  linkStateTlvs,
);
