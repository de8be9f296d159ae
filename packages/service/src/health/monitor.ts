/** The health of a daemon as `/hc` shows it: checks that run now and then, and the age of their result. */
import { type Clock, systemClock } from "../clock.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log/logger.ts";

/**
 * - `ok`: all checks pass.
 * - `initializing`: the first run of the checks is not finished yet.
 * - `timeout`: the time ran out before all checks were done.
 * - `old_result`: the last result is older than is acceptable.
 * - `failing`: one or more checks say what is wrong.
 */
export type HealthStatus = "ok" | "initializing" | "timeout" | "old_result" | "failing";

export interface FailingCheck {
  readonly name: string;
  readonly reason: string;
}

/** The document of `/hc`, ready for JSON. */
export interface HealthState {
  /** When the result was made, RFC 3339. While initializing: now. */
  readonly timestamp: string;
  readonly status: HealthStatus;
  /** What does not pass; absent where all does. */
  readonly checks?: readonly FailingCheck[];
}

/** Returns (or throws) what is wrong, or nothing. `signal` aborts when the time is up. */
export type HealthCheck = (signal: AbortSignal) => string | void | Promise<string | void>;

export interface HealthOptions {
  readonly clock?: Clock;
  /** Between the starts of two runs. Default 10. */
  readonly intervalSeconds?: number;
  /** For each check. Default 5. */
  readonly timeoutSeconds?: number;
  /** Age from which a result is `old_result`. Default three intervals and a timeout. */
  readonly maxAgeSeconds?: number;
  /** Told when the status changes. */
  readonly logger?: Logger;
}

/** Most checks that one monitor takes. */
export const MAX_HEALTH_CHECKS = 64;

interface Result {
  readonly at: number;
  readonly monotonic: number;
  readonly status: "ok" | "timeout" | "failing";
  readonly checks: readonly FailingCheck[];
}

type Outcome = { readonly kind: "passed" } | { readonly kind: "failed" | "timeout"; readonly reason: string };

const PASSED: Outcome = { kind: "passed" };

export class HealthMonitor {
  readonly #checks = new Map<string, HealthCheck>();
  /** Checks that did not end in time and go on; they are not started a second time. */
  readonly #hanging = new Set<string>();
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #maxAgeMs: number;
  readonly #logger: Logger | undefined;
  #result: Result | undefined;
  #running: Promise<HealthState> | undefined;
  #cancelNext: (() => void) | undefined;
  #started = false;

  constructor(options: HealthOptions = {}) {
    const interval = options.intervalSeconds ?? 10;
    const timeout = options.timeoutSeconds ?? 5;
    this.#clock = options.clock ?? systemClock;
    this.#intervalMs = interval * 1000;
    this.#timeoutMs = timeout * 1000;
    this.#maxAgeMs = (options.maxAgeSeconds ?? 3 * interval + timeout) * 1000;
    this.#logger = options.logger;
  }

  /** Adds a check; it counts from the next run on. */
  add(name: string, check: HealthCheck): void {
    if (this.#checks.has(name)) throw new Error(`a health check named ${name} is there already`);
    if (this.#checks.size >= MAX_HEALTH_CHECKS)
      throw new Error(`more than ${MAX_HEALTH_CHECKS} health checks`);
    this.#checks.set(name, check);
  }

  /** Runs the checks now and from then on every interval. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#runAndGoOn();
  }

  stop(): void {
    this.#started = false;
    this.#cancelNext?.();
    this.#cancelNext = undefined;
  }

  /** Runs all checks once, or joins the run that is under way. */
  runNow(): Promise<HealthState> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  state(): HealthState {
    const result = this.#result;
    if (result === undefined) return { timestamp: iso(this.#clock.now()), status: "initializing" };
    const old = this.#clock.monotonic() - result.monotonic > this.#maxAgeMs;
    return {
      timestamp: iso(result.at),
      status: old ? "old_result" : result.status,
      ...(result.checks.length > 0 ? { checks: result.checks } : {}),
    };
  }

  #runAndGoOn(): void {
    const begun = this.#clock.monotonic();
    void this.runNow().finally(() => {
      if (!this.#started) return;
      const spent = this.#clock.monotonic() - begun;
      this.#cancelNext = this.#clock.later(Math.max(0, this.#intervalMs - spent), () => this.#runAndGoOn());
    });
  }

  async #run(): Promise<HealthState> {
    const before = this.#result?.status;
    const outcomes = await Promise.all(
      [...this.#checks].map(async ([name, check]) => ({ name, outcome: await this.#outcome(name, check) })),
    );
    const failing: FailingCheck[] = [];
    let status: Result["status"] = "ok";
    for (const { name, outcome } of outcomes) {
      if (outcome.kind === "passed") continue;
      failing.push({ name, reason: outcome.reason });
      if (outcome.kind === "failed") status = "failing";
      else if (status === "ok") status = "timeout";
    }
    this.#result = {
      at: this.#clock.now(),
      monotonic: this.#clock.monotonic(),
      status,
      checks: failing,
    };
    if (before !== status) this.#tell(status, failing);
    return this.state();
  }

  async #outcome(name: string, check: HealthCheck): Promise<Outcome> {
    const late: Outcome = { kind: "timeout", reason: `no answer within ${this.#timeoutMs / 1000} s` };
    if (this.#hanging.has(name)) return late;
    this.#hanging.add(name);
    const abort = new AbortController();
    const timer = Promise.withResolvers<Outcome>();
    const cancel = this.#clock.later(this.#timeoutMs, () => {
      abort.abort();
      timer.resolve(late);
    });
    const outcome = await Promise.race([this.#answer(name, check, abort.signal), timer.promise]);
    cancel();
    return outcome;
  }

  /** Never rejects. */
  async #answer(name: string, check: HealthCheck, signal: AbortSignal): Promise<Outcome> {
    try {
      const reason = await check(signal);
      return typeof reason === "string" ? { kind: "failed", reason } : PASSED;
    } catch (error) {
      return { kind: "failed", reason: errorText(error) };
    } finally {
      this.#hanging.delete(name);
    }
  }

  #tell(status: HealthStatus, checks: readonly FailingCheck[]): void {
    const reasons = checks.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    if (status === "ok") this.#logger?.info({ status }, "health checks pass");
    else this.#logger?.warn({ status, reasons }, "health checks do not pass");
  }
}

/** 200 where all is well, else 503, so that a balancer or a probe needs no JSON. */
export function healthStatusCode(state: HealthState): 200 | 503 {
  return state.status === "ok" ? 200 : 503;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
