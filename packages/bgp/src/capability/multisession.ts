import type { CapabilityCodec } from "./codec.ts";
import { listOf, UINT8 } from "../tlv/shape.ts";

/** draft-ietf-idr-bgp-multisession: capabilities that tell sessions between two speakers apart. */
export interface MultisessionCapability {
  readonly kind: "multisession";
  readonly multisessionFlags: number;
  readonly codes: readonly number[];
}

export const multisession: CapabilityCodec<MultisessionCapability> = {
  code: 68,
  kind: "multisession",
  essential: false,
  shape: { multisessionFlags: UINT8, codes: listOf(UINT8) },
  decode(value) {
    const [multisessionFlags, ...codes] = value;
    return multisessionFlags === undefined ? undefined : { kind: "multisession", multisessionFlags, codes };
  },
  encode(capability, out) {
    out.uint8(capability.multisessionFlags);
    for (const code of capability.codes) out.uint8(code);
  },
};
