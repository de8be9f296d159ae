import type { CapabilityCodec } from "./codec.ts";

/** RFC 7313 section 3.1: refreshes are marked by BoRR and EoRR. */
export interface EnhancedRouteRefreshCapability {
  readonly kind: "enhanced-route-refresh";
}

export const enhancedRouteRefresh: CapabilityCodec<EnhancedRouteRefreshCapability> = {
  code: 70,
  kind: "enhanced-route-refresh",
  essential: false,
  shape: {},
  decode: (value) => (value.length === 0 ? { kind: "enhanced-route-refresh" } : undefined),
  encode() {},
};
