import { AttributeCode, WELL_KNOWN } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { writeIPv4 } from "./write-ipv4.ts";

/** RFC 4271 section 5.1.3. */
export interface NextHopAttribute extends AttributeBase<"next-hop"> {
  /** Four octets. */
  readonly address: Uint8Array;
}

/**
 * NB: any address will do. RFC 7606 section 7.3 leaves the length as the only error, and that the address is
 * a host's, and within reach (RFC 4271 section 6.3), matters to who forwards: a collector shows it.
 */
export const nextHop: AttributeCodec<NextHopAttribute> = {
  code: AttributeCode.nextHop,
  type: "next-hop",
  flags: WELL_KNOWN,
  fixedLength: 4,
  decode: (bytes, start) => ({ type: "next-hop", address: bytes.slice(start, start + 4) }),
  encode(attribute, out) {
    writeIPv4(attribute.address, out);
  },
};
