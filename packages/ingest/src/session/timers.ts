/** The timers of one session's state machine, as RFC 4271 names them. */
import type { TimerName } from "@netferry/bgp";
import type { Clock } from "@netferry/service";

/** Input that arrived while the process was busy or frozen gets this long before a silent device is given up. */
const HOLD_GRACE_MS = 1_000;
/**
 * A device is not given up for silence while its relay is silent, too: for so long, in which the relay's own pings find
 * out. Longer than those take.
 */
const HOLD_BLIND_MS = 30_000;

interface Running {
  readonly seconds: number;
  cancel: () => void;
}

export class SessionTimers {
  readonly #clock: Clock;
  readonly #onExpired: (timer: TimerName) => void;
  readonly #isBlind: () => boolean;
  readonly #running = new Map<TimerName, Running>();
  #lastHeard: number;
  #suspended = false;

  /** `isBlind`: what is on the way to the device gives no sign of life, so that its silence says nothing. */
  constructor(clock: Clock, onExpired: (timer: TimerName) => void, isBlind: () => boolean) {
    this.#clock = clock;
    this.#onExpired = onExpired;
    this.#isBlind = isBlind;
    this.#lastHeard = clock.monotonic();
  }

  /** The device has sent something: what restarts the hold timer, without the cost of restarting it. */
  heard(): void {
    this.#lastHeard = this.#clock.monotonic();
  }

  set(timer: TimerName, seconds: number): void {
    this.clear(timer);
    const running: Running = { seconds, cancel: () => undefined };
    this.#running.set(timer, running);
    if (timer === "hold") this.heard();
    if (!this.#suspended) this.#arm(timer, running, seconds * 1000);
  }

  clear(timer: TimerName): void {
    this.#running.get(timer)?.cancel();
    this.#running.delete(timer);
  }

  clearAll(): void {
    for (const timer of this.#running.keys()) this.clear(timer);
  }

  /** Stops time for the session while somebody else keeps the device company. */
  suspend(): void {
    this.#suspended = true;
    for (const running of this.#running.values()) running.cancel();
  }

  /** Time goes on, with every timer as if it were set now. */
  resume(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    this.heard();
    for (const [timer, running] of this.#running) this.#arm(timer, running, running.seconds * 1000);
  }

  #arm(timer: TimerName, running: Running, delayMs: number): void {
    running.cancel = this.#clock.later(delayMs, () => {
      if (timer === "hold") {
        const left = this.#lastHeard + running.seconds * 1000 - this.#clock.monotonic();
        if (left > 0) {
          this.#arm(timer, running, left);
          return;
        }
        running.cancel = this.#clock.later(HOLD_GRACE_MS, () => this.#expireHold(running));
        return;
      }
      this.#running.delete(timer);
      this.#onExpired(timer);
    });
  }

  #expireHold(running: Running): void {
    const left = this.#lastHeard + running.seconds * 1000 - this.#clock.monotonic();
    if (left > 0) {
      this.#arm("hold", running, left);
      return;
    }
    if (this.#isBlind() && left > -HOLD_BLIND_MS) {
      running.cancel = this.#clock.later(HOLD_GRACE_MS, () => this.#expireHold(running));
      return;
    }
    this.#running.delete("hold");
    this.#onExpired("hold");
  }
}
