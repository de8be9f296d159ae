/** A health check of the event loop: a daemon that comes too late to what is due keeps no session. */
import type { LagSource, LoopLag } from "../metrics/lag-meter.ts";

/**
 * The longest that the loop may be held up, milliseconds. With the shortest hold time that BGP allows (three seconds,
 * RFC 4271 section 4.2) a KEEPALIVE is due each second: one that comes so late is just in time.
 */
export const MAX_LOOP_LAG_MS = 1_000;

export class EventLoopCheck {
  readonly #meter: LagSource;
  #last: LoopLag | undefined;

  constructor(meter: LagSource) {
    this.#meter = meter;
  }

  /** Lateness between the last two runs of the check; undefined before the first. */
  get last(): LoopLag | undefined {
    return this.#last;
  }

  /** What is wrong with the time since the run before; nothing where all is well. */
  run(): string | undefined {
    this.#last = this.#meter.take();
    const { max } = this.#last;
    return max <= MAX_LOOP_LAG_MS
      ? undefined
      : `what was due came ${(max / 1000).toFixed(1)} s late, more than ${MAX_LOOP_LAG_MS / 1000} s; the process lacks CPU time, or was stopped`;
  }
}
