/** Durations in whole milliseconds, counted: what is left of them fits into a message between processes. */

/** Longer ones count as this long. */
const MAX_MS = 600_000;

export type CountedMs = readonly (readonly [ms: number, count: number])[];

export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  get count(): number {
    return this.#total;
  }

  /** Milliseconds, rounded up; below 0 is 0. */
  add(ms: number, count = 1): void {
    const bucket = Math.min(MAX_MS, Math.max(0, Math.ceil(ms)));
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }

  addAll(counted: CountedMs): void {
    for (const [ms, count] of counted) this.add(ms, count);
  }

  clear(): void {
    this.#counts.clear();
    this.#total = 0;
  }

  counted(): CountedMs {
    return [...this.#counts].toSorted(([a], [b]) => a - b);
  }

  /** The least duration that a share of all do not exceed; 1 is the longest. Undefined where there are none. */
  quantile(share: number): number | undefined {
    let below = 0;
    for (const [ms, count] of this.counted()) {
      below += count;
      if (below >= share * this.#total) return ms;
    }
    return undefined;
  }
}
