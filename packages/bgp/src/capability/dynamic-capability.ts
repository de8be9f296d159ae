import type { CapabilityCodec } from "./codec.ts";

/** draft-ietf-idr-dynamic-cap: capabilities that the sender can change while the session is up. */
export interface DynamicCapability {
  readonly kind: "dynamic-capability";
  readonly codes: readonly number[];
}

export const dynamicCapability: CapabilityCodec<DynamicCapability> = {
  code: 67,
  kind: "dynamic-capability",
  essential: false,
  decode: (value) => ({ kind: "dynamic-capability", codes: [...value] }),
  encode(capability, out) {
    for (const code of capability.codes) out.uint8(code);
  },
};
