import { optionGroup } from "@netferry/service/command-line";
import { parseAsn } from "../client/asn.ts";
import { CODEC_FAMILIES } from "../family-names.ts";

/** What a session agreed on that its messages don't say themselves; for `decode` and `encode`. */
export const contextOptions = optionGroup("Session", {
  "no-asn4": {
    type: "bool",
    env: false,
    description: "AS numbers take two octets: a side lacks the capability",
  },
  "add-path": {
    type: "list",
    env: false,
    description: "NLRI of this family have path identifiers",
    placeholder: "FAMILY",
    suggestions: CODEC_FAMILIES,
  },
  "extended-message": { type: "bool", env: false, description: "Messages may have up to 65535 octets" },
  families: {
    type: "list",
    env: false,
    description: "Families of the session",
    placeholder: "FAMILY",
    suggestions: CODEC_FAMILIES,
    defaultText: "any",
  },
  "local-as": {
    type: "string",
    env: false,
    description: "AS number of this side: the one that receives what is decoded, or sends what is encoded",
    placeholder: "ASN",
    check: parseAsn,
  },
  "peer-as": {
    type: "string",
    env: false,
    description: "AS number of the other side",
    placeholder: "ASN",
    check: parseAsn,
  },
});
