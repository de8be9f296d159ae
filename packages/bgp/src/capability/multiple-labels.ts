import type { Family } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { readFamilyEntries, writeFamily } from "./family-entries.ts";
import { FAMILY, listOf, recordOf, UINT8 } from "../tlv/shape.ts";

/** RFC 8277 section 2.1: how many labels of a route the sender can process; 255 for no limit. */
export interface MultipleLabelsCapability {
  readonly kind: "multiple-labels";
  readonly families: readonly { readonly family: Family; readonly count: number }[];
}

export const multipleLabels: CapabilityCodec<MultipleLabelsCapability> = {
  code: 8,
  kind: "multiple-labels",
  essential: false,
  shape: { families: listOf(recordOf({ family: FAMILY, count: UINT8 })) },
  decode(value) {
    const families = readFamilyEntries(value, 1, (family, at) => ({ family, count: value[at]! }));
    return families && { kind: "multiple-labels", families };
  },
  encode(capability, out) {
    for (const { family, count } of capability.families) {
      writeFamily(family, out);
      out.uint8(count);
    }
  },
};
