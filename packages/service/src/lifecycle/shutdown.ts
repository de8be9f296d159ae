/** The end of a daemon: what was opened last is closed first, and a deadline holds for all of it. */
import { type Clock, systemClock } from "../clock.ts";
import type { Logger } from "../log/logger.ts";

/** Frees something. What it throws is logged and makes the exit code 1; the hooks after it run all the same. */
export type ShutdownHook = () => void | Promise<void>;

/** The part of `process` that shutdown needs. */
export interface ProcessEvents {
  on(event: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  removeListener(event: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

export interface ShutdownOptions {
  readonly logger?: Logger;
  /** For all hooks together. Default {@link SHUTDOWN_SECONDS}. */
  readonly deadlineSeconds?: number;
  /** Another reason to shut down, besides SIGINT and SIGTERM: the signal of a command's context. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Default the process. */
  readonly events?: ProcessEvents;
  /** Ends the process when hooks do not; default `process.exit`. */
  readonly exit?: (code: number) => void;
}

/** How long a daemon takes at most to end. */
export const SHUTDOWN_SECONDS = 10;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What a shell reports for a process that a signal ended. */
const SIGNAL_EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

interface NamedHook {
  readonly name: string;
  readonly run: ShutdownHook;
}

/**
 * Waits for SIGINT or SIGTERM, then runs the hooks one after another, the one added last first. A second
 * signal ends the process at once (130 or 143), the deadline ends it with 1.
 *
 *     const shutdown = new Shutdown({ logger, signal: context.signal });
 *     shutdown.add("HTTP API", () => http.close());
 *     return await shutdown.finished;
 */
export class Shutdown {
  readonly #hooks: NamedHook[] = [];
  readonly #begun = new AbortController();
  readonly #done = Promise.withResolvers<number>();
  readonly #logger: Logger | undefined;
  readonly #deadlineMs: number;
  readonly #clock: Clock;
  readonly #events: ProcessEvents;
  readonly #exit: (code: number) => void;
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#signalled(signal);

  constructor(options: ShutdownOptions = {}) {
    this.#logger = options.logger;
    this.#deadlineMs = (options.deadlineSeconds ?? SHUTDOWN_SECONDS) * 1000;
    this.#clock = options.clock ?? systemClock;
    this.#events = options.events ?? process;
    this.#exit = options.exit ?? ((code) => process.exit(code));
    for (const signal of SIGNALS) this.#events.on(signal, this.#onSignal);
    const { signal } = options;
    if (signal?.aborted === true) this.begin("stopped by its caller");
    else signal?.addEventListener("abort", () => this.begin("stopped by its caller"), { once: true });
  }

  /** Aborts when the shutdown begins. */
  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  /** The exit code, once all hooks are done: that of {@link begin}, or 1 where a hook failed. */
  get finished(): Promise<number> {
    return this.#done.promise;
  }

  /** Adds a hook that runs before those added earlier. Returns what takes it back. */
  add(name: string, run: ShutdownHook): () => void {
    const hook = { name, run };
    this.#hooks.push(hook);
    return () => {
      const index = this.#hooks.indexOf(hook);
      if (index !== -1) this.#hooks.splice(index, 1);
    };
  }

  /** Begins the shutdown; a second call changes nothing. `reason` is for the log. */
  begin(reason: string, exitCode = 0): void {
    if (this.#begun.signal.aborted) return;
    this.#logger?.info({ reason }, "shutting down");
    this.#begun.abort();
    void this.#run(exitCode);
  }

  async #run(exitCode: number): Promise<void> {
    let running = "";
    const cancelDeadline = this.#clock.later(this.#deadlineMs, () => {
      const left = this.#hooks.map(({ name }) => name).toReversed();
      this.#logger?.error(
        { unfinished: [running, ...left], seconds: this.#deadlineMs / 1000 },
        "shutdown did not end in time; leaving all the same",
      );
      this.#exit(1);
    });
    let code = exitCode;
    for (let hook = this.#hooks.pop(); hook !== undefined; hook = this.#hooks.pop()) {
      running = hook.name;
      try {
        await hook.run();
      } catch (error) {
        this.#logger?.error({ hook: hook.name, err: error }, "a part could not be shut down cleanly");
        code = code === 0 ? 1 : code;
      }
    }
    cancelDeadline();
    for (const signal of SIGNALS) this.#events.removeListener(signal, this.#onSignal);
    this.#done.resolve(code);
  }

  #signalled(signal: NodeJS.Signals): void {
    if (!this.#begun.signal.aborted) {
      this.begin(signal);
      return;
    }
    this.#logger?.warn({ reason: signal }, "told to stop a second time; leaving at once");
    this.#exit(SIGNAL_EXIT_CODES[signal] ?? 1);
  }
}
