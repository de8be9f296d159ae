import { EncodeError, readUint24 } from "../bytes.ts";
import { address, type Field } from "../tlv/field.ts";
import { recordOf, UINT24, UINT8 } from "../tlv/shape.ts";
import { withRest } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import { type TlvAttribute, tlvAttribute } from "./tlv-attribute.ts";

const FORM = { codeWidth: 2, lengthWidth: 2 } as const;

/** How packets are told apart on a link: a label, or a number of a forwarding table. */
export interface BierEncapsulation {
  /** The highest set identifier: each has a label or number, one behind the other. */
  readonly maxSetIdentifier: number;
  /** The length of bit strings as RFC 8296 section 2.1.2 codes it, 4 bits. */
  readonly bitStringLength: number;
  /** The first label, or the first BIFT-id: 20 bits. */
  readonly first: number;
}

const FIRST_BITS = 20;
const MAX_FIRST = 0xfffff;
const MAX_BIT_STRING_LENGTH = 15;

const encapsulation: Field<BierEncapsulation> = {
  shape: recordOf({ maxSetIdentifier: UINT8, bitStringLength: UINT8, first: UINT24 }),
  read(bytes, start, end) {
    if (end - start !== 4) return undefined;
    const word = readUint24(bytes, start + 1);
    return {
      maxSetIdentifier: bytes[start]!,
      bitStringLength: word >>> FIRST_BITS,
      first: word & MAX_FIRST,
    };
  },
  write({ maxSetIdentifier, bitStringLength, first }, out) {
    if (bitStringLength > MAX_BIT_STRING_LENGTH || first > MAX_FIRST) {
      throw new EncodeError(`${bitStringLength} and ${first} are more than 4 and ${FIRST_BITS} bits hold`);
    }
    out.uint8(maxSetIdentifier);
    out.uint24((bitStringLength << FIRST_BITS) | first);
  },
};

const SUB_TLVS = {
  "mpls-encapsulation": { code: 1, field: encapsulation },
  "non-mpls-encapsulation": { code: 2, field: encapsulation },
  "next-hop": { code: 3, field: address(4, 16) },
} as const;

const TLVS = {
  /** What a router is in a sub-domain. */
  "sub-domain": {
    code: 1,
    field: withRest({ subDomain: 1, bfrId: 2, reserved: 1 }, "subTlvs", new TlvList(FORM, SUB_TLVS)),
  },
} as const;

/** RFC 9793 section 3. */
export type BierAttribute = TlvAttribute<"bier", TlvOf<typeof TLVS>>;

export const bier = tlvAttribute(
  { code: AttributeCode.bier, type: "bier", flags: OPTIONAL_TRANSITIVE },
  new TlvList(FORM, TLVS),
);
