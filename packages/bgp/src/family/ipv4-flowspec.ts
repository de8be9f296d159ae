import { IPV4_FLOWSPEC } from "../family.ts";
import { flowSpecFamily } from "./flowspec-family.ts";

/** RFC 8955. */
export const ipv4FlowSpec = flowSpecFamily(IPV4_FLOWSPEC, 4, false);
