/** Files and standard input, as pieces. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { decompress, guessFormat, type MessageFormat, SNIFF_LENGTH } from "@netferry/formats/files";
import { errorCode, errorText, OperatorError } from "@netferry/service/command-line";

/** Octets that are read at once. */
const PIECE_LENGTH = 256 * 1024;

export interface Input {
  /** The file's path, or `standard input`. */
  readonly name: string;
  /** Octets of the file as it lies there, undefined where that is not known. */
  readonly size: number | undefined;
  /** Octets read so far, still compressed. */
  read: number;
  /** To be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Opens a file, or standard input for `-`. Throws an {@link OperatorError} that names it. */
export async function openInput(path: string, stdin: AsyncIterable<Uint8Array>): Promise<Input> {
  if (path === "-") return counted("standard input", undefined, stdin);
  const failure = (error: unknown): OperatorError =>
    new OperatorError(`${path}: ${reasonOf(error)}`, { cause: error, complete: true });
  const found = await stat(path).catch((error: unknown) => {
    throw failure(error);
  });
  if (found.isDirectory()) throw new OperatorError(`${path} is a directory; name the files in it`);
  const stream = createReadStream(path, { highWaterMark: PIECE_LENGTH });
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw failure(error);
    }
  }
  return counted(path, found.isFile() ? found.size : undefined, chunks());
}

function counted(name: string, size: number | undefined, source: AsyncIterable<Uint8Array>): Input {
  const input: Input = { name, size, read: 0, chunks: count() };
  return input;

  async function* count(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      input.read += chunk.length;
      yield chunk;
    }
  }
}

function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
      return "it may not be read by this user";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

export interface Sniffed {
  /** Undefined where it is none that is known. */
  readonly format: MessageFormat | undefined;
  readonly isEmpty: boolean;
  /** All of the input, not compressed any more. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Looks at the first octets behind the compression. Throws an {@link OperatorError} where that is broken. */
export async function sniff({ name, chunks }: Input): Promise<Sniffed> {
  const pieces = decompress(chunks);
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < SNIFF_LENGTH) {
    const piece = await pieces.next().catch((error: unknown) => {
      if (error instanceof OperatorError) throw error;
      throw new OperatorError(`${name}: it can't be decompressed: ${errorText(error)}`, { complete: true });
    });
    if (piece.done === true) break;
    first.push(piece.value);
    length += piece.value.length;
  }
  const head = new Uint8Array(Buffer.concat(first).subarray(0, SNIFF_LENGTH));
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* first;
    yield* pieces;
  }
  return { format: guessFormat(head), isEmpty: length === 0, chunks: all() };
}
