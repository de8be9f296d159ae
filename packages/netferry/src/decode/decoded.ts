import { type CodecContext, type DecodeResult, MessageDecoder, type UpdateErrorCause } from "@netferry/bgp";
import type { Item } from "./item.ts";

export type MessageItem = Extract<Item, { readonly kind: "message" }>;

/** Decoders by their context: a context is of one session and direction, and used for all of its messages. */
export class Decoders {
  readonly #decoders = new WeakMap<CodecContext, MessageDecoder>();

  decode({ bytes, context }: MessageItem): DecodeResult {
    let decoder = this.#decoders.get(context);
    if (decoder === undefined) {
      decoder = new MessageDecoder(context);
      this.#decoders.set(context, decoder);
    }
    return decoder.decode(bytes);
  }
}

/** What does not come from such a peer, or is of a family that was not agreed on, reads well all the same. */
const READABLE: ReadonlySet<UpdateErrorCause> = new Set<UpdateErrorCause>([
  "attribute-unexpected",
  "family-not-negotiated",
  "family-disabled",
]);

/** Whether all of a message could be read. */
export function isReadable(result: DecodeResult): boolean {
  return result.ok && result.errors.every(({ cause }) => READABLE.has(cause));
}
