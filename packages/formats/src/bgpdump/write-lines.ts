import { decompress } from "../compression/decompress.ts";
import type { MrtError } from "../mrt/error.ts";
import { MrtReader, type MrtReaderOptions } from "../mrt/reader.ts";
import { type BgpdumpSkipCause, BgpdumpLines } from "./lines.ts";

/** Octets of lines that are handed on at once. */
const FLUSH_LENGTH = 64 * 1024;

export interface BgpdumpResult {
  readonly records: number;
  readonly lines: number;
  readonly skipped: Readonly<Record<BgpdumpSkipCause, number>>;
  /** Why the reading ended before the file did. */
  readonly error: MrtError | undefined;
}

/**
 * Writes an MRT file, compressed or not, as `bgpdump -m` does. `write` takes the octets of whole lines, which
 * are its own only until it is done; what it returns is awaited, so that a slow receiver slows the reading.
 */
export async function writeBgpdumpLines(
  source: AsyncIterable<Uint8Array>,
  write: (lines: Uint8Array) => void | Promise<void>,
  options: MrtReaderOptions = {},
): Promise<BgpdumpResult> {
  const reader = new MrtReader(options);
  const lines = new BgpdumpLines();
  let error: MrtError | undefined;
  try {
    for await (const chunk of decompress(source)) {
      reader.push(chunk);
      while (reader.next()) {
        lines.write(reader);
        if (lines.pending >= FLUSH_LENGTH) await write(lines.take());
      }
      if (reader.error !== undefined) break;
    }
    error = reader.finish();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    error = { cause: "unreadable", offset: reader.offset, text: `the MRT file can't be read on: ${reason}` };
  }
  if (lines.pending > 0) await write(lines.take());
  return { records: reader.records, lines: lines.lines, skipped: lines.skipped, error };
}
