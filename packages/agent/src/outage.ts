/** How long a session has been without an ingest, and when that is too long. */
import type { Clock } from "@netferry/service";

export class Outage {
  readonly #clock: Clock;
  readonly #maxMs: number;
  readonly #onTooLong: () => void;
  #since: number | undefined;
  #cancel: () => void = () => undefined;

  /** @param since of an outage that another process has seen begin; it counts from {@link begin} on */
  constructor(clock: Clock, maxMs: number, onTooLong: () => void, since: number | undefined) {
    this.#clock = clock;
    this.#maxMs = maxMs;
    this.#onTooLong = onTooLong;
    this.#since = since;
  }

  /** Milliseconds since 1970; undefined while there is none. */
  get since(): number | undefined {
    return this.#since;
  }

  /** From now on no ingest answers; an outage that is known of already goes on. */
  begin(): void {
    const now = this.#clock.now();
    this.#since ??= now;
    this.#cancel();
    // The clock may have been stepped meanwhile.
    const left = Math.min(this.#maxMs, Math.max(0, this.#maxMs - (now - this.#since)));
    this.#cancel = this.#clock.later(left, this.#onTooLong);
  }

  /** Nothing comes of it for now. */
  pause(): void {
    this.#cancel();
  }

  end(): void {
    this.#since = undefined;
    this.#cancel();
  }
}
