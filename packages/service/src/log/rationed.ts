/** Lines about what others bring about: each of its kind now and then, and all of them together at a bounded rate. */
import type { Clock } from "../clock.ts";
import { type Rate, TokenBucket } from "../token-bucket.ts";
import type { LogLevel } from "./levels.ts";
import type { LogFields, Logger } from "./logger.ts";
import { Throttle } from "./throttle.ts";

export interface RationedOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** One line for a key in so many seconds. */
  readonly everySeconds: number;
  /** Lines with whatever key: whoever has many addresses must not fill a disk. */
  readonly rate: Rate;
}

export class RationedLines {
  readonly #options: RationedOptions;
  readonly #throttle: Throttle;
  readonly #lines: TokenBucket;
  /** Lines that were left out since the last one, for whatever cause. */
  #unwritten = 0;

  constructor(options: RationedOptions) {
    const now = (): number => options.clock.monotonic();
    this.#options = options;
    this.#throttle = new Throttle(now);
    this.#lines = new TokenBucket(now, options.rate);
  }

  /** Writes the line, or counts it for the next one's `suppressed`. */
  write(key: string, level: LogLevel, fields: LogFields, message: string): void {
    const { logger, everySeconds } = this.#options;
    if (this.#throttle.pass(key, everySeconds * 1000) === undefined || !this.#lines.take()) {
      this.#unwritten += 1;
      return;
    }
    const suppressed = this.#unwritten === 0 ? {} : { suppressed: this.#unwritten };
    this.#unwritten = 0;
    logger[level]({ ...fields, ...suppressed }, message);
  }
}
