import { LINK_STATE } from "../family.ts";
import { linkStateFamily } from "./link-state-family.ts";

/** RFC 9552 section 5.2. */
export const linkState = linkStateFamily(LINK_STATE, false);
