import { readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { FAMILY, listOf, recordOf, UINT8 } from "../tlv/shape.ts";

/** The sender can receive (1), send (2), or receive and send (3) more than one path of a prefix. */
export type AddPathMode = 1 | 2 | 3;

/** RFC 7911 section 4. */
export interface AddPathCapability {
  readonly kind: "add-path";
  readonly families: readonly { readonly family: Family; readonly mode: AddPathMode }[];
}

const ENTRY_LENGTH = 4;

export const addPath: CapabilityCodec<AddPathCapability> = {
  code: 69,
  kind: "add-path",
  essential: true,
  shape: { families: listOf(recordOf({ family: FAMILY, mode: UINT8 })) },
  decode(value) {
    if (value.length % ENTRY_LENGTH !== 0) return undefined;
    const families: { family: Family; mode: AddPathMode }[] = [];
    for (let offset = 0; offset < value.length; offset += ENTRY_LENGTH) {
      const mode = value[offset + 3]!;
      if (mode !== 1 && mode !== 2 && mode !== 3) return "ignore"; // as section 4 says
      families.push({ family: familyOf(readUint16(value, offset), value[offset + 2]!), mode });
    }
    return { kind: "add-path", families };
  },
  encode(capability, out) {
    for (const { family, mode } of capability.families) {
      out.uint16(afiOf(family));
      out.uint8(safiOf(family));
      out.uint8(mode);
    }
  },
};
