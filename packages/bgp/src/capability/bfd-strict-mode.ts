import { flagCapability } from "./flag-capability.ts";

/** draft-ietf-idr-bgp-bfd-strict-mode: the session waits for BFD to be up. */
export interface BfdStrictModeCapability {
  readonly kind: "bfd-strict-mode";
}

export const bfdStrictMode = flagCapability(74, "bfd-strict-mode");
