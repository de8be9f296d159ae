import { IPV6_MULTICAST } from "../family.ts";
import { ipv6NextHop } from "./next-hops.ts";
import { prefixFamily } from "./prefix-family.ts";

/** RFC 4760: prefixes for the reverse path of multicast. */
export const ipv6Multicast = prefixFamily(IPV6_MULTICAST, 16, ipv6NextHop);
