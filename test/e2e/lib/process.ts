/** Netferry's own processes, as an operator runs them: spawned, read by their log, stopped by their pid. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../packages/netferry/src/main.ts", import.meta.url));
/** What starts `netferry` from the sources. */
const FROM_SOURCES: readonly string[] = [process.execPath, MAIN];
/** `netferry` from the sources, with no more file descriptors than so many. */
export function withDescriptors(most: number): readonly string[] {
  return ["/bin/sh", "-c", `ulimit -n ${most} && exec "$0" "$@"`, ...FROM_SOURCES];
}

/** Long enough for a busy machine; a test that waits for it in vain fails with the log. */
const PATIENCE_MS = 30_000;

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: string };

export interface ExitResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory of the test's own, removed with {@link TestDir.remove}. */
export interface TestDir {
  readonly path: string;
  file(name: string): string;
  remove(): void;
}

export function testDir(): TestDir {
  const path = mkdtempSync(join(tmpdir(), "netferry-test-"));
  return {
    path,
    file: (name) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Runs `netferry ARGS` to its end. */
export async function netferry(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly uid?: number;
    readonly program?: readonly string[];
  } = {},
): Promise<ExitResult> {
  const child = start(args, options.env ?? {}, options);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

/** Starts `netferry ARGS` with its output in pipes; `program` is what stands for `netferry`. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { uid, program = FROM_SOURCES }: { readonly uid?: number; readonly program?: readonly string[] } = {},
): ChildProcess {
  const [command = "", ...before] = program;
  return spawn(command, [...before, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

/** A daemon that runs until it is stopped. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: LogLine[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #exited: Promise<number | null>;
  #partial = "";
  #stderr = "";
  #running = true;

  /** @param program what stands for `netferry`; the sources unless told */
  constructor(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    program: readonly string[] = FROM_SOURCES,
  ) {
    this.#name = name;
    this.#child = start([name, ...args], env, { program });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#exited = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        this.#running = false;
        this.#wake();
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Its exit code, once it ends by itself. */
  get exited(): Promise<number | null> {
    return this.#exited;
  }

  /** What its status endpoint answers. */
  async status(path: string): Promise<unknown> {
    const { status } = await this.line("its status endpoint", (line) => typeof line["status"] === "string");
    return (await fetch(`${String(status)}${path}`)).json();
  }

  /** Its metrics, by name and labels. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const { status } = await this.line("its status endpoint", (line) => typeof line["status"] === "string");
    const text = await (await fetch(`${String(status)}/metrics`)).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => {
        const space = line.lastIndexOf(" ");
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
    );
  }

  get log(): readonly LogLine[] {
    return this.#lines;
  }

  /** Everything that was printed, for failures and for looking for secrets. */
  get printed(): string {
    return `${this.#lines.map((line) => JSON.stringify(line)).join("\n")}\n${this.#stderr}`;
  }

  /** The first line, past or to come, that matches. */
  async line(what: string, matches: (line: LogLine) => boolean): Promise<LogLine> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.#lines.find(matches);
      if (found !== undefined) return found;
      if (!this.#running || performance.now() > deadline) {
        throw new Error(`${this.#name} did not log ${what}; it printed:\n${this.printed}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes this end of its output, as a log collector does that was restarted. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Ends it as an operator would, and returns its exit code. */
  async stop(): Promise<number | null> {
    if (this.#running) this.#child.kill("SIGTERM");
    return this.#exited;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) this.#lines.push(JSON.parse(line) as LogLine);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Asks until the answer is right; the last answer is part of the failure. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  right: (answer: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (right(answer)) return answer;
    if (performance.now() > deadline)
      throw new Error(`${what} did not come; last seen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
