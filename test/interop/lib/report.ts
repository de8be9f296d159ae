import { styleText } from "node:util";

/** The checks that every daemon goes through, in their order. */
export const CHECKS = ["established", "routes", "changes", "restart", "clear", "shutdown"] as const;
export type Check = (typeof CHECKS)[number];

type Outcome = "ok" | "FAILED" | "-";

/** What came of each check, printed as one table: daemon × transport × check. */
export class CheckTable {
  readonly #rows = new Map<string, Map<Check, Outcome>>();

  /** Runs one check and notes its outcome; a failure is passed on. */
  async run(transport: string, daemon: string, check: Check, body: () => Promise<void>): Promise<void> {
    const key = JSON.stringify([transport, daemon]);
    const row = this.#rows.get(key) ?? new Map<Check, Outcome>();
    this.#rows.set(key, row);
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
