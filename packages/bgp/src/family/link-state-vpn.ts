import { LINK_STATE_VPN } from "../family.ts";
import { linkStateFamily } from "./link-state-family.ts";

/** RFC 9552 section 5.2: with a route distinguisher. */
export const linkStateVpn = linkStateFamily(LINK_STATE_VPN, true);
