import { styleText } from "node:util";

/** The checks that every daemon goes through, in their order. */
export const CHECKS = ["established", "routes", "changes", "restart", "clear", "shutdown"] as const;
export type Check = (typeof CHECKS)[number];

type Outcome = "ok" | "FAILED" | "-";

/** What came of each check, printed as one table: daemon × transport × check. */
export class CheckTable {
  readonly #rows = new Map<string, Map<Check, Outcome>>();

  /** Gives a row its place; rows are printed in the order in which they were added. */
  add(transport: string, daemon: string): void {
    this.#row(transport, daemon);
  }

  #row(transport: string, daemon: string): Map<Check, Outcome> {
    const key = JSON.stringify([transport, daemon]);
    const row = this.#rows.get(key) ?? new Map<Check, Outcome>();
    this.#rows.set(key, row);
    return row;
  }

  /** Runs one check and notes its outcome; a failure is passed on. */
  async run(transport: string, daemon: string, check: Check, body: () => Promise<void>): Promise<void> {
    const row = this.#row(transport, daemon);
    try {
      await body();
      row.set(check, "ok");
    } catch (error) {
      row.set(check, "FAILED");
      throw error;
    }
  }

  /** The table as text; "-" is a check that an earlier failure kept from running. */
  text(): string {
    const lines = [["transport", "daemon", ...CHECKS]];
    for (const [key, row] of this.#rows) {
      const names = JSON.parse(key) as [string, string];
      lines.push([...names, ...CHECKS.map((check) => row.get(check) ?? "-")]);
    }
    const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    return lines
      .map((line) => line.map((cell, column) => colour(cell, cell.padEnd(widths?.[column] ?? 0))).join("  "))
      .join("\n");
  }
}

function colour(cell: string, padded: string): string {
  return cell === "FAILED" ? styleText("red", padded) : padded;
}
