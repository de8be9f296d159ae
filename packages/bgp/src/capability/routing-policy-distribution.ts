import type { Family } from "../family.ts";
import type { CapabilityCodec } from "./codec.ts";
import { readFamilyEntries, writeFamily } from "./family-entries.ts";
import { FAMILY, listOf, recordOf, UINT8 } from "../tlv/shape.ts";

/** draft-ietf-idr-rpd. */
export interface RoutingPolicyDistributionCapability {
  readonly kind: "routing-policy-distribution";
  /** `mode`: the sender can receive (1), send (2), or receive and send (3) policies. */
  readonly families: readonly { readonly family: Family; readonly mode: number }[];
}

export const routingPolicyDistribution: CapabilityCodec<RoutingPolicyDistributionCapability> = {
  code: 72,
  kind: "routing-policy-distribution",
  essential: false,
  shape: { families: listOf(recordOf({ family: FAMILY, mode: UINT8 })) },
  decode(value) {
    const families = readFamilyEntries(value, 1, (family, at) => ({ family, mode: value[at]! }));
    return families && { kind: "routing-policy-distribution", families };
  },
  encode(capability, out) {
    for (const { family, mode } of capability.families) {
      writeFamily(family, out);
      out.uint8(mode);
    }
  },
};
