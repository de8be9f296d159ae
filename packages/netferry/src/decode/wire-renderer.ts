import { dissectMessage, wireText } from "@netferry/bgp";
import { printable } from "@netferry/service/command-line";
import { sidesText, timeText } from "./origin-text.ts";
import type { Renderer, Shown } from "./renderer.ts";
import { TableRenderer } from "./table-renderer.ts";

/** Each message octet by octet, a headline in front and an empty line behind. */
export class WireRenderer implements Renderer {
  readonly #peerAsn: number | undefined;
  /** For what is no message. */
  readonly #lines = new TableRenderer(undefined);

  /** `peerAsn`: that an OPEN has to have. */
  constructor(peerAsn: number | undefined) {
    this.#peerAsn = peerAsn;
  }

  render(shown: Shown): readonly string[] {
    if (shown.kind !== "message") return [...this.#lines.render(shown), ""];
    const { origin, bytes, context } = shown.item;
    const view = dissectMessage(bytes, {
      context,
      ...(this.#peerAsn === undefined ? {} : { peerAsn: this.#peerAsn }),
    });
    const head = [origin.place, timeText(origin.time), sidesText(origin)].filter((text) => text !== "");
    const type = `${view.type ?? "message"}, ${bytes.length} octets`;
    const lines = [`${head.join("  ")}  ${type}`, ...wireText(view, bytes)];
    return [...lines.map((line) => printable(line)), ""];
  }
}
