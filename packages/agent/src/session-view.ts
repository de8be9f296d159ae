/** What status and metrics show of a session. */
import type { RelayMetadata, SessionIdentity } from "@netferry/relay";

/**
 * - `opening`: the two sides have not agreed on a BGP session yet.
 * - `established`: they have, and an ingest carries it.
 * - `detached`: they have, and no ingest carries it now; the agent keeps the device company.
 * - `closing`: the device's end is over, and the ingest has yet to hear of it.
 */
export type SessionState = "opening" | "established" | "detached" | "closing";

/** Of the relay alone: whether the session has a stream to an ingest. */
export type RelayPhase = "waiting" | "attaching" | "attached" | "closed";

export interface SessionView {
  readonly identity: SessionIdentity;
  /** As the verdict has it. */
  readonly label: string;
  readonly phase: RelayPhase;
  readonly state: SessionState;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Since when no ingest answers, milliseconds since 1970. */
  readonly outageSince: number | undefined;
  /** What the device calls itself in its OPEN; undefined before that came. */
  readonly asn: number | undefined;
  /** host:port of the ingest that its stream leads to. */
  readonly ingest: string | undefined;
  /** Bytes as the documented metadata counts them: `up` from the device, `down` to it. */
  readonly bytes: { readonly up: number; readonly down: number };
  readonly messages: { readonly up: number; readonly down: number };
  /** Bytes that wait for the ingest's acknowledgement. */
  readonly buffered: number;
  /** UPDATEs were dropped that no ingest knows of yet. */
  readonly lossy: boolean;
  /** UPDATEs that were dropped since the session began. */
  readonly droppedUpdates: number;
  readonly serverMetadata: RelayMetadata;
}

/** How many there are in each state. */
export function sessionsByState(
  sessions: Iterable<{ readonly state: SessionState }>,
): Record<SessionState, number> {
  const counts = { opening: 0, established: 0, detached: 0, closing: 0 };
  for (const { state } of sessions) counts[state] += 1;
  return counts;
}

export function sessionState(phase: RelayPhase, deviceGone: boolean, established: boolean): SessionState {
  if (deviceGone || phase === "closed") return "closing";
  if (!established) return "opening";
  return phase === "attached" ? "established" : "detached";
}
