import type { TimerName } from "@netferry/bgp";
import type { Clock } from "@netferry/service";

/** Part of a keepalive or connect-retry time that chance may take off it (RFC 4271 section 10). */
const JITTER = 0.25;

interface RunningTimer {
  deadline: number;
  cancel: () => void;
}

/** The timers of one state machine. Setting one that runs to a later time costs nothing until it would have expired. */
export class SessionTimers {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onExpired: (timer: TimerName) => void;
  readonly #running = new Map<TimerName, RunningTimer>();

  constructor(clock: Clock, random: () => number, onExpired: (timer: TimerName) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#onExpired = onExpired;
  }

  set(timer: TimerName, seconds: number): void {
    const jittered = timer === "keepalive" || timer === "connect-retry";
    const ms = 1000 * seconds * (jittered ? 1 - JITTER * this.#random() : 1);
    const deadline = this.#clock.monotonic() + ms;
    const running = this.#running.get(timer);
    if (running !== undefined && running.deadline <= deadline) {
      running.deadline = deadline;
      return;
    }
    running?.cancel();
    this.#arm(timer, deadline);
  }

  clear(timer: TimerName): void {
    this.#running.get(timer)?.cancel();
    this.#running.delete(timer);
  }

  #arm(timer: TimerName, deadline: number): void {
    const running: RunningTimer = {
      deadline,
      cancel: this.#clock.later(deadline - this.#clock.monotonic(), () => {
        if (running.deadline > this.#clock.monotonic()) {
          this.#arm(timer, running.deadline);
          return;
        }
        this.#running.delete(timer);
        this.#onExpired(timer);
      }),
    };
    this.#running.set(timer, running);
  }
}
