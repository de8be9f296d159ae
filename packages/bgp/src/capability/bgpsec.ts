import { EncodeError, readUint16 } from "../bytes.ts";
import type { CapabilityCodec } from "./codec.ts";
import { BOOLEAN, UINT16, UINT8 } from "../tlv/shape.ts";

/** RFC 8205 section 2.1: one capability for each direction and address family. */
export interface BgpsecCapability {
  readonly kind: "bgpsec";
  /** 0 to 15. */
  readonly version: number;
  /** The sender can send BGPsec UPDATEs, or else receive them. */
  readonly sends: boolean;
  readonly afi: number;
}

const SENDS = 0x08;

export const bgpsec: CapabilityCodec<BgpsecCapability> = {
  code: 7,
  kind: "bgpsec",
  essential: false,
  shape: { version: UINT8, sends: BOOLEAN, afi: UINT16 },
  decode(value) {
    if (value.length !== 3) return undefined;
    const version = value[0]! >>> 4;
    return { kind: "bgpsec", version, sends: (value[0]! & SENDS) !== 0, afi: readUint16(value, 1) };
  },
  encode({ version, sends, afi }, out) {
    if (version > 15) throw new EncodeError(`BGPsec version ${version} is more than 15`);
    out.uint8((version << 4) | (sends ? SENDS : 0));
    out.uint16(afi);
  },
};
