import { IPV4_SR_POLICY } from "../family.ts";
import { srPolicyFamily } from "./sr-policy-family.ts";

/** RFC 9830 section 2.1. */
export const ipv4SrPolicy = srPolicyFamily(IPV4_SR_POLICY, 4);
