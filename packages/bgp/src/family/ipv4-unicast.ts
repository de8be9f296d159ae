import { IPV4_UNICAST } from "../family.ts";
import { ipv4NextHop } from "./next-hops.ts";
import { prefixFamily } from "./prefix-family.ts";

/** RFC 4271 section 4.3; in MP_REACH_NLRI RFC 4760, with an IPv6 next hop RFC 8950 section 3. */
export const ipv4Unicast = prefixFamily(IPV4_UNICAST, 4, ipv4NextHop);
