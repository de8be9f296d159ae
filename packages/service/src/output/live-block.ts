/** A block of lines that is redrawn in place on a terminal. */
import type { OutputStream } from "../options/command.ts";
import { cutToWidth, displayWidth, printable } from "./text-width.ts";

const CLEAR_TO_END = "\u001b[0J";

/** Where a terminal does not tell its size. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * On a terminal each update replaces the block. Elsewhere (a file, a pipe) nothing can be replaced: with
 * `plain: "each"` every block that differs from the one before is written below it, with `"last"` (the
 * default) only the one that is there at the end.
 */
export class LiveBlock {
  readonly #stream: OutputStream;
  readonly #plain: "each" | "last";
  #drawn: readonly string[] = [];
  #last: readonly string[] = [];

  constructor(stream: OutputStream, options: { readonly plain?: "each" | "last" } = {}) {
    this.#stream = stream;
    this.#plain = options.plain ?? "last";
  }

  update(lines: readonly string[]): void {
    const same =
      lines.length === this.#last.length && lines.every((line, index) => line === this.#last[index]);
    this.#last = [...lines];
    if (same && this.#drawn.length > 0) return;
    if (this.#stream.isTTY === true) this.#redraw(lines);
    else if (this.#plain === "each" && !same) this.#write(lines.map((line) => printable(line)));
  }

  /** Writes lines above the block, which moves down. */
  print(text: string): void {
    const lines = text.replace(/\n$/, "").split("\n");
    this.#stream.write(
      this.#eraseText() + [...lines.map((line) => printable(line)), ...this.#drawn, ""].join("\n"),
    );
  }

  /** Leaves the block as it is, for other output to follow. */
  done(): void {
    if (this.#stream.isTTY !== true && this.#plain === "last" && this.#last.length > 0) {
      this.#write(this.#last.map((line) => printable(line)));
    }
    this.#drawn = [];
    this.#last = [];
  }

  #redraw(lines: readonly string[]): void {
    const columns = this.#columns();
    // A line that wraps, or a block taller than the screen, could not be erased again.
    const rows = (this.#stream.rows || DEFAULT_ROWS) - 1;
    const fitting = lines.slice(0, Math.max(1, rows)).map((line) => cutToWidth(printable(line), columns));
    this.#stream.write(this.#eraseText() + [...fitting, ""].join("\n"));
    this.#drawn = fitting;
  }

  #eraseText(): string {
    if (this.#drawn.length === 0) return "";
    // A terminal that was made narrower since has wrapped what was cut for its former width.
    const columns = this.#columns();
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)),
      0,
    );
    return `\u001b[${rows}A\r${CLEAR_TO_END}`;
  }

  #columns(): number {
    // Some say 0 who do not know.
    return this.#stream.columns || DEFAULT_COLUMNS;
  }

  #write(lines: readonly string[]): void {
    this.#stream.write([...lines, ""].join("\n"));
  }
}
