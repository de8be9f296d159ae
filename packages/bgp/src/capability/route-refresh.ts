import type { CapabilityCodec } from "./codec.ts";

/** RFC 2918 section 2. The code 128 of older routers is not this capability and stays unknown. */
export interface RouteRefreshCapability {
  readonly kind: "route-refresh";
}

export const routeRefresh: CapabilityCodec<RouteRefreshCapability> = {
  code: 2,
  kind: "route-refresh",
  essential: false,
  shape: {},
  decode: (value) => (value.length === 0 ? { kind: "route-refresh" } : undefined),
  encode() {},
};
