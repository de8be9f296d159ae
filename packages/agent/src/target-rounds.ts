/** Which ingest is tried next, and when. Pure: a list of targets, what became of the last try, and chance. */
import { retryDelays } from "@netferry/service";

/** Back-off between rounds: devices' sessions wait, and to be refused costs nobody much. */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 2_000;
/** Between two targets of a round. */
const NEXT_TARGET_MS = 100;
/** Agents that lost the same ingest come back within this time, and not all at once. */
const RETURN_SPREAD_MS = 1_000;

export class TargetRounds {
  readonly #targets: number;
  readonly #random: () => number;
  #index = 0;
  /** Targets of this round that have failed. */
  #failed = 0;
  #delays: Iterator<number, never>;

  /** @param targets how many there are, at least 1 @param random uniform in [0, 1) */
  constructor(targets: number, random: () => number) {
    this.#targets = targets;
    this.#random = random;
    this.#delays = this.#fresh();
  }

  /** The target whose turn it is. */
  get index(): number {
    return this.#index;
  }

  /** It is connected: what comes after it begins anew. */
  connected(): void {
    this.#failed = 0;
    this.#delays = this.#fresh();
  }

  /** The connected one was lost: it comes first, since it may hold the sessions still. Returns milliseconds to wait. */
  lost(): number {
    return this.#random() * RETURN_SPREAD_MS;
  }

  /** The connected one is about to stop: the next one comes first. Returns milliseconds to wait. */
  left(): number {
    this.#advance();
    return this.#random() * RETURN_SPREAD_MS;
  }

  /** The try has failed. Returns milliseconds to wait: little, or long once all of them have failed. */
  failed(): number {
    this.#advance();
    this.#failed += 1;
    if (this.#failed < this.#targets) return this.#random() * NEXT_TARGET_MS;
    this.#failed = 0;
    return this.#delays.next().value;
  }

  #advance(): void {
    this.#index = (this.#index + 1) % this.#targets;
  }

  #fresh(): Iterator<number, never> {
    return retryDelays({ firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS, random: this.#random });
  }
}
