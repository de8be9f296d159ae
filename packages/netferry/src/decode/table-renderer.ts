import { type DecodeResult, errorName, HEADER_LENGTH, messageType, toHex } from "@netferry/bgp";
import { cutToWidth, printable } from "@netferry/service/command-line";
import { messageText, pathText, routeText } from "./message-text.ts";
import { sidesText, timeText } from "./origin-text.ts";
import type { Renderer, Shown } from "./renderer.ts";

const NAMES = ["message", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "ROUTE-REFRESH"];
const NAME_WIDTH = 13;
/** Octets of a message that can't be decoded, beside the error. */
const MAX_OCTETS = 64;

/** A line for each item: time, sides, what it is, what it says. Columns grow as they must. */
export class TableRenderer implements Renderer {
  readonly #columns: number | undefined;
  #sidesWidth = 0;
  #timeWidth = 0;

  /** `columns`: of a terminal, whose lines are cut; undefined for none. */
  constructor(columns: number | undefined) {
    this.#columns = columns;
  }

  render(shown: Shown): readonly string[] {
    const { origin } = shown.kind === "message" ? shown.item : shown;
    const time = timeText(origin.time);
    const sides = sidesText(origin);
    this.#timeWidth = Math.max(this.#timeWidth, time.length);
    this.#sidesWidth = Math.max(this.#sidesWidth, sides.length);
    const [name, text] = wordsOf(shown);
    const cells = [
      ...(this.#timeWidth === 0 ? [] : [time.padEnd(this.#timeWidth)]),
      ...(this.#sidesWidth === 0 ? [] : [sides.padEnd(this.#sidesWidth)]),
      name.padEnd(NAME_WIDTH),
      text,
    ];
    const line = printable(cells.join("  ").trimEnd());
    return [this.#columns === undefined ? line : cutToWidth(line, this.#columns)];
  }
}

function wordsOf(shown: Shown): readonly [name: string, text: string] {
  switch (shown.kind) {
    case "path":
      return ["RIB", `${routeText(shown.family, shown.route)}; ${pathText(shown.attributes)}`];
    case "event":
      return [shown.name, shown.text];
    case "message": {
      const { bytes } = shown.item;
      const type = bytes.length < HEADER_LENGTH ? 0 : messageType(bytes, 0);
      return [NAMES[type] ?? `type ${type}`, resultText(shown.result, bytes)];
    }
  }
}

function resultText(result: DecodeResult, bytes: Uint8Array): string {
  if (!result.ok) {
    const { code, subcode, text } = result.error;
    const octets = toHex(bytes.subarray(0, MAX_OCTETS));
    const more = bytes.length > MAX_OCTETS ? "..." : "";
    return `! ${text} (NOTIFICATION ${code}/${subcode} ${errorName(code, subcode)}): ${octets}${more}`;
  }
  const errors = result.errors.map(({ text }) => `! ${text}`);
  return [messageText(result.message), ...errors].filter((text) => text !== "").join("; ");
}
