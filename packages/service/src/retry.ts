/** Back-off between tries, as an endless list of delays. */

export interface RetryOptions {
  /** First delay, milliseconds. */
  readonly firstMs: number;
  /** No delay is longer. */
  readonly maxMs: number;
  /** Uniform in [0, 1); spreads a thousand agents that lost the same ingest. */
  readonly random: () => number;
}

/** Each delay lies between the half and the whole of a bound that doubles up to `maxMs`. */
export function* retryDelays({ firstMs, maxMs, random }: RetryOptions): Generator<number, never> {
  for (const bounds = doubling(firstMs, maxMs); ;) yield bounds.next().value * (0.5 + random() / 2);
}

/** Times to wait for an answer: each twice as long as the one before, up to `maxMs`. */
export function* doubling(firstMs: number, maxMs: number): Generator<number, never> {
  for (let bound = firstMs; ; bound = Math.min(bound * 2, maxMs)) yield bound;
}
