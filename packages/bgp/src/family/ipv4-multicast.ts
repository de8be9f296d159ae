import { IPV4_MULTICAST } from "../family.ts";
import { ipv4NextHop } from "./next-hops.ts";
import { prefixFamily } from "./prefix-family.ts";

/** RFC 4760: prefixes for the reverse path of multicast. */
export const ipv4Multicast = prefixFamily(IPV4_MULTICAST, 4, ipv4NextHop);
