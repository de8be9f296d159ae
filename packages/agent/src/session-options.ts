/** What a session needs of the agent and of its device's connection. */
import type {
  AgentFrame,
  AgentIdentity,
  ClientStream,
  FlowBudget,
  IngestFrame,
  RelayMetadata,
  SessionIdentity,
} from "@netferry/relay";
import type { Clock, Logger } from "@netferry/service";
import type { AttachTurns } from "./attach-turns.ts";
import type { AgentCounters } from "./counters.ts";
import type { DeviceTotal } from "./device-totals.ts";
import type { RetentionBudget } from "./retention.ts";

/** A stream on a connection of the pool; `release` gives the place back. */
export interface OpenedStream {
  readonly stream: ClientStream<AgentFrame, IngestFrame>;
  readonly backend: string;
  release(broken: boolean): void;
}

/** The device's end, as far as a session needs it. */
export interface DeviceLink {
  pause(): void;
  resume(): void;
  /** Writes whole messages; `done` is called when they are on their way. */
  write(run: Uint8Array, done: () => void): void;
  /** Closes in order, after everything that was written. */
  end(): void;
  /** The session is established: longer messages may come (RFC 8654). */
  established(): void;
}

/** The end of a device that is gone. */
export const CLOSED_LINK: DeviceLink = {
  pause: () => undefined,
  resume: () => undefined,
  write: (_run, done) => done(),
  end: () => undefined,
  established: () => undefined,
};

export interface SessionOptions {
  readonly identity: AgentIdentity;
  readonly session: SessionIdentity;
  /** Device as the verdict labels it, for log lines. */
  readonly label: string;
  readonly echo: RelayMetadata;
  readonly backendPin: () => string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly counters: AgentCounters;
  /** Of the session's device. */
  readonly total: DeviceTotal;
  /** How long a session may go without an ingest, milliseconds. */
  readonly maxOutageMs: number;
  readonly retention: RetentionBudget;
  /** What all sessions keep together until their ingests have it. */
  readonly inFlight: FlowBudget;
  readonly attachTurns: AttachTurns;
  /** Undefined while there is no ingest to open a stream to. */
  readonly openStream: (metadata: RelayMetadata) => OpenedStream | undefined;
  readonly onClosed: () => void;
}
