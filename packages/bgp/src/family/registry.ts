import type { Family } from "../family.ts";
import type { FamilyCodec } from "./codec.ts";
import { ipv4FlowSpec } from "./ipv4-flowspec.ts";
import { ipv4LabelledUnicast } from "./ipv4-labelled-unicast.ts";
import { ipv4McastVpn } from "./ipv4-mcast-vpn.ts";
import { ipv4Multicast } from "./ipv4-multicast.ts";
import { ipv4Mup } from "./ipv4-mup.ts";
import { ipv4SrPolicy } from "./ipv4-sr-policy.ts";
import { ipv4Unicast } from "./ipv4-unicast.ts";
import { ipv4Vpn } from "./ipv4-vpn.ts";
import { ipv4VpnFlowSpec } from "./ipv4-vpn-flowspec.ts";
import { ipv6FlowSpec } from "./ipv6-flowspec.ts";
import { ipv6LabelledUnicast } from "./ipv6-labelled-unicast.ts";
import { ipv6McastVpn } from "./ipv6-mcast-vpn.ts";
import { ipv6Multicast } from "./ipv6-multicast.ts";
import { ipv6Mup } from "./ipv6-mup.ts";
import { ipv6SrPolicy } from "./ipv6-sr-policy.ts";
import { ipv6Unicast } from "./ipv6-unicast.ts";
import { ipv6Vpn } from "./ipv6-vpn.ts";
import { ipv6VpnFlowSpec } from "./ipv6-vpn-flowspec.ts";
import { l2vpnEvpn } from "./l2vpn-evpn.ts";
import { l2vpnVpls } from "./l2vpn-vpls.ts";
import { linkState } from "./link-state.ts";
import { linkStateVpn } from "./link-state-vpn.ts";
import { routeTargetConstraint } from "./route-target-constraint.ts";

const CODECS: readonly FamilyCodec[] = [
  ipv4Unicast,
  ipv6Unicast,
  ipv4Multicast,
  ipv6Multicast,
  ipv4LabelledUnicast,
  ipv6LabelledUnicast,
  ipv4McastVpn,
  ipv6McastVpn,
  ipv4SrPolicy,
  ipv6SrPolicy,
  ipv4Mup,
  ipv6Mup,
  ipv4Vpn,
  ipv6Vpn,
  routeTargetConstraint,
  ipv4FlowSpec,
  ipv6FlowSpec,
  ipv4VpnFlowSpec,
  ipv6VpnFlowSpec,
  l2vpnVpls,
  l2vpnEvpn,
  linkState,
  linkStateVpn,
];
const BY_FAMILY: ReadonlyMap<Family, FamilyCodec> = new Map(CODECS.map((codec) => [codec.family, codec]));

/** Undefined for a family whose NLRI this package carries as bytes. */
export function familyCodec(family: Family): FamilyCodec | undefined {
  return BY_FAMILY.get(family);
}

/** The families with a codec, in the order of their numbers. */
export const codecFamilies: readonly Family[] = CODECS.map((codec) => codec.family).sort((a, b) => a - b);
