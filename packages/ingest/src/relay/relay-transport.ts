/**
 * A device behind an agent as a {@link Transport}: it outlives the streams that carry it.
 *
 * Phases: `attached` (a stream is here) ⇄ `detached` (the agent keeps the device; until a deadline) → `closed`.
 */
import type { TransportDownReason } from "@netferry/bgp";
import {
  type Attach,
  DEVICE_CLOSED,
  FlowMismatch,
  type AgentFrame,
  type IngestFrame,
  MetadataKey,
  type ServerStream,
  SessionFlow,
  type SessionIdentity,
  type StreamStatus,
} from "@netferry/relay";
import { type Clock, formatHostPort } from "@netferry/service";
import type { Transport, TransportHandlers } from "../session/transport.ts";

/** An agent that does not confirm the end of a session within this time is not waited for. */
const CLOSE_TIMEOUT_MS = 10_000;
/** Unacknowledged bytes beyond which a device is taken for one that does not read. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

export type DataServerStream = ServerStream<IngestFrame, AgentFrame>;

/** Where a session was when it came here. */
export type Origin =
  | { readonly mode: "new" }
  /** Goes on at these positions: `applied` of the device's direction, `delivered` of the other. */
  | { readonly mode: "resumed" | "taken-over"; readonly applied: number; readonly delivered: number };

export interface RelayTransportOptions {
  readonly origin: Origin;
  readonly session: SessionIdentity;
  readonly agentInstance: string;
  /** As the agent says when it brings the session; 0 where it does not. */
  readonly beganMs: number;
  /** Account that opened the session: only it may go on with it. */
  readonly accountId: number;
  readonly windowBytes: number;
  /** How long the session is held without a stream, milliseconds. */
  readonly holdDetachedMs: number;
  readonly clock: Clock;
  /** The transport is closed and needs no place in any table. */
  readonly onClosed: (transport: RelayTransport) => void;
}

export class RelayTransport implements Transport {
  readonly via = "relay";
  readonly id: string;
  readonly agentInstance: string;
  readonly beganMs: number;
  readonly accountId: number;
  readonly deviceAddress: string;
  readonly peer: string;
  readonly local: string;
  readonly #options: RelayTransportOptions;
  readonly #flow: SessionFlow;
  #stream: DataServerStream | undefined;
  #handlers: TransportHandlers | undefined;
  #closed = false;
  /** Position up to which the agent sends again what it has kept. */
  #replayTo = 0;
  #onReplayed: (() => void) | undefined;
  #cancelDeadline: () => void = () => undefined;

  constructor(options: RelayTransportOptions) {
    const { session } = options;
    this.#options = options;
    this.id = session.sessionId;
    this.agentInstance = options.agentInstance;
    this.beganMs = options.beganMs;
    this.accountId = options.accountId;
    this.deviceAddress = session.deviceIp;
    this.peer = formatHostPort(session.deviceIp, session.devicePort);
    this.local = formatHostPort(session.proxyIp, session.proxyPort);
    const { origin } = options;
    const flowOptions = { later: (delayMs: number, run: () => void) => options.clock.later(delayMs, run) };
    this.#flow =
      origin.mode === "new"
        ? new SessionFlow(flowOptions)
        : SessionFlow.takenOver(flowOptions, origin.delivered, origin.applied);
  }

  get bytesUp(): number {
    return this.#flow.applied;
  }

  get bytesDown(): number {
    return this.#flow.produced;
  }

  /** A stream carries the session now. */
  get attached(): boolean {
    return this.#stream !== undefined;
  }

