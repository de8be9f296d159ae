import { IPV6_MUP } from "../family.ts";
import { mupFamily } from "./mup-family.ts";

/** draft-ietf-bess-mup-safi. */
export const ipv6Mup = mupFamily(IPV6_MUP, 16);
