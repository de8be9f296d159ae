import type { OutputStream } from "@netferry/service/command-line";

/** A terminal that tells no size is taken to have this many columns and rows. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** What text is laid out for; undefined where the output is no terminal and nothing is to be cut. */
export interface ScreenLayout {
  readonly columns: number | undefined;
  /** Lines that there is room for; undefined where they may go on. */
  readonly rows?: number | undefined;
}

/** How wide tables may be; undefined where the output is no terminal and nothing is to be cut. */
export function terminalColumns(stream: OutputStream): number | undefined {
  return stream.isTTY === true ? stream.columns || DEFAULT_COLUMNS : undefined;
}

/** Of something that is redrawn on one screen, whose last row is the cursor's. */
export function screenLayout(stream: OutputStream): ScreenLayout {
  return stream.isTTY === true
    ? { columns: terminalColumns(stream), rows: (stream.rows || DEFAULT_ROWS) - 1 }
    : { columns: undefined };
}
