import { readUint16 } from "../bytes.ts";
import type { Family } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { readFamilyEntries, writeFamily } from "./family-entries.ts";
import { FAMILY, listOf, recordOf, UINT16 } from "../tlv/shape.ts";

/** draft-abraitis-idr-addpath-paths-limit: how many paths of a prefix the sender wants at most. */
export interface PathsLimitCapability {
  readonly kind: "paths-limit";
  readonly families: readonly { readonly family: Family; readonly limit: number }[];
}

export const pathsLimit: CapabilityCodec<PathsLimitCapability> = {
  code: 76,
  kind: "paths-limit",
  essential: false,
  shape: { families: listOf(recordOf({ family: FAMILY, limit: UINT16 })) },
  decode(value) {
    const families = readFamilyEntries(value, 2, (family, at) => ({ family, limit: readUint16(value, at) }));
    return families && { kind: "paths-limit", families };
  },
  encode(capability, out) {
    for (const { family, limit } of capability.families) {
      writeFamily(family, out);
      out.uint16(limit);
    }
  },
};
