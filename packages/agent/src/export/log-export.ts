/** Log lines on their way to an export's endpoint: kept within bounds, sent in batches, tried again. */
import { type Clock, encodeLogRecord, type LogRecord, retryDelays } from "@netferry/service";
import type { PostOutcome } from "./http-post.ts";

/** Lines and octets that may wait; with more, the oldest go, counted. */
export const MAX_WAITING_LINES = 10_000;
export const MAX_WAITING_OCTETS = 4 * 1024 * 1024;
/** Lines and octets of one request. */
export const MAX_BATCH_LINES = 1_000;
export const MAX_BATCH_OCTETS = 512 * 1024;
/** Lines wait for others this long. */
const GATHER_MS = 2_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;

export interface LogExportOptions {
  /** Posts encoded records; never rejects. */
  readonly post: (records: readonly string[]) => Promise<PostOutcome>;
  readonly clock: Clock;
  readonly random: () => number;
  /** A request failed; the lines are kept (`later`) or lost (`refused`). */
  readonly onFailure: (outcome: Exclude<PostOutcome, { kind: "taken" }>) => void;
}

/** What became of log lines. */
export interface LogExportCounters {
  sent: number;
  /** Dropped for those that came later. */
  droppedFull: number;
  /** The server didn't want them. */
  droppedRefused: number;
  /** Requests that will be repeated. */
  failures: number;
}

export class LogExport {
  readonly counters: LogExportCounters = { sent: 0, droppedFull: 0, droppedRefused: 0, failures: 0 };
  readonly #options: LogExportOptions;
  /** Oldest first. */
  #waiting: string[] = [];
  #octets = 0;
  #delays: Iterator<number, never>;
  #cancelTimer: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #stopped = false;

  constructor(options: LogExportOptions) {
    this.#options = options;
    this.#delays = this.#freshDelays();
  }

  /** Lines that wait to be sent. */
  get waiting(): number {
    return this.#waiting.length;
  }

  push(record: LogRecord): void {
    if (this.#stopped) return;
    const line = encodeLogRecord(record);
    this.#waiting.push(line);
    this.#octets += line.length;
    while (this.#waiting.length > MAX_WAITING_LINES || this.#octets > MAX_WAITING_OCTETS) {
      this.#octets -= this.#waiting.shift()?.length ?? 0;
      this.counters.droppedFull += 1;
    }
    if (this.#cancelTimer === undefined && this.#sending === undefined) this.#sendLater(GATHER_MS);
  }

  /** One more try to send what waits; then nothing is taken or sent any more. */
  async stop(): Promise<void> {
    await this.#sending;
    this.#cancelTimer?.();
    this.#stopped = true;
    if (this.#waiting.length > 0) await this.#send();
  }

  #freshDelays(): Iterator<number, never> {
    return retryDelays({ firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS, random: this.#options.random });
  }

  #sendLater(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.later(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
      });
    });
  }

  async #send(): Promise<void> {
    const batch = this.#takeBatch();
    const outcome = await this.#options.post(batch);
    let next = GATHER_MS;
    if (outcome.kind === "later") {
      this.#waiting = [...batch, ...this.#waiting];
      for (const line of batch) this.#octets += line.length;
      this.counters.failures += 1;
      next = Math.max(this.#delays.next().value, outcome.retryAfterMs ?? 0);
    } else {
      this.#delays = this.#freshDelays();
      if (outcome.kind === "taken") this.counters.sent += batch.length;
      else this.counters.droppedRefused += batch.length;
    }
    if (outcome.kind !== "taken") this.#options.onFailure(outcome);
    if (this.#waiting.length > 0 && !this.#stopped) this.#sendLater(Math.min(next, RETRY_MAX_MS));
  }

  #takeBatch(): string[] {
    let octets = 0;
    let count = 0;
    for (const line of this.#waiting) {
      if (count === MAX_BATCH_LINES || (count > 0 && octets + line.length > MAX_BATCH_OCTETS)) break;
      octets += line.length;
      count += 1;
    }
    this.#octets -= octets;
    return this.#waiting.splice(0, count);
  }
}
