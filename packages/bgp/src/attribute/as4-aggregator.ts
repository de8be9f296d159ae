import { readUint32 } from "../bytes.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { writeIPv4 } from "./write-ipv4.ts";

/** RFC 6793 section 3: AGGREGATOR with its four-octet AS number. */
export interface As4AggregatorAttribute extends AttributeBase<"as4-aggregator"> {
  readonly asn: number;
  /** Four octets. */
  readonly address: Uint8Array;
}

export const as4Aggregator: AttributeCodec<As4AggregatorAttribute> = {
  code: AttributeCode.as4Aggregator,
  type: "as4-aggregator",
  flags: OPTIONAL_TRANSITIVE,
  fixedLength: 8,
  check: (bytes, start) => readUint32(bytes, start) !== 0, // RFC 7607 section 2
  decode: (bytes, start) => ({
    type: "as4-aggregator",
    asn: readUint32(bytes, start),
    address: bytes.slice(start + 4, start + 8),
  }),
  encode(attribute, out) {
    out.uint32(attribute.asn);
    writeIPv4(attribute.address, out);
  },
};
