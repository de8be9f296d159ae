import { readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { FAMILY } from "../tlv/shape.ts";

/** RFC 4760 section 8: the sender takes part in this family. */
export interface MultiprotocolCapability {
  readonly kind: "multiprotocol";
  readonly family: Family;
}

export const multiprotocol: CapabilityCodec<MultiprotocolCapability> = {
  code: 1,
  kind: "multiprotocol",
  essential: true,
  shape: { family: FAMILY },
  decode(value) {
    if (value.length !== 4) return undefined;
    return { kind: "multiprotocol", family: familyOf(readUint16(value, 0), value[3]!) };
  },
  encode(capability, out) {
    out.uint16(afiOf(capability.family));
    out.uint8(0);
    out.uint8(safiOf(capability.family));
  },
};
