import { writeText } from "@netferry/service/command-line";
import type { OutputStream } from "@netferry/service/command-line";
import { RouteAnswer } from "./answers.ts";
import { parseAnswer } from "./api-client.ts";
import { routeColumns } from "./route-text.ts";
import { terminalColumns } from "./terminal.ts";
import { TextTable } from "./text-table.ts";

/** Routes that are waited for to settle the widths of columns. */
const ROUTES_FOR_WIDTHS = 200;

/** Prints NDJSON batches as they come, as they are or as a table, and counts them. */
export interface RoutePrinter {
  print(lines: readonly string[]): Promise<void>;
  /** To be called once after the last batch. */
  end(): Promise<void>;
  readonly count: number;
}

class LinePrinter implements RoutePrinter {
  readonly #stdout: OutputStream;
  count = 0;

  constructor(stdout: OutputStream) {
    this.#stdout = stdout;
  }

  async print(lines: readonly string[]): Promise<void> {
    this.count += lines.length;
    await writeText(this.#stdout, `${lines.join("\n")}\n`);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

class TablePrinter implements RoutePrinter {
  readonly #stdout: OutputStream;
  readonly #origin: string;
  #waiting: RouteAnswer[] = [];
  #table: TextTable<RouteAnswer> | undefined;
  count = 0;

  constructor(stdout: OutputStream, origin: string) {
    this.#stdout = stdout;
    this.#origin = origin;
  }

  async print(lines: readonly string[]): Promise<void> {
    this.count += lines.length;
    for (const line of lines) {
      this.#waiting.push(parseAnswer(line, RouteAnswer, this.#origin, "a Netferry ingest"));
    }
    if (this.#table !== undefined || this.#waiting.length > ROUTES_FOR_WIDTHS) await this.#flush();
  }

  async end(): Promise<void> {
    if (this.#waiting.length > 0) await this.#flush();
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    let text = "";
    if (this.#table === undefined) {
      const first = rows.slice(0, ROUTES_FOR_WIDTHS);
      const layout = { terminalColumns: terminalColumns(this.#stdout), open: rows.length > first.length };
      this.#table = new TextTable(routeColumns(first), first, layout);
      text = this.#table.header();
    }
    for (const row of rows) text += this.#table.row(row);
    await writeText(this.#stdout, text);
  }
}

/** @param origin the server, for errors about what it sent */
export function createRoutePrinter(stdout: OutputStream, json: boolean, origin: string): RoutePrinter {
  return json ? new LinePrinter(stdout) : new TablePrinter(stdout, origin);
}
