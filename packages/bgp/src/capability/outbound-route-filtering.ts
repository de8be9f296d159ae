import { readUint16 } from "../bytes.ts";
import { afiOf, type Family, familyOf, safiOf } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { FAMILY, listOf, recordOf, UINT8 } from "../tlv/shape.ts";

export interface OrfEntry {
  readonly family: Family;
  /** `mode`: the sender can receive (1), send (2), or receive and send (3) filters of this type. */
  readonly types: readonly { readonly orfType: number; readonly mode: number }[];
}

/** RFC 5291 section 5. */
export interface OutboundRouteFilteringCapability {
  readonly kind: "outbound-route-filtering";
  readonly entries: readonly OrfEntry[];
}

/** AFI, a reserved octet, SAFI, the number of types. */
const HEAD = 5;

export const outboundRouteFiltering: CapabilityCodec<OutboundRouteFilteringCapability> = {
  code: 3,
  kind: "outbound-route-filtering",
  essential: false,
  shape: {
    entries: listOf(recordOf({ family: FAMILY, types: listOf(recordOf({ orfType: UINT8, mode: UINT8 })) })),
  },
  decode(value) {
    const entries: OrfEntry[] = [];
    let at = 0;
    while (at < value.length) {
      if (at + HEAD > value.length) return undefined;
      const next = at + HEAD + 2 * value[at + 4]!;
      if (next > value.length) return undefined;
      const types: { orfType: number; mode: number }[] = [];
      for (let type = at + HEAD; type < next; type += 2) {
        types.push({ orfType: value[type]!, mode: value[type + 1]! });
      }
      entries.push({ family: familyOf(readUint16(value, at), value[at + 3]!), types });
      at = next;
    }
    return { kind: "outbound-route-filtering", entries };
  },
  encode(capability, out) {
    for (const { family, types } of capability.entries) {
      out.uint16(afiOf(family));
      out.uint8(0);
      out.uint8(safiOf(family));
      out.uint8(types.length);
      for (const { orfType, mode } of types) {
        out.uint8(orfType);
        out.uint8(mode);
      }
    }
  },
};
