import { octets } from "../tlv/field.ts";
import { struct, withRest } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import { type TlvAttribute, tlvAttribute } from "./tlv-attribute.ts";

const FORM = { codeWidth: 1, lengthWidth: 2 } as const;

const HOP = {
  /** A service function type, and the route distinguishers, 8 octets each, of those that may serve. */
  "service-function-type": { code: 3, field: withRest({ serviceFunctionType: 2 }, "rds", octets()) },
  "mpls-swapping": { code: 4, field: octets() },
  "sfp-traversal": { code: 5, field: octets() },
} as const;
const hopTlvs = new TlvList(FORM, HOP);

const TLVS = {
  association: {
    code: 1,
    field: struct({ associationType: 1, rd: [8, octets(8)], servicePathIdentifier: 3 }),
  },
  hop: { code: 2, field: withRest({ serviceIndex: 1 }, "details", hopTlvs) },
  ...HOP,
} as const;

/** RFC 9015 section 3.2.1. */
export type ServiceFunctionPathAttribute = TlvAttribute<"service-function-path", TlvOf<typeof TLVS>>;

export const serviceFunctionPath = tlvAttribute(
  { code: AttributeCode.serviceFunctionPath, type: "service-function-path", flags: OPTIONAL_TRANSITIVE },
  new TlvList(FORM, TLVS),
);
