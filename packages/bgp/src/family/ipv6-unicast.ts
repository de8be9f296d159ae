import { IPV6_UNICAST } from "../family.ts";
import { ipv6NextHop } from "./next-hops.ts";
import { prefixFamily } from "./prefix-family.ts";

/** RFC 2545. */
export const ipv6Unicast = prefixFamily(IPV6_UNICAST, 16, ipv6NextHop);
