import type { CapabilityCodec } from "./codec.ts";

/** RFC 8654 section 3: the sender can receive messages of up to 65,535 octets. */
export interface ExtendedMessageCapability {
  readonly kind: "extended-message";
}

export const extendedMessage: CapabilityCodec<ExtendedMessageCapability> = {
  code: 6,
  kind: "extended-message",
  essential: false,
  shape: {},
  decode: (value) => (value.length === 0 ? { kind: "extended-message" } : undefined),
  encode() {},
};
