/** Time as daemons see it: passed in, so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970, for showing. */
  readonly now: () => number;
  /** Milliseconds that never jump, for measuring. */
  readonly monotonic: () => number;
  /** Runs a function once, after a delay; returns what takes that back. */
  readonly later: (delayMs: number, run: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  later(delayMs, run) {
    const timer = setTimeout(run, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
