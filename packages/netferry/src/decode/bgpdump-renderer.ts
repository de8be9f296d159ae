import type { DecodeResult } from "@netferry/bgp";
import { BgpdumpLines, encodeMrtRecord, MrtReader } from "@netferry/formats";
import type { MessageItem } from "./decoded.ts";
import { hasPathIds, sessionRecord } from "./mrt-record.ts";
import type { Renderer, Shown } from "./renderer.ts";

/** Lines of `bgpdump -m`, as they would be of an MRT file with the messages in it. */
export class BgpdumpRenderer implements Renderer {
  readonly #reader = new MrtReader();
  readonly #lines = new BgpdumpLines();

  render(shown: Shown): Uint8Array {
    const record = recordOf(shown);
    if (record !== undefined) {
      this.#reader.push(record);
      while (this.#reader.next()) this.#lines.write(this.#reader);
    }
    return this.#lines.take();
  }
}

function recordOf(shown: Shown): Uint8Array | undefined {
  switch (shown.kind) {
    case "message":
      return messageRecord(shown.item, shown.result);
    case "event":
      return shown.record;
    case "path":
      return undefined;
  }
}

function messageRecord(item: MessageItem, result: DecodeResult): Uint8Array | undefined {
  if (!result.ok || result.message.type !== "update") return undefined;
  const form = { fourOctetAs: item.context.fourOctetAs, addPath: hasPathIds(result.message) };
  return encodeMrtRecord(sessionRecord(item.origin, item.bytes, form));
}
