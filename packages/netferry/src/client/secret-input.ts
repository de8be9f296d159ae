/** Reads a secret that must not stand on a command line: from a file, from a pipe, or typed without being shown. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import {
  type InputStream,
  OperatorError,
  type OutputStream,
  readPrivateFile,
} from "@netferry/service/command-line";

/** Longest secret that is read, in octets, with its line break; what it may be is the registry's to say. */
const MAX_SECRET_OCTETS = 1_024;

export interface SecretTerminal {
  readonly stdin: InputStream;
  readonly stderr: OutputStream;
}

/** @param source a file, or `-` for standard input, which asks where it is a terminal */
export async function readSecret(
  source: string,
  what: string,
  { stdin, stderr }: SecretTerminal,
): Promise<string> {
  if (source !== "-") return oneLineOf(await readPrivateFile(source, `${what} file`, MAX_SECRET_OCTETS));
  if (stdin.isTTY !== true) return oneLineOf(await readPipe(stdin, what));
  const typed = await ask(`${what}: `, stdin, stderr);
  if ((await ask("once more: ", stdin, stderr)) !== typed) {
    throw new OperatorError(`the two ${what}s differ; nothing was changed`);
  }
  return typed;
}

/** Without the line break that editors and echo put at the end. */
function oneLineOf(text: string): string {
  return text.replace(/\r?\n$/, "");
}

async function readPipe(stdin: InputStream, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    octets += bytes.length;
    if (octets > MAX_SECRET_OCTETS)
      throw new OperatorError(`${what} on standard input is too long to be one`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function ask(prompt: string, stdin: InputStream, stderr: OutputStream): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true, historySize: 0 });
  stderr.write(prompt);
  return new Promise<string>((resolve, reject) => {
    lines.once("SIGINT", () => reject(new OperatorError("interrupted; nothing was changed")));
    lines.once("close", () => reject(new OperatorError("standard input ended; nothing was changed")));
    lines.once("line", resolve);
  }).finally(() => {
    lines.close();
    stderr.write("\n");
  });
}
