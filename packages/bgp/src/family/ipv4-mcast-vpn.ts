import { IPV4_MCAST_VPN } from "../family.ts";
import { mcastVpnFamily } from "./mcast-vpn-family.ts";

/** RFC 6514 section 4. */
export const ipv4McastVpn = mcastVpnFamily(IPV4_MCAST_VPN);
