import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

import { ensure, eventually } from "./wait.ts";

/** How long a process may take to end after SIGTERM before SIGKILL, in milliseconds. */
const STOP_GRACE_MS = 10_000;

/** Lines of a log that are worth reading after a failure. */
const TAIL_LINES = 60;

/** A long-running process that the test started itself; it is only ever signalled by its own pid. */
export class DaemonProcess {
  readonly name: string;
  readonly logFile: string;
  readonly exited: Promise<string>;
  #child: ChildProcess;
  #ended: string | undefined;

  /** Starts `argv` with standard output and error appended to `logFile`. */
  constructor(name: string, argv: readonly string[], logFile: string, env: Record<string, string> = {}) {
    this.name = name;
    this.logFile = logFile;
    const [program = "", ...rest] = argv;
    const log = openSync(logFile, "a", 0o600);
    this.#child = spawn(program, rest, { stdio: ["ignore", log, log], env: { ...process.env, ...env } });
    closeSync(log);
    const { promise, resolve } = Promise.withResolvers<string>();
    this.exited = promise;
    const end = (how: string): void => {
      this.#ended ??= how;
      resolve(this.#ended);
    };
    this.#child.on("error", (error) => end(`did not start: ${error.message}`));
    this.#child.on("exit", (code, signal) => end(signal ?? `exit code ${code}`));
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The pid of its first child: what `unshare --fork` started. Throws while there is none. */
  get firstChild(): number {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8").trim().split(" ");
    const first = Number(children[0]);
    ensure(first > 0, `${this.name} has started nothing yet`);
    return first;
  }

  /** How the process ended, or undefined while it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Signals the process if it still runs. */
  signal(name: NodeJS.Signals): void {
    if (this.#ended === undefined) this.#child.kill(name);
  }

  /** Ends the process: `signal`, then SIGKILL after a grace period. Resolves with how it ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<string> {
    if (this.#ended !== undefined) return this.#ended;
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_GRACE_MS);
    const how = await this.exited;
    clearTimeout(timer);
    return how;
  }

  /** The whole log so far. */
  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** The last lines of the log, headed by the process's name and state, for a failure report. */
  tail(): string {
    const lines = this.log().trimEnd().split("\n").slice(-TAIL_LINES);
    return [`--- ${this.name} (${this.#ended ?? `runs, pid ${this.pid}`})`, ...lines].join("\n");
  }
}

/** Waits until `ask`, a question to the daemon's CLI, is answered; gives up at once when the daemon ends. */
export async function answering(daemon: DaemonProcess, ask: () => Promise<unknown>): Promise<void> {
  const refused = await eventually(`${daemon.name} answers its CLI`, async () => {
    if (daemon.ended !== undefined) return daemon.ended;
    await ask();
    return undefined;
  });
  if (refused !== undefined) throw new Error(`${daemon.name} ended at once (${refused}); see its log`);
}
