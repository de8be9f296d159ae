import type { Attribute } from "../attribute/attribute.ts";
import type { Nlri } from "../nlri.ts";

/** RFC 4271 section 4.3. The multiprotocol NLRI are in the attributes (RFC 4760). */
export interface UpdateMessage {
  readonly type: "update";
  /** IPv4 unicast. */
  readonly withdrawn: readonly Nlri[];
  readonly attributes: readonly Attribute[];
  /** IPv4 unicast. */
  readonly nlri: readonly Nlri[];
}
