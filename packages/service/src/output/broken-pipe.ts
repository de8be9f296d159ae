/** Writing to a reader that may go away (`netferry routes | head`). */
import { errorCode } from "../errors.ts";

/** Whoever read the output has closed it; not a failure of the command. */
export class BrokenPipeError extends Error {
  override readonly name = "BrokenPipeError";
}

/**
 * Writes and waits while the stream is full, so that output of any length needs little memory. Octets are the
 * stream's from then on. Throws a {@link BrokenPipeError} once the reader is gone.
 */
export async function writeText(stream: NodeJS.WritableStream, text: string | Uint8Array): Promise<void> {
  if (!stream.writable) throw new BrokenPipeError("the reader of the output is gone");
  if (stream.write(text)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void): void => {
      stream.removeListener("drain", drained);
      stream.removeListener("close", closed);
      stream.removeListener("error", failed);
      act();
    };
    const drained = (): void => settle(resolve);
    const closed = (): void => settle(() => reject(new BrokenPipeError("the reader of the output is gone")));
    const failed = (error: Error): void => settle(() => reject(pipeError(error)));
    stream.on("drain", drained);
    stream.on("close", closed);
    stream.on("error", failed);
  });
}

function pipeError(error: Error): Error {
  return isBrokenPipe(error)
    ? new BrokenPipeError("the reader of the output is gone", { cause: error })
    : error;
}

/** Does the error say that the reader of a pipe is gone? */
export function isBrokenPipe(error: unknown): boolean {
  return (
    error instanceof BrokenPipeError || ["EPIPE", "ERR_STREAM_DESTROYED"].includes(errorCode(error) ?? "")
  );
}
