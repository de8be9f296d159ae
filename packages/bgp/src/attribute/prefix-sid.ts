import { address, repeated } from "../tlv/field.ts";
import { struct, withRest } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import { type TlvAttribute, tlvAttribute } from "./tlv-attribute.ts";

const FORM = { codeWidth: 1, lengthWidth: 2 } as const;

/** A block of labels: its first one, and how many there are. */
export interface SrgbRange {
  readonly base: number;
  readonly size: number;
}

const srgb = withRest({ flags: 2 }, "ranges", repeated<SrgbRange>(6, struct({ base: 3, size: 3 })));

/** RFC 9252 section 3.2.1: the widths of a SID's parts, and what of it stands in the label, bits. */
const sidSubSubTlvs = new TlvList(FORM, {
  structure: {
    code: 1,
    field: struct({
      locatorBlock: 1,
      locatorNode: 1,
      function: 1,
      argument: 1,
      transpositionLength: 1,
      transpositionOffset: 1,
    }),
  },
} as const);

/** RFC 9252 section 3.1. */
const serviceSubTlvs = new TlvList(FORM, {
  sid: {
    code: 1,
    field: withRest(
      { reserved1: 1, sid: [16, address(16)], flags: 1, behavior: 2, reserved2: 1 },
      "subTlvs",
      sidSubSubTlvs,
    ),
  },
} as const);

const TLVS = {
  /** RFC 8669 section 3.1. */
  "label-index": { code: 1, field: struct({ reserved: 1, flags: 2, index: 4 }) },
  /** RFC 8669 section 3.2. */
  "originator-srgb": { code: 3, field: srgb },
  /** RFC 9252 section 2. */
  "srv6-l3-service": { code: 5, field: withRest({ reserved: 1 }, "subTlvs", serviceSubTlvs) },
  "srv6-l2-service": { code: 6, field: withRest({ reserved: 1 }, "subTlvs", serviceSubTlvs) },
} as const;
export const prefixSidTlvs = new TlvList(FORM, TLVS);

export type PrefixSidTlv = TlvOf<typeof TLVS>;
/** RFC 8669; the SRv6 services: RFC 9252. */
export type PrefixSidAttribute = TlvAttribute<"prefix-sid", PrefixSidTlv>;

export const prefixSid = tlvAttribute(
  { code: AttributeCode.prefixSid, type: "prefix-sid", flags: OPTIONAL_TRANSITIVE },
  prefixSidTlvs,
);
