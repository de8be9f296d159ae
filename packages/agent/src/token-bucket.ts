/** So many in a burst, and so many a second over a longer time. */
export class TokenBucket {
  readonly #now: () => number;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number, rate: { readonly perSecond: number; readonly burst: number }) {
    this.#now = now;
    this.#perSecond = rate.perSecond;
    this.#burst = rate.burst;
    this.#tokens = rate.burst;
    this.#filledAt = now();
  }

  /** False where the rate is used up. */
  take(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
