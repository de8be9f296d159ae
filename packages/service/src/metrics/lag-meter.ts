/** How late the event loop runs what is due. */
import { monitorEventLoopDelay } from "node:perf_hooks";

/** How often lateness is sampled. The histogram counts this wait as well. */
const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

/** Lateness in milliseconds, over a window. */
export interface LoopLag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What a check of the loop reads. */
export interface LagSource {
  /** Of the window that ends now; the next one begins. */
  take(): LoopLag;
}

/**
 * One window of lateness. Readers whose windows differ have a meter each. A process that was stopped (SIGSTOP, a
 * machine that was suspended) was late as well.
 */
export class LagMeter implements LagSource {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #since = performance.now();

  constructor() {
    this.#histogram.enable();
  }

  /** Milliseconds since the window began. */
  get windowMs(): number {
    return performance.now() - this.#since;
  }

  /** Of the window up to now, which goes on. All 0 before the first sample. */
  peek(): LoopLag {
    return {
      p50: this.#late(this.#histogram.percentile(50)),
      p99: this.#late(this.#histogram.percentile(99)),
      max: this.#late(this.#histogram.max),
    };
  }

  take(): LoopLag {
    const lag = this.peek();
    this.#histogram.reset();
    this.#since = performance.now();
    return lag;
  }

  stop(): void {
    this.#histogram.disable();
  }

  #late(nanoseconds: number): number {
    return this.#histogram.count === 0 ? 0 : Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS);
  }
}
