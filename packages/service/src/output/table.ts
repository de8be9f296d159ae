/** Tables for terminals. */
import { cutToWidth, displayWidth, printable } from "./text-width.ts";

export interface Column<Row> {
  readonly header: string;
  /** What stands in the cell; nothing is shown as `-`. Control characters are made visible. */
  readonly value: (row: Row) => string | number | undefined;
  /** Default `right` where all values are numbers, else `left`. */
  readonly align?: "left" | "right";
}

export interface TableOptions {
  /** Lines are cut to this; default: not at all. */
  readonly width?: number;
}

const GAP = "  ";

/** A header and a line for each row, columns aligned, each line with its end. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions = {},
): string {
  const layouts = columns.map((column) => layout(rows, column));
  const lines = [-1, ...rows.keys()].map((index) => {
    const cells = layouts.map(({ header, cells: own, width, right }, position) => {
      const cell = index === -1 ? header : (own[index] ?? "");
      const pad = " ".repeat(width - displayWidth(cell));
      if (right) return pad + cell;
      return position === layouts.length - 1 ? cell : cell + pad;
    });
    const line = cells.join(GAP).trimEnd();
    return options.width === undefined ? line : cutToWidth(line, options.width);
  });
  return `${lines.join("\n")}\n`;
}

interface Layout {
  readonly header: string;
  readonly cells: readonly string[];
  readonly width: number;
  readonly right: boolean;
}

function layout<Row>(rows: readonly Row[], { header, value, align }: Column<Row>): Layout {
  const values = rows.map((row) => value(row));
  const cells = values.map((each) => cellText(each));
  const numbers = values.length > 0 && values.every((each) => typeof each === "number");
  return {
    header,
    cells,
    width: cells.reduce((widest, cell) => Math.max(widest, displayWidth(cell)), displayWidth(header)),
    right: (align ?? (numbers ? "right" : "left")) === "right",
  };
}

function cellText(value: string | number | undefined): string {
  if (value === undefined || value === "") return "-";
  return typeof value === "number" ? String(value) : printable(value);
}
