/** Metrics to an export's endpoint, now and then. What could not be sent is not kept: the next report has newer numbers. */
import { type Clock, retryDelays } from "@netferry/service";
import type { PostOutcome } from "./http-post.ts";

/** Between two reports, milliseconds. */
export const REPORT_INTERVAL_MS = 15_000;
const RETRY_FIRST_MS = 2_000;
const RETRY_MAX_MS = 60_000;
/** The first report waits until the agent has had time to connect. */
const FIRST_REPORT_MS = 2_000;

export interface MetricExportOptions {
  /** Collects and posts; never rejects. */
  readonly post: () => Promise<PostOutcome>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onFailure: (outcome: Exclude<PostOutcome, { kind: "taken" }>) => void;
}

export interface MetricExportCounters {
  sent: number;
  /** Reports that were not taken. */
  failures: number;
}

export class MetricExport {
  readonly counters: MetricExportCounters = { sent: 0, failures: 0 };
  readonly #options: MetricExportOptions;
  #delays: Iterator<number, never>;
  #cancelTimer: () => void;
  #stopped = false;

  constructor(options: MetricExportOptions) {
    this.#options = options;
    this.#delays = this.#freshDelays();
    this.#cancelTimer = options.clock.later(FIRST_REPORT_MS, () => void this.#report());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
  }

  #freshDelays(): Iterator<number, never> {
    return retryDelays({ firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS, random: this.#options.random });
  }

  async #report(): Promise<void> {
    const outcome = await this.#options.post();
    let next = REPORT_INTERVAL_MS;
    if (outcome.kind === "taken") {
      this.counters.sent += 1;
      this.#delays = this.#freshDelays();
    } else {
      this.counters.failures += 1;
      next = Math.max(this.#delays.next().value, outcome.kind === "later" ? (outcome.retryAfterMs ?? 0) : 0);
      this.#options.onFailure(outcome);
    }
    if (!this.#stopped) {
      this.#cancelTimer = this.#options.clock.later(Math.min(next, RETRY_MAX_MS), () => void this.#report());
    }
  }
}
