import type { EvpnNlri } from "./evpn-nlri.ts";
import type { FlowSpecNlri } from "./flowspec-nlri.ts";
import type { LinkStateNlri } from "./link-state-nlri.ts";
import type { McastVpnNlri } from "./mcast-vpn-nlri.ts";
import type { MupNlri } from "./mup-nlri.ts";
import type { LabelledNlri, PrefixNlri, VpnNlri } from "./prefix-nlri.ts";
import type { RtConstraintNlri } from "./rt-constraint-nlri.ts";
import type { SrPolicyNlri } from "./sr-policy-nlri.ts";
import type { VplsDiscoveryNlri, VplsNlri } from "./vpls-nlri.ts";

/**
 * What one NLRI says, by `kind`, and within a kind by its route type: `decodeNlri` makes it of the bytes of
 * an `Nlri`, `encodeNlri` the bytes of it. Reserved fields and bits behind a prefix are not in it: an
 * `Nlri`'s own bytes are what came.
 */
export type NlriValue =
  | PrefixNlri
  | LabelledNlri
  | VpnNlri
  | FlowSpecNlri
  | EvpnNlri
  | VplsNlri
  | VplsDiscoveryNlri
  | McastVpnNlri
  | RtConstraintNlri
  | LinkStateNlri
  | SrPolicyNlri
  | MupNlri;
