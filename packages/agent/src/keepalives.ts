/** KEEPALIVEs to an established device for an ingest that is away, or that is silent and may be away (RFC 4271 section 4.4). */
import type { Clock } from "@netferry/service";

/** Without an ingest: what a router sends by itself. */
const ALONE_SHARE = 3;
/** With an ingest that sends its own, every third of the hold time: late enough to be for nothing as a rule. */
const ATTENDED_SHARE = 2;

export class Keepalives {
  readonly #clock: Clock;
  readonly #send: () => void;
  /** When the device was last sent something, on the monotonic clock. */
  #sentAt: number;
  #intervalMs = 0;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, send: () => void) {
    this.#clock = clock;
    this.#send = send;
    this.#sentAt = clock.monotonic();
  }

  /** The device was sent something by its ingest. */
  sent(): void {
    this.#sentAt = this.#clock.monotonic();
  }

  /** No ingest is there: one at once, then every third of the hold time (seconds, 0 for none). */
  alone(holdTime: number): void {
    this.#keep(holdTime, ALONE_SHARE, Number.NEGATIVE_INFINITY);
  }

  /**
   * An ingest is there. It may have been cut off without anyone noticing yet: whenever the device has heard nothing for half
   * its hold time (seconds, 0 for none), it is sent one. May be called again and again.
   */
  attended(holdTime: number): void {
    if (this.#intervalMs === (holdTime * 1000) / ATTENDED_SHARE) return;
    this.#keep(holdTime, ATTENDED_SHARE, this.#sentAt);
  }

  stop(): void {
    this.#cancel();
    this.#intervalMs = 0;
  }

  #keep(holdTime: number, share: number, sentAt: number): void {
    this.stop();
    if (holdTime === 0) return;
    this.#intervalMs = (holdTime * 1000) / share;
    this.#sentAt = sentAt;
    this.#check();
  }

  #check(): void {
    const now = this.#clock.monotonic();
    if (now - this.#sentAt >= this.#intervalMs) {
      this.#sentAt = now;
      this.#send();
    }
    this.#cancel = this.#clock.later(this.#sentAt + this.#intervalMs - now, () => this.#check());
  }
}
