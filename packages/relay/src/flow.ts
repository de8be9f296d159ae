/**
 * The counters of one session at one end: what was sent, what the other side has applied, what came in.
 *
 * Both ends use it. It lives as long as the session; streams come and go through {@link SessionFlow.attach} and
 * {@link SessionFlow.detach}. It does no I/O and reads no clock.
 */
import { bareFrame, type DataFrame } from "./frames.ts";
import { RetainedRuns } from "./retained.ts";

/** Most bytes that one message of the data stream carries, unless a single run is larger. */
export const COALESCE_BYTES = 64 * 1024;
/** Default for unacknowledged bytes in flight, per session and direction. */
export const DEFAULT_WINDOW_BYTES = 1024 * 1024;
/** An acknowledgement goes out at once when this share of the window waits for it. */
const ACK_SHARE = 8;
/** Otherwise after this long, so that a quiet session settles. */
const ACK_DELAY_MS = 200;

/** Runs a function later; returns what takes that back. */
export type Later = (delayMs: number, run: () => void) => () => void;

/** Past the bound of a budget, a flow that keeps this much pauses its source. */
export const CROWDED_BYTES = 64 * 1024;

/** What many flows keep together: past its bound each may keep but little more. */
export class FlowBudget {
  readonly limit: number;
  #used = 0;

  /** @param limit octets */
  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get crowded(): boolean {
    return this.#used >= this.limit;
  }

  /** Negative where something goes. */
  add(octets: number): void {
    this.#used += octets;
  }
}

export interface FlowOptions {
  readonly later: Later;
  readonly budget?: FlowBudget | undefined;
  /** The source of outgoing bytes shall pause (true) or may go on (false). */
  readonly onBlocked?: (blocked: boolean) => void;
}

/** Where frames go while attached; false asks to wait for {@link SessionFlow.drained}. */
export type FrameSink = (frame: DataFrame) => boolean;

/** The two ends disagree about what was sent. Never guessed at: the session ends. */
export class FlowMismatch extends Error {
  override name = "FlowMismatch";
}

export class SessionFlow {
  readonly #options: FlowOptions;
  readonly #outgoing = new RetainedRuns();
  #window = DEFAULT_WINDOW_BYTES;
  /** Position of the next byte to send on the attached stream. */
  #next = 0;
  #sink: FrameSink | undefined;
  #writable = false;
  #closing = false;
  #blocked = false;
  /** Position after the last byte that came in. */
  #received = 0;
  /** Position up to which incoming bytes are applied. */
  #applied = 0;
  #acknowledged = 0;
  #cancelAck: (() => void) | undefined;
  /** What to say when everything is sent. */
  #last: { readonly action: DataFrame["action"]; readonly reason: string } | undefined;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** Bytes that were given to send since the session began. */
  get produced(): number {
    return this.#outgoing.to;
  }

  /** Oldest position that can still be sent again. */
  get retainedFrom(): number {
    return this.#outgoing.from;
  }

  /** Bytes that wait for the other side's acknowledgement. */
  get unacknowledged(): number {
    return this.#outgoing.size;
  }

  /** Those bytes, in runs of whole messages that stand for themselves: for {@link restored}. */
  retained(): Uint8Array[] {
    const runs: Uint8Array[] = [];
    for (let at = this.#outgoing.from; at < this.#outgoing.to;) {
      const run = this.#outgoing.read(at, COALESCE_BYTES);
      runs.push(run);
      at += run.length;
    }
    return runs;
  }

  get received(): number {
    return this.#received;
  }

  /** Incoming bytes that were applied since the session began. */
  get applied(): number {
    return this.#applied;
  }

  get attached(): boolean {
    return this.#sink !== undefined;
  }

  /** Gives a run of whole messages to send; it is kept until the other side has applied it. */
  push(run: Uint8Array): void {
    this.#append(run);
    this.#pump();
    this.#checkBlocked();
  }

  /** Nothing more comes of the flow: what it keeps counts no longer. To be called once, at the end. */
  forget(): void {
    this.#options.budget?.add(-this.#outgoing.size);
  }

  /**
   * Starts sending on a stream.
   *
   * @param sendFrom position that the other side wants next; what lies before counts as acknowledged
   * @throws FlowMismatch where that position is not here any more, or was never sent
   */
  attach(sink: FrameSink, sendFrom: number, window: number): void {
    if (!this.#release(sendFrom)) {
      throw new FlowMismatch(
        `the other side wants bytes from ${sendFrom} on, this side has ${this.#outgoing.from} to ${this.#outgoing.to}`,
      );
    }
    this.#next = sendFrom;
    this.#window = window;
    this.#sink = sink;
    this.#writable = true;
    this.#closing = false;
    // The attach messages told the other side what came in; bytes still on their way to be applied are in safe hands.
    this.#acknowledged = this.#applied;
    this.#pump();
    this.#checkBlocked();
  }

  /** The stream is gone; everything unacknowledged stays for the next, and the source may go on. */
  detach(): void {
    this.#sink = undefined;
    this.#writable = false;
    this.#checkBlocked();
    this.#cancelAck?.();
    this.#cancelAck = undefined;
  }

