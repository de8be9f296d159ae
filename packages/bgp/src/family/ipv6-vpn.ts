import { IPV6_VPN } from "../family.ts";
import { vpnFamily } from "./labelled-family.ts";
import { vpnIpv6NextHop } from "./next-hops.ts";

/** RFC 4659. */
export const ipv6Vpn = vpnFamily(IPV6_VPN, 16, vpnIpv6NextHop);
