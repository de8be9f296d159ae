import type { CapabilityCodec } from "./codec.ts";

/** A capability without a value: the sender has it or not. */
export function flagCapability<K extends string>(
  code: number,
  kind: K,
): CapabilityCodec<{ readonly kind: K }> {
  return {
    code,
    kind,
    essential: false,
    shape: {},
    decode: (value) => (value.length === 0 ? { kind } : undefined),
    encode() {},
  };
}