  /** Sends no more payload on this stream, says why, and lets acknowledgements go on. */
  close(action: DataFrame["action"], reason: string): void {
    if (this.#sink === undefined || this.#closing) return;
    this.#closing = true;
    this.#sendBare(action, reason);
  }

  /** Like {@link close}, once everything that was pushed is sent, on this stream or a later one. */
  finish(action: DataFrame["action"], reason: string): void {
    this.#last ??= { action, reason };
    this.#pump();
  }

  /** The stream takes frames again. */
  drained(): void {
    this.#writable = true;
    this.#pump();
    this.#checkBlocked();
  }

  /**
   * Takes a frame in: settles its acknowledgement, checks its position, and returns its payload.
   * The caller reports by {@link markApplied} when the payload was applied.
   *
   * @throws FlowMismatch with both sides' figures
   */
  receive(frame: DataFrame): Uint8Array {
    if (
      frame.acknowledged > this.#next ||
      !this.#release(Math.max(frame.acknowledged, this.#outgoing.from))
    ) {
      throw new FlowMismatch(
        `the other side acknowledged ${frame.acknowledged} bytes, this side has sent ${this.#next}`,
      );
    }
    if (frame.position !== this.#received) {
      throw new FlowMismatch(`a message stands at byte ${frame.position}, expected ${this.#received}`);
    }
    this.#received += frame.payload.length;
    this.#pump();
    this.#checkBlocked();
    return frame.payload;
  }

  /** `bytes` more of the incoming direction are applied, in order. */
  markApplied(bytes: number): void {
    this.#applied += bytes;
    if (this.#sink === undefined || this.#applied === this.#acknowledged) return;
    if (this.#applied - this.#acknowledged >= this.#window / ACK_SHARE) this.acknowledge();
    else this.#cancelAck ??= this.#options.later(ACK_DELAY_MS, () => this.acknowledge());
  }

  /** Tells the other side now how far this side is. */
  acknowledge(): void {
    this.#cancelAck?.();
    this.#cancelAck = undefined;
    if (this.#applied > this.#acknowledged) this.#sendBare("none", "");
  }

  /**
   * Takes the positions of a session that another ingest began, before the first attach.
   *
   * @param sent position of the next outgoing byte
   * @param applied position of the next incoming byte
   */
  static takenOver(options: FlowOptions, sent: number, applied: number): SessionFlow {
    const flow = new SessionFlow(options);
    flow.#outgoing.skipTo(sent);
    flow.#next = sent;
    flow.#received = applied;
    flow.#applied = applied;
    flow.#acknowledged = applied;
    return flow;
  }

  /**
   * Goes on with a session whose counters another process kept.
   *
   * @param from position of the first of the retained runs, which are taken over
   * @param received position of the next incoming byte; everything before it is applied
   */
  static restored(
    options: FlowOptions,
    { from, retained, received }: { from: number; retained: readonly Uint8Array[]; received: number },
  ): SessionFlow {
    const flow = SessionFlow.takenOver(options, from, received);
    for (const run of retained) flow.#append(run);
    return flow;
  }

  #append(run: Uint8Array): void {
    this.#outgoing.append(run);
    this.#options.budget?.add(run.length);
  }

  #release(position: number): boolean {
    const { from } = this.#outgoing;
    if (!this.#outgoing.release(position)) return false;
    this.#options.budget?.add(from - this.#outgoing.from);
    return true;
  }

  #sendBare(action: DataFrame["action"], reason: string): void {
    if (this.#sink === undefined) return;
    this.#acknowledged = this.#applied;
    if (!this.#sink(bareFrame(this.#next, this.#applied, action, reason))) this.#writable = false;
  }

  #pump(): void {
    while (this.#sink !== undefined && this.#writable && !this.#closing && this.#next < this.#outgoing.to) {
      const room = this.#window - (this.#next - this.#outgoing.from);
      if (room <= 0) return;
      const payload = this.#outgoing.read(this.#next, Math.min(COALESCE_BYTES, room));
      const frame: DataFrame = {
        position: this.#next,
        payload,
        acknowledged: this.#applied,
        action: "none",
        reason: "",
      };
      this.#next += payload.length;
      this.#acknowledged = this.#applied;
      this.#cancelAck?.();
      this.#cancelAck = undefined;
      this.#writable = this.#sink(frame);
    }
    if (this.#last !== undefined && this.#next === this.#outgoing.to)
      this.close(this.#last.action, this.#last.reason);
  }

  #checkBlocked(): void {
    // Without a stream there is no window: what is kept then is for the owner to bound.
    const { size } = this.#outgoing;
    const crowded = size >= CROWDED_BYTES && this.#options.budget?.crowded === true;
    const full = this.attached && (size >= this.#window || crowded);
    // Whoever pauses waits for an acknowledgement, and looks again when it comes.
    const free = !this.attached || (size <= this.#window / 2 && !crowded);
    if (full && !this.#blocked) {
      this.#blocked = true;
      this.#options.onBlocked?.(true);
    } else if (free && this.#blocked) {
      this.#blocked = false;
      this.#options.onBlocked?.(false);
    }
  }
}
