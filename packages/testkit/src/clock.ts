import type { Clock } from "@netferry/service";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #startedAt: number;
  #elapsed = 0;
  /** Ascending; those of the same time in the order in which they were set. */
  #timers: Timer[] = [];

  /** @param startedAt what now() gives at first, milliseconds since 1970 */
  constructor(startedAt = Date.UTC(2026, 0, 1)) {
    this.#startedAt = startedAt;
  }

  /** Timers that have not run yet. */
  get pending(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#startedAt + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  later(delayMs: number, run: () => void): () => void {
    const timer: Timer = { at: this.#elapsed + Math.max(0, delayMs), run };
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1]!.at > timer.at) place -= 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  /** Moves time and runs what falls due on the way, in order, timers that those set included. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (let next = this.#timers[0]; next !== undefined && next.at <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#elapsed = next.at;
      next.run();
    }
    this.#elapsed = end;
  }
}
