import { formatBytes, LiveBlock, type OutputStream } from "@netferry/service/command-line";
import type { Input } from "./input.ts";

/** Files shorter than this are done before anyone wonders, octets. */
const LONG_FILE = 4 * 1024 * 1024;
const INTERVAL_MS = 500;

/** How far the reading of an input is, on a terminal that nothing else writes to. */
export class Progress {
  readonly #block: LiveBlock | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(input: Input, stdout: OutputStream, stderr: OutputStream) {
    const isLong = input.size === undefined || input.size >= LONG_FILE;
    if (stderr.isTTY !== true || stdout.isTTY === true || !isLong) return;
    const block = new LiveBlock(stderr);
    this.#block = block;
    this.#timer = setInterval(() => block.update([progressText(input)]), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Takes the line away. */
  end(): void {
    clearInterval(this.#timer);
    this.#block?.update([]);
    this.#block?.done();
  }
}

export function progressText({ name, read, size }: Input): string {
  if (size === undefined || size === 0) return `${name}: ${formatBytes(read)}`;
  return `${name}: ${Math.floor((100 * read) / size)} % of ${formatBytes(size)}`;
}
