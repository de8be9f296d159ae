/** docs/agent.md names a test for everything that it says; here it is held to it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { OptionTable } from "../packages/service/src/index.ts";
import { agentOptions } from "../packages/agent/src/options.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = readFileSync(join(ROOT, "docs/agent.md"), "utf8");

interface Row {
  readonly line: number;
  readonly text: string;
  readonly proof: string;
}

/** Rows of the tables that have a column "Shown by", which is the last. */
function provenRows(page: string): Row[] {
  const rows: Row[] = [];
  let inTable = false;
  for (const [index, text] of page.split("\n").entries()) {
    if (!text.startsWith("|")) inTable = false;
    else if (text.endsWith("| Shown by |")) inTable = true;
    else if (inTable && !text.startsWith("|---")) {
      rows.push({ line: index + 1, text, proof: text.split("|").at(-2)?.trim() ?? "" });
    }
  }
  return rows;
}

/** What is wrong with a row's test, if anything is. */
function problemOf(proof: string): string | undefined {
  const match = /^`([^`]+\.test\.ts)`: (.+)$/.exec(proof);
  const [, file = "", title = ""] = match ?? [];
  if (match === null) return "names no test as `FILE.test.ts`: TITLE";
  if (!existsSync(join(ROOT, file))) return `${file} is not there`;
  // A long title stands on a line of its own.
  const source = readFileSync(join(ROOT, file), "utf8").replaceAll(/\(\s+(?=["'`])/g, "(");
  const named = ['"', "'", "`"].some((quote) =>
    ["test", "it", "step"].some((word) => source.includes(`${word}(${quote}${title}${quote}`)),
  );
  return named ? undefined : `${file} has no test of that title`;
}

test("every row of docs/agent.md names a test that is there", () => {
  const rows = provenRows(PAGE);
  assert.ok(rows.length > 20, "the tables were not found");
  const problems = rows.flatMap(({ line, proof }) => {
    const problem = problemOf(proof);
    return problem === undefined ? [] : [`docs/agent.md:${line}: ${proof}: ${problem}`];
  });
  assert.deepEqual(problems, []);
});

test("a row whose test is gone is found", () => {
  const [row] = provenRows(PAGE);
  assert.equal(problemOf(row?.proof ?? ""), undefined);
  assert.match(problemOf("`scripts/none.test.ts`: x") ?? "", /is not there/);
  assert.match(problemOf("`scripts/agent-page.test.ts`: no such title") ?? "", /has no test of that title/);
  assert.match(problemOf("a promise") ?? "", /names no test/);
});

test("every variable of the documents stands on the page", () => {
  const table: OptionTable = agentOptions;
  for (const [flag, { env }] of Object.entries(table)) {
    for (const variable of env === undefined || env === false ? [] : env) {
      assert.ok(PAGE.includes(`\`--${flag}\``) && PAGE.includes(`\`${variable}\``), `${flag}, ${variable}`);
    }
  }
});
