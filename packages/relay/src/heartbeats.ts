/** One side's heartbeats on a control stream: the round trip, and whether anybody is still there. */
import type { Heartbeat } from "./control.ts";
import type { Later } from "./flow.ts";

/** A peer that leaves this many heartbeats in a row unanswered is given up. */
const MISSED_HEARTBEATS = 3;

export interface HeartbeatOptions {
  readonly intervalMs: number;
  /** Milliseconds that never jump. */
  readonly monotonic: () => number;
  readonly later: Later;
  readonly send: (heartbeat: Heartbeat) => void;
  /** Nobody answers; comes once, and no more heartbeats are sent. */
  readonly onSilence: () => void;
}

export class Heartbeats {
  readonly #options: HeartbeatOptions;
  /** When those were sent that are not answered yet, by sequence. */
  readonly #unanswered = new Map<number, number>();
  #sequence = 0;
  #roundTripMs: number | undefined;
  #cancel: () => void = () => undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Of the last one that was answered. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Sends one now, and from then on at every interval. */
  start(): void {
    if (this.#unanswered.size >= MISSED_HEARTBEATS) {
      this.#options.onSilence();
      return;
    }
    this.#sequence += 1;
    this.#unanswered.set(this.#sequence, this.#options.monotonic());
    const lastRoundTripUs = Math.round((this.#roundTripMs ?? 0) * 1000);
    this.#options.send({ type: "heartbeat", sequence: this.#sequence, lastRoundTripUs });
    this.#cancel = this.#options.later(this.#options.intervalMs, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  /** The other side has answered. One answer shows that it is there, whatever came before. */
  answered(sequence: number): void {
    const sentAt = this.#unanswered.get(sequence);
    if (sentAt !== undefined) this.#roundTripMs = this.#options.monotonic() - sentAt;
    this.#unanswered.clear();
  }
}
