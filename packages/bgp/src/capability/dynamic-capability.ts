import type { CapabilityCodec } from "./codec.ts";
import { listOf, UINT8 } from "../tlv/shape.ts";

/** draft-ietf-idr-dynamic-cap: capabilities that the sender can change while the session is up. */
export interface DynamicCapability {
  readonly kind: "dynamic-capability";
  readonly codes: readonly number[];
}

export const dynamicCapability: CapabilityCodec<DynamicCapability> = {
  code: 67,
  kind: "dynamic-capability",
  essential: false,
  shape: { codes: listOf(UINT8) },
  decode: (value) => ({ kind: "dynamic-capability", codes: [...value] }),
  encode(capability, out) {
    for (const code of capability.codes) out.uint8(code);
  },
};
