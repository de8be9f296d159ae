/** Runs `decode` and `encode` as the program would, with captured output and standard input of a test's own. */
import { Writable } from "node:stream";
import { type Command, runProgram } from "@netferry/service/command-line";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly octets: Uint8Array;
  readonly stderr: string;
}

class Capture extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  readonly chunks: Buffer[] = [];

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    done();
  }
}

export type Stdin = AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };

/** Standard input that has this, in pieces of `size` octets. */
export async function* stdinOf(input: string | Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  await Promise.resolve();
}

/** `command`: whose `run` reads the standard input that it is given. */
export async function run(command: Command, words: readonly string[], isTTY = false): Promise<Outcome> {
  const stdout = new Capture(isTTY);
  const stderr = new Capture(isTTY);
  const code = await runProgram({
    name: "netferry",
    version: "0.1.0",
    commands: [command],
    argv: [command.name, ...words],
    env: {},
    stdout,
    stderr,
  });
  const octets = Buffer.concat(stdout.chunks);
  return { code, stdout: octets.toString(), octets, stderr: Buffer.concat(stderr.chunks).toString() };
}
