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
  return askTwice(what, stdin, stderr);
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

/** What is typed is not shown, so it is asked for twice. */
async function askTwice(what: string, stdin: InputStream, stderr: OutputStream): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true, historySize: 0 });
  const ended = Promise.withResolvers<never>();
  lines.once("SIGINT", () => ended.reject(new OperatorError("interrupted; nothing was changed")));
  lines.once("close", () => ended.reject(new OperatorError("standard input ended; nothing was changed")));
  const typed = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
  let count = 0;
  lines.on("line", (line) => {
    typed[count]?.resolve(line);
    count += 1;
  });
  const ask = async (prompt: string, answer: Promise<string>): Promise<string> => {
    stderr.write(prompt);
    try {
      return await Promise.race([answer, ended.promise]);
    } finally {
      stderr.write("\n");
    }
  };
  try {
    const first = await ask(`${what}: `, typed[0].promise);
    if ((await ask("once more: ", typed[1].promise)) === first) return first;
    throw new OperatorError(`the two ${what}s differ; nothing was changed`);
  } finally {
    lines.close();
  }
}
