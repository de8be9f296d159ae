import { codecFamilies } from "./family/registry.ts";
import type { Family } from "./family.ts";

/** A message is at most this long unless RFC 8654 was negotiated (RFC 4271 section 4). */
export const MAX_MESSAGE_LENGTH = 4096;
/** RFC 8654 section 3. */
export const MAX_EXTENDED_MESSAGE_LENGTH = 65535;

/** What the octets of a message depend on, beside themselves. */
export interface CodecContext {
  /** The peer is in our AS or confederation. External peers' LOCAL_PREF and the like are discarded (RFC 7606 7.5). */
  readonly internal: boolean;
  /** AS_PATH and AGGREGATOR carry four-octet AS numbers (RFC 6793). */
  readonly fourOctetAs: boolean;
  /** The longest message that may be received, octets. OPEN and KEEPALIVE are never extended. */
  readonly maxMessageLength: number;
  /** The longest message that may be sent, octets. */
  readonly maxSendLength: number;
  /** The families that may be received; undefined when every family is taken as it comes. */
  readonly families?: ReadonlySet<Family>;
  /** Families whose NLRI arrive with a path identifier (RFC 7911). */
  readonly addPathReceive: ReadonlySet<Family>;
  /** Families whose NLRI are sent with a path identifier. */
  readonly addPathSend: ReadonlySet<Family>;
  /**
   * An attribute that is not known and claims to be well-known is kept like any other, for those who look at
   * messages; speakers reset the session (RFC 4271 section 6.3).
   */
  readonly keepUnrecognized?: boolean;
  /** Families whose next hop may be of the other address family (RFC 8950). */
  readonly extendedNextHop: ReadonlySet<Family>;
}

const NO_FAMILIES: ReadonlySet<Family> = new Set();
const ALL_FAMILIES: ReadonlySet<Family> = new Set(codecFamilies);

/**
 * The context of bytes without a session, and of attributes as a scanner hands them out: four-octet AS,
 * internal, extended messages, any family with any next hop, no path identifiers.
 */
export function codecContext(changes: Partial<CodecContext> = {}): CodecContext {
  return {
    internal: true,
    fourOctetAs: true,
    maxMessageLength: MAX_EXTENDED_MESSAGE_LENGTH,
    maxSendLength: MAX_EXTENDED_MESSAGE_LENGTH,
    addPathReceive: NO_FAMILIES,
    addPathSend: NO_FAMILIES,
    extendedNextHop: ALL_FAMILIES,
    ...changes,
  };
}
