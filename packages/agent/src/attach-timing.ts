/** When a session tries to attach, and how long it waits for the answer. */
import { doubling, retryDelays } from "@netferry/service";

const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2_000;
/** Time for the ingest's answer; an ingest that needs longer gets longer at the next try. */
const ANSWER_FIRST_MS = 4_000;
const ANSWER_MAX_MS = 30_000;

export class AttachTiming {
  readonly #random: () => number;
  #delays: Iterator<number, never>;
  #patience = doubling(ANSWER_FIRST_MS, ANSWER_MAX_MS);

  constructor(random: () => number) {
    this.#random = random;
    this.#delays = this.#freshDelays();
  }

  nextRetryMs(): number {
    return this.#delays.next().value;
  }

  nextAnswerMs(): number {
    return this.#patience.next().value;
  }

  /** An ingest can be reached again. */
  available(): void {
    this.#delays = this.#freshDelays();
  }

  /** An ingest has answered. */
  answered(): void {
    this.available();
    this.#patience = doubling(ANSWER_FIRST_MS, ANSWER_MAX_MS);
  }

  #freshDelays(): Iterator<number, never> {
    return retryDelays({ firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS, random: this.#random });
  }
}
