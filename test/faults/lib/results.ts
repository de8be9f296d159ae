import { cpus } from "node:os";
import { stripVTControlCharacters } from "node:util";

import { tableText, type Row } from "./row.ts";
import type { TableSize } from "./router.ts";
import { summaryText, type Summary } from "./summary.ts";

export interface Run {
  readonly quick: boolean;
  readonly table: TableSize;
  readonly summaries: readonly Summary[];
  readonly rows: readonly Row[];
  readonly skipped: readonly string[];
  readonly failures: readonly string[];
}

/** The results of a run as a page to keep. */
export function resultsPage(run: Run): string {
  const { quick, table, summaries, rows, skipped, failures } = run;
  const command = `npm run faults -- ${quick ? "--quick " : ""}--write`;
  return stripVTControlCharacters(`# Faults

Written by \`${command}\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}, where
routers, feeders, agent and ingest run together. Each router has ${(table.ipv4 + table.ipv6).toLocaleString("en")} routes, of which ${table.churn} change each second.
What the columns say is in \`test/faults/README.md\`.

\`\`\`
${summaryText(summaries)}${[...skipped, ...failures].map((line) => `\n${line}`).join("")}
\`\`\`

By session:

\`\`\`
${tableText(rows)}
\`\`\`
`);
}
