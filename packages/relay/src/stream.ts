/**
 * What the agent and the ingest know of a transport. One small interface, so that gRPC can be exchanged for
 * something faster without a change on either side.
 */
import type { RelayMetadata } from "./metadata.ts";

/** How a stream ended. The codes are gRPC's, as far as the relay uses them. */
export interface StreamStatus {
  readonly code: StatusCode;
  /** One line, for the log. */
  readonly message: string;
}

export type StatusCode =
  | "ok"
  | "cancelled"
  | "invalid-argument"
  | "not-found"
  | "permission-denied"
  | "resource-exhausted"
  | "failed-precondition"
  | "unimplemented"
  | "internal"
  | "unavailable"
  | "unauthenticated"
  | "unknown";

/** What a stream tells its owner. Every stream calls `onEnd` exactly once, and nothing after it. */
export interface StreamHandlers<In> {
  onMessage(message: In): void;
  /** The stream takes messages again after a {@link RelayStream.send} that returned false. */
  onDrain(): void;
  /** The other side sends no more; it may still receive. */
  onHalfClose(): void;
  onEnd(status: StreamStatus): void;
}

/** One bidirectional stream. `Out` is what this side sends. */
export interface RelayStream<Out, In> {
  /** Registers the owner; messages flow from then on. Call once. */
  listen(handlers: StreamHandlers<In>): void;
  /** Queues a message; false asks the sender to wait for `onDrain`. The message is taken in either case. */
  send(message: Out): boolean;
  /** Sends no more from this side. */
  halfClose(): void;
  /** Ends the stream at once; an ingest tells why, an agent cancels. */
  end(status: StreamStatus): void;
  pause(): void;
  resume(): void;
}

/** A stream that an agent opened. */
export interface ClientStream<Out, In> extends RelayStream<Out, In> {
  /** The ingest's initial metadata; empty before it came. */
  readonly serverMetadata: RelayMetadata;
}

/** A stream that an ingest accepted. */
export interface ServerStream<Out, In> extends RelayStream<Out, In> {
  readonly metadata: RelayMetadata;
  /** host:port of the agent's end of the connection. */
  readonly peer: string;
  /** Initial metadata of the answer; only before the first message. */
  sendMetadata(metadata: RelayMetadata): void;
}
