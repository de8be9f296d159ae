import { AttributeCode, WELL_KNOWN } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { writeIPv4 } from "./write-ipv4.ts";

/** RFC 4271 section 5.1.3. */
export interface NextHopAttribute extends AttributeBase<"next-hop"> {
  /** Four octets. */
  readonly address: Uint8Array;
}

export const nextHop: AttributeCodec<NextHopAttribute> = {
  code: AttributeCode.nextHop,
  type: "next-hop",
  flags: WELL_KNOWN,
  fixedLength: 4,
  // "A valid IP host address" (RFC 4271 section 6.3): none of "this network", multicast, reserved.
  // NB: loopback is let pass: whole laboratories live there, and whether a next hop can be reached is not looked at.
  check(bytes, start) {
    const first = bytes[start]!;
    return first !== 0 && first < 224;
  },
  decode: (bytes, start) => ({ type: "next-hop", address: bytes.slice(start, start + 4) }),
  encode(attribute, out) {
    writeIPv4(attribute.address, out);
  },
};
