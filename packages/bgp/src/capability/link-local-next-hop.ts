import { flagCapability } from "./flag-capability.ts";

/** draft-ietf-idr-linklocal-capability: next hops may be a link-local address alone. */
export interface LinkLocalNextHopCapability {
  readonly kind: "link-local-next-hop";
}

export const linkLocalNextHop = flagCapability(77, "link-local-next-hop");
