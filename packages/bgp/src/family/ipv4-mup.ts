import { IPV4_MUP } from "../family.ts";
import { mupFamily } from "./mup-family.ts";

/** draft-ietf-bess-mup-safi. */
export const ipv4Mup = mupFamily(IPV4_MUP, 4);
