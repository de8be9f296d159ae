import { IPV4_VPN } from "../family.ts";
import { vpnFamily } from "./labelled-family.ts";
import { vpnIpv4NextHop } from "./next-hops.ts";

/** RFC 4364. */
export const ipv4Vpn = vpnFamily(IPV4_VPN, 4, vpnIpv4NextHop);
