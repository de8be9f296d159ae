import { IPV6_LABELLED_UNICAST } from "../family.ts";
import { labelledFamily } from "./labelled-family.ts";
import { ipv6NextHop } from "./next-hops.ts";

/** RFC 8277. */
export const ipv6LabelledUnicast = labelledFamily(IPV6_LABELLED_UNICAST, 16, ipv6NextHop);
