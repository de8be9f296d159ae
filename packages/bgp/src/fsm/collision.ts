/** What identifies one end of a session (RFC 6286: unique within its AS). */
export interface SpeakerIdentity {
  readonly identifier: number;
  readonly asn: number;
}

/** Which end dialled a connection. */
export type Initiator = "local" | "remote";

/** A connection to the same peer as the one whose OPEN has just been accepted. */
export interface ExistingConnection {
  readonly state: "connect" | "active" | "open-sent" | "open-confirm" | "established";
  readonly initiator: Initiator;
}

/** What resolveCollision looks at. */
export interface CollisionInput {
  readonly local: SpeakerIdentity;
  /** Taken from the OPEN that has just arrived on the newcomer. */
  readonly remote: SpeakerIdentity;
  readonly existing: ExistingConnection;
  readonly newcomer: { readonly initiator: Initiator };
  /**
   * CollisionDetectEstablishedState (RFC 4271 section 8.1.1): let an established connection take part. Left out,
   * an established connection wins.
   */
  readonly detectEstablished?: boolean | undefined;
  /** The existing session negotiated graceful restart, so a new connection means that the peer has restarted. */
  readonly gracefulRestart?: boolean | undefined;
}

/** "keep-both": there is nothing to decide yet, the existing connection has not shown who is at its other end. */
export type CollisionDecision = "keep-existing" | "keep-newcomer" | "keep-both";

/**
 * Decides which of two connections to one peer stays (RFC 4271 section 6.8, tie by AS number of RFC 6286 section
 * 2.3, restarted peers by RFC 4724 section 5). Call it when an OPEN has been accepted on the newcomer, once for each
 * other connection of the peer, and give the loser a "collision-dump" event.
 *
 * The rule of section 6.8 is to keep the connection that the end with the higher identifier dialled: both ends come
 * to the same answer, whichever OPEN arrives first.
 */
export function resolveCollision(input: CollisionInput): CollisionDecision {
  const { local, remote, existing, newcomer } = input;
  switch (existing.state) {
    case "connect":
    case "active":
    case "open-sent":
      return "keep-both";
    case "established":
      if (input.gracefulRestart === true) return "keep-newcomer";
      if (input.detectEstablished !== true) return "keep-existing";
      break;
    case "open-confirm":
      break;
  }
  // A peer that dials a second time has given up its first connection, whether or not we have heard.
  if (existing.initiator === newcomer.initiator) return "keep-newcomer";
  const winner = higher(local, remote);
  if (winner === undefined) return "keep-existing";
  return newcomer.initiator === winner ? "keep-newcomer" : "keep-existing";
}

function higher(local: SpeakerIdentity, remote: SpeakerIdentity): Initiator | undefined {
  if (local.identifier !== remote.identifier) {
    return local.identifier > remote.identifier ? "local" : "remote";
  }
  if (local.asn !== remote.asn) return local.asn > remote.asn ? "local" : "remote";
  return undefined;
}
