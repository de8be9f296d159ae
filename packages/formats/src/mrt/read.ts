import { decompress } from "../compression/decompress.ts";
import { decodeMrtRecord, type MrtResult } from "./decode.ts";
import { MrtReader, type MrtReaderOptions } from "./reader.ts";

/**
 * Reads an MRT file as it comes, compressed by gzip, bzip2 or zstd or not at all: what it is, its first
 * octets tell. A malformed record is given out as an error, and the reading goes on behind it; an error of
 * the file's framing or compression is the last. Never throws for what it reads. Views in a record are good
 * for as long as they are kept.
 */
export async function* readMrt(
  source: AsyncIterable<Uint8Array>,
  options: MrtReaderOptions = {},
): AsyncGenerator<MrtResult, void, undefined> {
  const reader = new MrtReader(options);
  try {
    for await (const chunk of decompress(source)) {
      reader.push(chunk);
      while (reader.next()) yield decodeMrtRecord(reader);
      if (reader.error !== undefined) break;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    yield {
      ok: false,
      error: { cause: "unreadable", offset: reader.offset, text: `the MRT file can't be read on: ${reason}` },
    };
    return;
  }
  const error = reader.finish();
  if (error !== undefined) yield { ok: false, error };
}
