import { decompress } from "../compression/decompress.ts";
import { BgpCapture, type CapturedMessage } from "./bgp-capture.ts";
import { CaptureReader } from "./capture-reader.ts";
import type { CaptureCounts } from "./counts.ts";
import type { CaptureError } from "./packet.ts";

export type CaptureItem =
  | { readonly kind: "message"; readonly message: CapturedMessage }
  /** The last item. */
  | {
      readonly kind: "end";
      readonly counts: CaptureCounts;
      /** Why the reading ended before the file did. */
      readonly error: CaptureError | undefined;
    };

/**
 * Reads the BGP messages of a pcap or pcapng file as it comes, compressed by gzip, bzip2 or zstd or not at all.
 * Never throws for what it reads. Octets of a message are good until the next one is asked for.
 */
export async function* readCapture(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<CaptureItem, void, undefined> {
  const reader = new CaptureReader();
  const capture = new BgpCapture();
  let error: CaptureError | undefined;
  try {
    for await (const chunk of decompress(source)) {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
        for (const message of capture.add(packet)) yield { kind: "message", message };
      }
      if (reader.error !== undefined) break;
    }
    error = reader.finish();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    error = { cause: "unreadable", offset: 0, text: `the capture can't be read on: ${reason}` };
  }
  for (const message of capture.finish()) yield { kind: "message", message };
  yield { kind: "end", counts: capture.counts, error };
}
