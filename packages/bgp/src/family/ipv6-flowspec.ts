import { IPV6_FLOWSPEC } from "../family.ts";
import { flowSpecFamily } from "./flowspec-family.ts";

/** RFC 8956. */
export const ipv6FlowSpec = flowSpecFamily(IPV6_FLOWSPEC, 16, false);
