import { IPV4_VPN_FLOWSPEC } from "../family.ts";
import { flowSpecFamily } from "./flowspec-family.ts";

/** RFC 8955 section 8. */
export const ipv4VpnFlowSpec = flowSpecFamily(IPV4_VPN_FLOWSPEC, 4, true);
