export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** So many in a burst, and so many a second over a longer time. */
export class TokenBucket {
  readonly #now: () => number;
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number, rate: Rate) {
    this.#now = now;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now();
  }

  /** False where the rate is used up. */
  take(): boolean {
    const now = this.#now();
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
