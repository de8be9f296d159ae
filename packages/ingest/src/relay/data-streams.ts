/** The agents' data streams: which session each carries, and what becomes of it when a stream goes. */
import {
  type AgentFrame,
  type Attach,
  FlowMismatch,
  MetadataKey,
  parseSessionIdentity,
  type SessionIdentity,
} from "@netferry/relay";
import type { Clock, Logger } from "@netferry/service";
import type { Beginning } from "../devices/peering.ts";
import { arrivalOf } from "./arrival.ts";
import { type DataServerStream, RelayTransport } from "./relay-transport.ts";
import type { RestoredSessions } from "./restored-sessions.ts";

/** An agent that opens a data stream says at once which session it is for. */
const ATTACH_TIMEOUT_MS = 10_000;
/** Sessions that ingest relays at once. */
export const MAX_RELAYED_SESSIONS = 50_000;

export interface DataStreamsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly windowBytes: number;
  readonly holdDetachedMs: number;
  /** Starts or goes on with the session of a device; a text says why it can't be. */
  readonly begin: (transport: RelayTransport, siteId: number, beginning: Beginning) => string | undefined;
  /**
   * What is here of a session's routes is not all, and has to be asked for again. Called when everything has been applied that
   * was sent before: what is announced after that is new.
   */
  readonly onIncomplete: (transportId: string, cause: "taken-over" | "updates-lost") => void;
  /** Sessions that were here before a restart. */
  readonly restored: RestoredSessions;
}

export interface DataStreamCounters {
  opened: number;
  resumed: number;
  /** Sessions that another ingest, or this one before a crash, had. */
  takenOver: number;
  /** Sessions resumed where a restart had left them. */
  restored: number;
  refused: number;
  mismatches: number;
}

export class DataStreams {
  readonly counters: DataStreamCounters = {
    opened: 0,
    resumed: 0,
    takenOver: 0,
    restored: 0,
    refused: 0,
    mismatches: 0,
  };
  readonly #options: DataStreamsOptions;
  readonly #transports = new Map<string, RelayTransport>();
  /** Why no stream is taken any more. */
  #handingOver: string | undefined;

  constructor(options: DataStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#transports.size;
  }

  /** Takes a data stream whose credentials were found good. */
  accept(stream: DataServerStream, accountId: number): void {
    if (this.#handingOver !== undefined) {
      stream.end({ code: "unavailable", message: this.#handingOver });
      return;
    }
    const identity = parseSessionIdentity(stream.metadata);
    if (!identity.ok) {
      this.#refuse(stream, "invalid-argument", identity.reason);
      return;
    }
    const { session } = identity;
    let transport: RelayTransport | undefined;
    const cancelTimeout = this.#options.clock.later(ATTACH_TIMEOUT_MS, () =>
      this.#refuse(stream, "invalid-argument", "no attach came"),
    );
    stream.listen({
      onMessage: (frame: AgentFrame) => {
        try {
          if (!("attach" in frame)) {
            if (transport === undefined) this.#refuse(stream, "invalid-argument", "data before the attach");
            else transport.received(stream, frame);
          } else if (transport === undefined) {
            cancelTimeout();
            if (this.#handingOver !== undefined) {
              // It was opened before, and would never be told: the session waits for the next start.
              stream.end({ code: "unavailable", message: this.#handingOver });
              return;
            }
            transport = this.#attach(stream, session, frame.attach, accountId);
          } else {
            this.#refuse(stream, "invalid-argument", "a second attach on one stream");
          }
        } catch (error) {
          if (!(error instanceof FlowMismatch)) throw error;
          this.#mismatch(stream, session, transport, error.message);
        }
      },
      onDrain: () => transport?.drained(stream),
      onHalfClose: () => {
        if (transport === undefined) stream.end({ code: "ok", message: "" });
        else transport.halfClosed(stream);
      },
      onEnd: () => {
        cancelTimeout();
        transport?.ended(stream);
      },
    });
  }

  /** Relayed sessions, with or without a stream. */
  transports(): IterableIterator<RelayTransport> {
    return this.#transports.values();
  }

  /** Asks every agent to attach again elsewhere. */
  handOver(reason: string): void {
    this.#handingOver = reason;
    for (const transport of this.#transports.values()) transport.handOver(reason);
  }

  /** Streams that are open. */
  get attached(): number {
    let attached = 0;
    for (const transport of this.#transports.values()) if (transport.attached) attached += 1;
    return attached;
  }

  #attach(
    stream: DataServerStream,
    session: SessionIdentity,
    attach: Attach,
    accountId: number,
  ): RelayTransport | undefined {
    const known = this.#transports.get(session.sessionId);
    if (known !== undefined) {
      if (known.accountId !== accountId) {
        this.#refuse(stream, "permission-denied", "the session belongs to another account");
        return undefined;
      }
      known.attach(stream, attach);
      this.counters.resumed += 1;
      if (attach.lossy) known.whenReplayed(() => this.#options.onIncomplete(known.id, "updates-lost"));
      return known;
    }
    if (this.#transports.size >= MAX_RELAYED_SESSIONS) {
      this.#refuse(
        stream,
        "resource-exhausted",
        `this ingest relays ${MAX_RELAYED_SESSIONS} sessions already`,
      );
      return undefined;
    }
    const arrival = arrivalOf(attach, this.#options.restored.take(session.sessionId, accountId));
    if ("refusal" in arrival) {
      this.#refuse(stream, "not-found", arrival.refusal);
      return undefined;
    }
    const transport = new RelayTransport({
      origin: arrival.origin,
      session,
      accountId,
      agentInstance: stream.metadata.get(MetadataKey.instance) ?? "",
      beganMs: attach.beganMs,
      windowBytes: this.#options.windowBytes,
      holdDetachedMs: this.#options.holdDetachedMs,
      clock: this.#options.clock,
      onClosed: (closed) => this.#transports.delete(closed.id),
    });
    const siteId = Number(stream.metadata.get(MetadataKey.siteId) ?? 0);
    this.#transports.set(transport.id, transport);
    transport.attach(stream, attach);
    const refusal = this.#options.begin(
      transport,
      Number.isSafeInteger(siteId) ? siteId : 0,
      arrival.beginning,
    );
    if (refusal !== undefined) {
      this.#transports.delete(transport.id);
      this.#refuse(stream, "permission-denied", refusal);
      return undefined;
    }
    if (arrival.origin.mode === "new") this.counters.opened += 1;
    else if (arrival.origin.mode === "resumed") this.counters.restored += 1;
    else {
      this.counters.takenOver += 1;
      transport.whenReplayed(() => this.#options.onIncomplete(transport.id, "taken-over"));
    }
    return transport;
  }

  #mismatch(
    stream: DataServerStream,
    session: SessionIdentity,
    transport: RelayTransport | undefined,
    text: string,
  ): void {
    this.counters.mismatches += 1;
    this.#options.logger.warn(
      { "session-id": session.sessionId, "device-ip": session.deviceIp, remote: stream.peer },
      `relay counters do not agree, the session ends: ${text}`,
    );
    const held = transport ?? this.#transports.get(session.sessionId);
    if (held === undefined) this.#refuse(stream, "failed-precondition", text);
    else {
      held.mismatch(stream, text);
      stream.end({ code: "failed-precondition", message: text });
    }
  }

  #refuse(
    stream: DataServerStream,
    code:
      | "invalid-argument"
      | "permission-denied"
      | "not-found"
      | "resource-exhausted"
      | "failed-precondition",
    message: string,
  ): void {
    this.counters.refused += 1;
    stream.end({ code, message });
  }
}
