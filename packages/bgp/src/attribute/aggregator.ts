import { readUint16, readUint32 } from "../bytes.ts";
import { AS_TRANS } from "./as-path-segments.ts";
import { AttributeCode, OPTIONAL_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { writeIPv4 } from "./write-ipv4.ts";

/** RFC 4271 section 5.1.7; the AS number has four octets where that was negotiated (RFC 6793 section 3). */
export interface AggregatorAttribute extends AttributeBase<"aggregator"> {
  readonly asn: number;
  /** Four octets: the aggregating speaker's identifier or address. */
  readonly address: Uint8Array;
}

export const aggregator: AttributeCodec<AggregatorAttribute> = {
  code: AttributeCode.aggregator,
  type: "aggregator",
  flags: OPTIONAL_TRANSITIVE,
  check(bytes, start, end, context) {
    if (end - start !== (context.fourOctetAs ? 8 : 6)) return false;
    const asn = context.fourOctetAs ? readUint32(bytes, start) : readUint16(bytes, start);
    return asn !== 0; // RFC 7607 section 2
  },
  decode: (bytes, start, end, context) => ({
    type: "aggregator",
    asn: context.fourOctetAs ? readUint32(bytes, start) : readUint16(bytes, start),
    address: bytes.slice(end - 4, end),
  }),
  encode(attribute, out, context) {
    if (context.fourOctetAs) out.uint32(attribute.asn);
    else out.uint16(attribute.asn > 0xffff ? AS_TRANS : attribute.asn);
    writeIPv4(attribute.address, out);
  },
};
