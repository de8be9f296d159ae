import type { OutputStream } from "@netferry/service/command-line";

/** A terminal that tells no width is taken to have this many columns. */
const DEFAULT_COLUMNS = 80;

/** How wide tables may be; undefined where the output is no terminal and nothing is to be cut. */
export function terminalColumns(stream: OutputStream): number | undefined {
  return stream.isTTY === true ? (stream.columns ?? DEFAULT_COLUMNS) : undefined;
}
