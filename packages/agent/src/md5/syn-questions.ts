/**
 * Which senders of signed SYNs the ingest is asked about. A SYN costs its sender nothing and its address may be forged,
 * so there is a bound on questions at once and on questions a second; a device that was passed over sends again.
 */
import { TokenBucket } from "@netferry/service";

/** Addresses that are asked about at once. */
export const MAX_SYN_QUESTIONS = 256;
/** Questions over a longer time, and in one burst. */
export const SYN_QUESTION_RATE = { perSecond: 100, burst: 500 };

export class SynQuestions {
  readonly #open = new Set<string>();
  readonly #rate: TokenBucket;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#rate = new TokenBucket(now, SYN_QUESTION_RATE);
  }

  /** Whether a question about the address is under way. */
  has(address: string): boolean {
    return this.#open.has(address);
  }

  /** Takes a place for a question; false where there is none. */
  begin(address: string): boolean {
    if (this.#open.size >= MAX_SYN_QUESTIONS || !this.#rate.take()) return false;
    this.#open.add(address);
    return true;
  }

  end(address: string): void {
    this.#open.delete(address);
  }
}
