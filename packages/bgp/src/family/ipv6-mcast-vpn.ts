import { IPV6_MCAST_VPN } from "../family.ts";
import { mcastVpnFamily } from "./mcast-vpn-family.ts";

/** RFC 6514 section 4. */
export const ipv6McastVpn = mcastVpnFamily(IPV6_MCAST_VPN);
