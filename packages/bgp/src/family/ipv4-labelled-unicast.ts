import { IPV4_LABELLED_UNICAST } from "../family.ts";
import { labelledFamily } from "./labelled-family.ts";
import { ipv4NextHop } from "./next-hops.ts";

/** RFC 8277. */
export const ipv4LabelledUnicast = labelledFamily(IPV4_LABELLED_UNICAST, 4, ipv4NextHop);
