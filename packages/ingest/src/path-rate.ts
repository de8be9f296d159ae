/** How many paths a second ingest applies, over the last few seconds. */
import type { Clock } from "@netferry/service";

const SAMPLE_MS = 1_000;
const SAMPLES = 5;

export class PathRate {
  readonly #clock: Clock;
  readonly #total: () => number;
  #samples: { readonly at: number; readonly total: number }[] = [];
  #cancel: () => void = () => undefined;

  /** @param total paths applied since the start */
  constructor(clock: Clock, total: () => number) {
    this.#clock = clock;
    this.#total = total;
    this.#sample();
  }

  get perSecond(): number {
    const [oldest] = this.#samples;
    if (oldest === undefined) return 0;
    const seconds = (this.#clock.monotonic() - oldest.at) / 1000;
    return seconds < 0.1 ? 0 : Math.round((this.#total() - oldest.total) / seconds);
  }

  stop(): void {
    this.#cancel();
  }

  #sample(): void {
    this.#samples.push({ at: this.#clock.monotonic(), total: this.#total() });
    this.#samples = this.#samples.slice(-SAMPLES);
    this.#cancel = this.#clock.later(SAMPLE_MS, () => this.#sample());
  }
}
