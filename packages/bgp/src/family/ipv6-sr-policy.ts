import { IPV6_SR_POLICY } from "../family.ts";
import { srPolicyFamily } from "./sr-policy-family.ts";

/** RFC 9830 section 2.1. */
export const ipv6SrPolicy = srPolicyFamily(IPV6_SR_POLICY, 16);
