import { spawn } from "node:child_process";

/** How long a command of a daemon's CLI may take before it counts as hung, in milliseconds. */
const COMMAND_TIMEOUT_MS = 30_000;

/** What a finished command left behind. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** Written to standard input, which is then closed. */
  input?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
  /** Exit codes other than 0 that are an answer rather than a failure. */
  accept?: readonly number[];
}

/**
 * Runs a program to its end. Rejects with one line that names the command and what it printed when it
 * exits with a code other than 0 (and not in `accept`), is killed, or takes longer than `timeoutMs`.
 */
export function run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, {
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A program that ends before it has read its input closes the pipe; its exit code tells the story.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const limit = options.timeoutMs ?? COMMAND_TIMEOUT_MS;
  const timer = setTimeout(() => child.kill("SIGKILL"), limit);
  child.on("error", (cause) => {
    clearTimeout(timer);
    reject(new Error(`cannot run ${program}`, { cause }));
  });
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    const result = {
      code: code ?? -1,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    };
    if (code === 0 || (code !== null && options.accept?.includes(code) === true)) {
      resolve(result);
      return;
    }
    const why = signal === null ? `exit code ${code}` : `${signal} (limit ${limit} ms)`;
    const said = `${result.stderr}${result.stdout}`.trim().slice(0, 2000);
    reject(new Error(`${argv.join(" ").slice(0, 300)}: ${why}: ${said}`));
  });
  return promise;
}
