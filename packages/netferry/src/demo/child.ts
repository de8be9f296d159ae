/**
 * A netferry process that another one starts: its log is read, its resources are looked up, it ends by
 * its pid, and when this process does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { OperatorError } from "@netferry/service";

/** Lines of a child's output that are kept to explain its end. */
const KEPT_LINES = 20;
const READY_TIMEOUT_MS = 30_000;
/** A child that does not end by itself after SIGTERM is killed. */
const STOP_TIMEOUT_MS = 8_000;

export interface ChildOptions {
  /** For messages: `ingest`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** CPU and memory of a process, from /proc; undefined where there is none. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly peakResidentBytes: number;
}

export class Child {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #exited: Promise<void>;
  #listeners: ((line: string) => void)[] = [];
  #ended: string | undefined;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#process = spawn(options.command, options.args, {
      env: options.env,
      // The channel carries nothing; its end tells the child that this process is gone.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Ctrl-C on the terminal goes to this process alone; it ends its children in order.
      detached: true,
    });
    this.#follow(this.#process.stdout);
    this.#follow(this.#process.stderr);
    this.#exited = new Promise((resolve) => {
      this.#process.once("error", (error) => {
        this.#ended = error.message;
        resolve();
      });
      this.#process.once("close", (code, signal) => {
        this.#ended ??= signal === null ? `exit code ${code}` : `signal ${signal}`;
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Why it is not running any more; undefined while it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** The last lines that it printed. */
  get lastLines(): readonly string[] {
    return this.#lines;
  }

  /** The JSON log line with this message, from now on. Rejects where the process ends before it. */
  async logLine(message: string): Promise<Readonly<Record<string, unknown>>> {
    const line = await this.#line((text) => text.startsWith("{") && text.includes(JSON.stringify(message)));
    return JSON.parse(line) as Record<string, unknown>;
  }

  /** What it prints as its last line, when it ends by itself. */
  async result(): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
    await this.#exited;
    return { code: this.#process.exitCode, lines: this.#lines };
  }

  use(): ProcessUse | undefined {
    return processUse(this.pid);
  }

  async stop(): Promise<void> {
    if (this.#ended === undefined) this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #line(matches: (line: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const give = (run: () => void) => {
        clearTimeout(timer);
        this.#listeners = this.#listeners.filter((listener) => listener !== look);
        run();
      };
      const look = (line: string) => {
        if (matches(line)) give(() => resolve(line));
      };
      const timer = setTimeout(
        () =>
          give(() =>
            reject(
              new OperatorError(
                `${this.name} did not get ready: ${this.#lines.at(-1) ?? "it prints nothing"}`,
              ),
            ),
          ),
        READY_TIMEOUT_MS,
      );
      this.#listeners.push(look);
      void this.#exited.then(() =>
        give(() =>
          reject(new OperatorError(`${this.name} ended (${this.#ended}): ${this.#lines.at(-1) ?? ""}`)),
        ),
      );
    });
  }

  #follow(stream: NodeJS.ReadableStream | null): void {
    let partial = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      for (const line of lines) {
        this.#lines.push(line);
        if (this.#lines.length > KEPT_LINES) this.#lines.shift();
        for (const listener of this.#listeners) listener(line);
      }
    });
  }
}

/** Clock ticks a second, as the kernel tells them to user space on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Looks a process up in /proc; undefined where the system has none, or no such process. */
export function processUse(pid: number): ProcessUse | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const kilobytes = (key: string) =>
      Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
    // Fields 14 and 15, counted from behind the name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      residentBytes: kilobytes("VmRSS") * 1024,
      peakResidentBytes: kilobytes("VmHWM") * 1024,
    };
  } catch {
    return undefined;
  }
}
