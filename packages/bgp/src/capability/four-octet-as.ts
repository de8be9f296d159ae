import { readUint32 } from "../bytes.ts";
import type { CapabilityCodec } from "./codec.ts";
import { UINT32 } from "../tlv/shape.ts";

/** RFC 6793 section 3: the sender's AS number, and that AS numbers take four octets in its messages. */
export interface FourOctetAsCapability {
  readonly kind: "four-octet-as";
  readonly asn: number;
}

export const fourOctetAs: CapabilityCodec<FourOctetAsCapability> = {
  code: 65,
  kind: "four-octet-as",
  essential: true,
  shape: { asn: UINT32 },
  decode: (value) => (value.length === 4 ? { kind: "four-octet-as", asn: readUint32(value, 0) } : undefined),
  encode(capability, out) {
    out.uint32(capability.asn);
  },
};
