import { IPV6_VPN_FLOWSPEC } from "../family.ts";
import { flowSpecFamily } from "./flowspec-family.ts";

/** RFC 8956 section 3, RFC 8955 section 8. */
export const ipv6VpnFlowSpec = flowSpecFamily(IPV6_VPN_FLOWSPEC, 16, true);
