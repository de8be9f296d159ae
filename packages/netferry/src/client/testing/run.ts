/** Runs the client commands as the program would, with captured output. */
import { PassThrough, Readable, Writable } from "node:stream";
import { type InputStream, runProgram } from "@netferry/service/command-line";
import type { FakeIngest } from "@netferry/ingest/testing";
import { deviceCommand } from "../device-command.ts";
import { routesCommand } from "../routes-command.ts";
import { siteCommand } from "../site-command.ts";
import { statusCommand } from "../status-command.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The width of a terminal that both outputs are; absent: pipes. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** What comes on standard input, which is a pipe. */
  readonly input?: string | Buffer;
  /** What is typed, by the prompts that it answers; standard input is a terminal then. */
  readonly typed?: Readonly<Record<string, string>>;
  /** Called with everything that was written to stdout so far. */
  readonly onStdout?: (text: string) => void;
}

/** A terminal at which each prompt on `stderr` is answered once. */
class TypingInput extends PassThrough {
  readonly isTTY = true;
  /** Whether what is typed is echoed by the terminal. */
  isRaw = false;

  setRawMode(on: boolean): this {
    this.isRaw = on;
    return this;
  }
}

class Capture extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly #onText: ((text: string) => void) | undefined;
  text = "";

  constructor(columns: number | undefined, onText: ((text: string) => void) | undefined) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 80;
    this.#onText = onText;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    this.#onText?.(this.text);
    done();
  }
}

/** Runs `netferry` with these words; the environment is empty but for what is given. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const stdout = new Capture(options.columns, options.onStdout);
  const stdin = stdinOf(options);
  const left = new Map(Object.entries(options.typed ?? {}));
  const stderr = new Capture(options.columns, (text) => {
    for (const [prompt, answer] of left) {
      if (!text.endsWith(prompt)) continue;
      left.delete(prompt);
      setImmediate(() => stdin.push(answer));
    }
  });
  const code = await runProgram({
    name: "netferry",
    version: "0.1.0",
    commands: [deviceCommand, siteCommand, routesCommand, statusCommand],
    argv: words,
    env: options.env ?? {},
    stdin,
    stdout,
    stderr,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function stdinOf({ input, typed }: RunOptions): Readable & InputStream {
  return typed === undefined
    ? Readable.from(input === undefined ? [] : [Buffer.from(input)])
    : new TypingInput();
}

/** The environment in which commands talk to this ingest. */
export function accessTo(ingest: FakeIngest): Record<string, string> {
  return { NETFERRY_API: ingest.url, NETFERRY_EMAIL: ingest.email, NETFERRY_TOKEN: ingest.token };
}
