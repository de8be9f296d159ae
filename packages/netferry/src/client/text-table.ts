import { cutToWidth, displayWidth, printable } from "@netferry/service/command-line";
import { plural } from "./format.ts";

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  /** May be cut down to this many columns where the terminal is narrow. Absent: never cut. */
  readonly shrinkTo?: number;
  /** Left out on a terminal narrower than {@link WIDE_COLUMNS}. */
  readonly wideOnly?: boolean;
  /** What to keep for rows that come later, where not all are known at the start. */
  readonly roomFor?: number;
}

/** What a table is laid out for. */
export interface Layout {
  /** Undefined where nothing is to be cut: a pipe or a file. */
  readonly terminalColumns: number | undefined;
  /** Rows will come that are not among the first ones. */
  readonly open: boolean;
}

const GAP = "  ";
/** From here on a terminal has room for what is good to know. */
const WIDE_COLUMNS = 100;

function pad(text: string, width: number, right: boolean): string {
  const fill = " ".repeat(Math.max(0, width - displayWidth(text)));
  return right ? fill + text : text + fill;
}

/** Takes columns from those that may shrink, always from the widest, until all fit. */
function fit<Row>(columns: readonly Column<Row>[], widths: number[], available: number): void {
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, 0) + gaps - available;
  while (excess > 0) {
    let widest = -1;
    for (const [index, { shrinkTo }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (shrinkTo !== undefined && width > shrinkTo && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
}

/**
 * Rows under a header. Widths are settled by the rows known at the start, so that a long listing can
 * be printed as it comes: later cells that are wider push their line out, or on a terminal are cut in a column
 * that may shrink. No line is wider than the terminal.
 */
export class TextTable<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #widths: number[];
  readonly #terminalColumns: number | undefined;

  constructor(columns: readonly Column<Row>[], first: readonly Row[], { terminalColumns, open }: Layout) {
    this.#columns = columns;
    this.#widths = columns.map(({ title, value, roomFor = 0 }) =>
      first.reduce(
        (width, row) => Math.max(width, displayWidth(printable(value(row)))),
        Math.max(title.length, open ? roomFor : 0),
      ),
    );
    this.#terminalColumns = terminalColumns;
    if (terminalColumns !== undefined) fit(columns, this.#widths, terminalColumns);
  }

  /** With its line end. */
  header(): string {
    return this.#line(this.#columns.map(({ title }) => title));
  }

  /** With its line end. */
  row(row: Row): string {
    return this.#line(this.#columns.map(({ value }) => printable(value(row))));
  }

  #line(cells: readonly string[]): string {
    const terminal = this.#terminalColumns;
    const texts = cells.map((cell, index) => {
      const width = this.#widths[index] ?? 0;
      const { right = false, shrinkTo } = this.#columns[index] ?? {};
      const text = terminal !== undefined && shrinkTo !== undefined ? cutToWidth(cell, width) : cell;
      return pad(text, width, right);
    });
    const line = texts.join(GAP).trimEnd();
    return `${terminal === undefined ? line : cutToWidth(line, terminal)}\n`;
  }
}

/** A whole table as text. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminalColumns: number | undefined,
): string {
  const table = new TextTable(columns, rows, { terminalColumns, open: false });
  return table.header() + rows.map((row) => table.row(row)).join("");
}

/** `name  value` lines, one each. Values stand in one column; an undefined one is left out. */
export function renderPairs(pairs: readonly (readonly [string, string | undefined])[]): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  const width = shown.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return shown
    .map(([name, value]) => `${pad(name, width, false)}  ${printable(value)}`.trimEnd() + "\n")
    .join("");
}

/** As {@link renderPairs}, the lines without their ends. */
export function pairLines(pairs: readonly (readonly [string, string | undefined])[]): string[] {
  return renderPairs(pairs).trimEnd().split("\n");
}

/**
 * The first rows of a table, below an empty line, and how many there are besides; nothing for no rows.
 *
 * @param thing what a row is, in the singular
 * @param limit undefined for all
 */
export function shortTable<Row>(
  thing: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  limit: number | undefined,
  terminalColumns: number | undefined,
): string[] {
  if (rows.length === 0) return [];
  const narrow = terminalColumns !== undefined && terminalColumns < WIDE_COLUMNS;
  const shown = columns.filter(({ wideOnly }) => !(narrow && wideOnly === true));
  const table = renderTable(shown, rows.slice(0, limit), terminalColumns).trimEnd().split("\n");
  const left = rows.length - Math.min(limit ?? rows.length, rows.length);
  return ["", ...table, ...(left === 0 ? [] : [`${plural(left, `more ${thing}`)} not shown`])];
}