  get unconfirmed(): boolean {
    return this.#flow.unacknowledged > 0;
  }

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }

  send(messages: Uint8Array): void {
    if (this.#closed) return;
    this.#flow.push(messages);
    if (this.#flow.unacknowledged > MAX_UNSENT_BYTES) {
      this.#end("kill", "the device does not read");
      this.#down({ kind: "transport-failed", text: "the device does not read" });
    }
  }

  close(reason: string, abort: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    if (abort) this.#end("kill", reason);
    else this.#flow.finish("kill", reason);
    const stream = this.#stream;
    // A detached session that ends here is refused when its agent comes back.
    if (stream === undefined) this.#options.onClosed(this);
    else this.#cancelDeadline = this.#options.clock.later(CLOSE_TIMEOUT_MS, () => this.halfClosed(stream));
  }

  /**
   * Calls back when everything is applied that the agent had kept when it attached: at once, or after the last of it, on this
   * stream or a later one. The last caller counts.
   */
  whenReplayed(run: () => void): void {
    this.#onReplayed = run;
    this.#checkReplayed();
  }

  /** Asks the agent to attach again, perhaps elsewhere; the device notices nothing. */
  handOver(reason: string): void {
    this.#flow.close("restart", reason);
  }

  /**
   * Carries on over a stream. One that was here before gives way: its agent opened the new one.
   *
   * @throws FlowMismatch where the agent's figures can't be reconciled with what was applied here
   */
  attach(stream: DataServerStream, attach: Attach): void {
    const flow = this.#flow;
    const mode = this.#handlers === undefined ? this.#options.origin.mode : "resumed";
    if (flow.applied < attach.retainedFrom || flow.applied > attach.retainedTo) {
      throw new FlowMismatch(
        `the agent holds bytes ${attach.retainedFrom} to ${attach.retainedTo}, this ingest has applied ${flow.applied}`,
      );
    }
    if (attach.delivered < flow.retainedFrom || attach.delivered > flow.produced) {
      throw new FlowMismatch(
        `the agent has delivered ${attach.delivered} bytes, this ingest holds ${flow.retainedFrom} to ${flow.produced}`,
      );
    }
    this.#replayTo = attach.retainedTo;
    const before = this.#stream;
    this.#stream = undefined;
    flow.detach();
    before?.end({ code: "cancelled", message: "the session goes on over another stream" });
    this.#cancelDeadline();
    this.#stream = stream;
    stream.sendMetadata(
      new Map([
        [MetadataKey.counterUp, String(flow.applied)],
        [MetadataKey.counterDown, String(flow.produced)],
        [MetadataKey.sessionId, this.id],
      ]),
    );
    stream.send({
      attached: {
        mode,
        sendFrom: flow.applied,
        downFrom: attach.delivered,
        window: this.#options.windowBytes,
      },
    });
    flow.attach((frame) => stream.send(frame), attach.delivered, this.#options.windowBytes);
    this.#handlers?.onDetached(false);
  }

  /** A frame of the stream. Throws FlowMismatch where its figures are wrong. */
  received(stream: DataServerStream, frame: Exclude<AgentFrame, { attach: Attach }>): void {
    if (stream !== this.#stream) return;
    const payload = this.#flow.receive(frame);
    if (payload.length > 0) {
      if (!this.#closed) this.#handlers?.onRun(payload);
      this.#flow.markApplied(payload.length);
      if (this.#onReplayed !== undefined) this.#checkReplayed();
    }
    if (this.#flow.unacknowledged === 0 && !this.#closed) this.#handlers?.onSent();
    if (frame.action === "kill") {
      this.#leave({ code: "ok", message: "" });
      if (this.#closed) this.#withoutStream();
      else if (frame.reason === DEVICE_CLOSED) this.#down({ kind: "peer-closed" });
      else this.#down({ kind: "transport-failed", text: frame.reason });
    } else if (frame.action === "restart") {
      this.#flow.acknowledge();
      this.#leave({ code: "ok", message: "" });
      this.#withoutStream();
    }
  }

  /** The stream takes frames again. */
  drained(stream: DataServerStream): void {
    if (stream === this.#stream) this.#flow.drained();
  }

  /** The agent sends no more on the stream: an answer to the end of the session, or an agent that stops. */
  halfClosed(stream: DataServerStream): void {
    if (stream !== this.#stream) return;
    this.#leave({ code: "ok", message: "" });
    this.#withoutStream();
  }

  /** The stream is gone. */
  ended(stream: DataServerStream): void {
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    this.#flow.detach();
    this.#withoutStream();
  }

  /** Ends the session because the two ends disagree, on the stream that carries it or on one that was to. */
  mismatch(stream: DataServerStream, text: string): void {
    if (this.#stream !== undefined && stream !== this.#stream)
      this.#stream.end({ code: "cancelled", message: text });
    else this.#end("kill", text);
    this.#down({ kind: "transport-failed", text: `relay counters do not agree: ${text}` });
  }

  #checkReplayed(): void {
    const run = this.#onReplayed;
    if (run === undefined || this.#closed || this.#flow.applied < this.#replayTo) return;
    this.#onReplayed = undefined;
    run();
  }

  #end(action: "kill", reason: string): void {
    this.#flow.close(action, reason);
    this.#leave({ code: "ok", message: "" });
  }

  #leave(status: StreamStatus): void {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#flow.detach();
    stream?.end(status);
  }

  #withoutStream(): void {
    this.#cancelDeadline();
    if (this.#closed) {
      this.#options.onClosed(this);
      return;
    }
    const { clock, holdDetachedMs } = this.#options;
    this.#cancelDeadline = clock.later(holdDetachedMs, () =>
      this.#down({
        kind: "transport-failed",
        text: `the agent did not come back within ${Math.round(holdDetachedMs / 1000)} s`,
      }),
    );
    // The owner may close it now.
    this.#handlers?.onDetached(true);
  }

  #down(reason: TransportDownReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    this.#options.onClosed(this);
    this.#handlers?.onDown(reason);
  }
}
