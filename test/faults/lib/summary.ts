import { styleText } from "node:util";

import type { Row } from "./row.ts";

/** What a fault came to over all of its sessions: the sum, or the worst. */
export interface Summary {
  readonly fault: string;
  readonly title: string;
  readonly sessions: number;
  readonly flaps: number;
  readonly wrong: number | undefined;
  /** Until the last of the RIBs was correct; undefined where one never was. */
  readonly seconds: number | undefined;
  readonly bytesReplayed: number | undefined;
  readonly routesRefreshed: number;
  readonly messagesDropped: number;
  /** "flaps" is a failure that is known and said so. */
  readonly outcome: "ok" | "FAILED" | "flaps";
  readonly notes: readonly string[];
}

/** One line for each fault, in the order of the rows. */
export function summaries(rows: readonly Row[]): Summary[] {
  const byFault = Map.groupBy(rows, ({ fault }) => fault);
  return [...byFault.values()].map((of): Summary => {
    const [{ fault, title }] = of as [Row, ...Row[]];
    return {
      fault,
      title,
      sessions: of.length,
      flaps: of.reduce((sum, { flaps }) => sum + flaps, 0),
      wrong: total(of.map(({ wrong }) => wrong)),
      seconds: of.some(({ seconds }) => seconds === undefined)
        ? undefined
        : Math.max(...of.map(({ seconds }) => seconds ?? 0)),
      bytesReplayed: total(of.map(({ bytesReplayed }) => bytesReplayed)),
      routesRefreshed: of.reduce((sum, { routesRefreshed }) => sum + routesRefreshed, 0),
      messagesDropped: of.reduce((sum, { messagesDropped }) => sum + messagesDropped, 0),
      outcome: of.some(({ outcome }) => outcome === "FAILED")
        ? "FAILED"
        : of.some(({ outcome }) => outcome === "flaps")
          ? "flaps"
          : "ok",
      notes: [...new Set(of.flatMap(({ notes }) => notes))],
    };
  });
}

function total(values: readonly (number | undefined)[]): number | undefined {
  return values.includes(undefined)
    ? undefined
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

const HEAD = ["fault", "sessions", "flaps", "wrong", "seconds", "replayed", "refreshed", "dropped", ""];

/** The table of a whole run, numbers to the right; the notes below it. */
export function summaryText(lines: readonly Summary[]): string {
  const cells = [
    HEAD,
    ...lines.map((line) => [
      line.fault,
      String(line.sessions),
      String(line.flaps),
      line.wrong === undefined ? "?" : String(line.wrong),
      line.seconds === undefined ? "never" : line.seconds.toFixed(1),
      line.bytesReplayed === undefined ? "?" : String(line.bytesReplayed),
      String(line.routesRefreshed),
      String(line.messagesDropped),
      line.outcome,
    ]),
  ];
  const table = aligned(cells, (column) => column >= 1 && column <= 7);
  const notes = lines.flatMap(({ fault, notes: of }) => of.map((note) => `${fault}: ${note}`));
  return [table, ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}

/** Columns of one width each; an outcome that is no success is coloured where colours are seen. */
export function aligned(
  cells: readonly (readonly string[])[],
  toTheRight: (column: number) => boolean,
): string {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const shown = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    const padded = toTheRight(column) ? cell.padStart(width) : cell.padEnd(width);
    if (cell === "FAILED") return styleText("red", padded);
    return cell === "flaps" && column === widths.length - 1 ? styleText("yellow", padded) : padded;
  };
  return cells.map((line) => line.map(shown).join("  ").trimEnd()).join("\n");
}
