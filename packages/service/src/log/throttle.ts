/** Lets a repeated event through now and then, and counts what it held back. */

/** Keys that are remembered; the one used longest ago is forgotten when more come. */
export const MAX_THROTTLE_KEYS = 4096;

interface ThrottleEntry {
  /** Milliseconds of the clock at which the next one passes. */
  nextAt: number;
  heldBack: number;
}

export class Throttle {
  readonly #entries = new Map<string, ThrottleEntry>();
  readonly #now: () => number;
  #suppressed = 0;

  /** `now` in milliseconds; any origin will do. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything that was held back so far. */
  get suppressed(): number {
    return this.#suppressed;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * May an event pass? If so, returns how many of its key were held back since the last one that did; else
   * `undefined`. `intervalMs` may be `Infinity`.
   */
  pass(key: string, intervalMs: number): number | undefined {
    const now = this.#now();
    const entry = this.#entries.get(key);
    if (entry !== undefined && now < entry.nextAt) {
      entry.heldBack += 1;
      this.#suppressed += 1;
      this.#touch(key, entry);
      return undefined;
    }
    this.#touch(key, { nextAt: now + intervalMs, heldBack: 0 });
    if (this.#entries.size > MAX_THROTTLE_KEYS) this.#forgetOldest();
    return entry?.heldBack ?? 0;
  }

  #touch(key: string, entry: ThrottleEntry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #forgetOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
