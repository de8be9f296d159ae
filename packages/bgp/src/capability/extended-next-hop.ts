import { readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { FAMILY, listOf, recordOf, UINT16 } from "../tlv/shape.ts";

/** RFC 8950 section 4: NLRI of `family` may have a next hop of the address family `nextHopAfi`. */
export interface ExtendedNextHopCapability {
  readonly kind: "extended-next-hop";
  readonly entries: readonly { readonly family: Family; readonly nextHopAfi: number }[];
}

const ENTRY_LENGTH = 6;

export const extendedNextHop: CapabilityCodec<ExtendedNextHopCapability> = {
  code: 5,
  kind: "extended-next-hop",
  essential: false,
  shape: { entries: listOf(recordOf({ family: FAMILY, nextHopAfi: UINT16 })) },
  decode(value) {
    if (value.length % ENTRY_LENGTH !== 0) return undefined;
    const entries: { family: Family; nextHopAfi: number }[] = [];
    for (let offset = 0; offset < value.length; offset += ENTRY_LENGTH) {
      const safi = readUint16(value, offset + 2); // NB: two octets wide, here alone
      if (safi > 0xff) return undefined;
      entries.push({
        family: familyOf(readUint16(value, offset), safi),
        nextHopAfi: readUint16(value, offset + 4),
      });
    }
    return { kind: "extended-next-hop", entries };
  },
  encode(capability, out) {
    for (const { family, nextHopAfi } of capability.entries) {
      out.uint16(afiOf(family));
      out.uint16(safiOf(family));
      out.uint16(nextHopAfi);
    }
  },
};
