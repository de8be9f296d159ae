import type { DecodeResult } from "@netferry/bgp";
import type { MessageItem } from "./decoded.ts";
import type { Item } from "./item.ts";

/** An item that is not a problem, with a message decoded. */
export type Shown =
  | { readonly kind: "message"; readonly item: MessageItem; readonly result: DecodeResult }
  | Extract<Item, { readonly kind: "path" | "event" }>;

/** Makes lines of items. */
export interface Renderer {
  /** Lines without their ends, or the octets of whole ones; none for what the format has no words for. */
  render(shown: Shown): readonly string[] | Uint8Array;
}
