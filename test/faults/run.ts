/**
 * `npm run faults`: real routers behind an agent, one fault after the other, and after each the routers' own word for
 * it that nothing happened. See README.md.
 */
import { writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { requirePrograms } from "../interop/lib/requirements.ts";
import { AGENT_FAULTS } from "./lib/agent-faults.ts";
import type { Fault } from "./lib/fault.ts";
import { FLEET } from "./lib/fleet.ts";
import { INGEST_FAULTS } from "./lib/ingest-faults.ts";
import { mixOf } from "./lib/mix.ts";
import { PATH_FAULTS } from "./lib/path-faults.ts";
import { Progress } from "./lib/progress.ts";
import { resultsPage } from "./lib/results.ts";
import { tableText } from "./lib/row.ts";
import type { TableSize } from "./lib/router.ts";
import type { Scenario } from "./lib/scenario.ts";
import { Suite } from "./lib/suite.ts";
import { summaryText } from "./lib/summary.ts";
import { TWO_AGENTS } from "./lib/two-agents.ts";

const FULL_TABLE: TableSize = { ipv4: 80_000, ipv6: 20_000, churn: 50 };
const QUICK_TABLE: TableSize = { ipv4: 8_000, ipv6: 2_000, churn: 20 };
const MIX_SECONDS = { quick: 60, full: 600 };
const MIX_NAME = "mix";
const RESULTS = join(import.meta.dirname, "../../bench/results/faults.md");

const SINGLE: readonly Fault[] = [...PATH_FAULTS, ...INGEST_FAULTS, ...AGENT_FAULTS];
const SCENARIOS: readonly Scenario[] = [TWO_AGENTS, FLEET];

const HELP = `npm run faults -- [--only NAME]... [--quick] [--json] [--write] [--mix SECONDS] [--seed N] [--list]

  --only NAME    this fault alone; may be given several times
  --quick        smaller tables and shorter faults
  --json         one JSON object instead of the tables
  --write        keep the results of a run of everything in bench/results/faults.md
  --mix SECONDS  length of the random mix
  --seed N       of the random mix; the same seed gives the same order
  --routes N     routes of each router
  --list         names of the faults
`;

interface Settings {
  readonly faults: readonly Fault[];
  readonly scenarios: readonly Scenario[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly write: boolean;
  readonly table: TableSize;
}

function settings(): Settings | string {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      mix: { type: "string" },
      seed: { type: "string", default: "1" },
      routes: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return HELP;
  const { quick, json, write } = values;
  const seconds = Number(values.mix ?? (quick ? MIX_SECONDS.quick : MIX_SECONDS.full));
  const seed = Number(values.seed);
  if (!(seconds > 0) || !Number.isInteger(seed))
    throw new Error("--mix takes seconds above 0, --seed an integer");
  const mix = { ...mixOf(SINGLE, seconds, seed), name: MIX_NAME };
  const all = [...SINGLE, mix];
  if (values.list) {
    return `${[...all, ...SCENARIOS].map(({ name, title }) => `${name.padEnd(20)}  ${title}`).join("\n")}\n`;
  }
  // `--mix` alone asks for the mix alone.
  const only = values.only ?? (values.mix === undefined ? undefined : [MIX_NAME]);
  if (write && only !== undefined)
    throw new Error("--write keeps a run of everything; leave --only and --mix away");
  for (const name of only ?? []) {
    if (![...all, ...SCENARIOS].some((each) => each.name === name)) {
      throw new Error(`there is no fault ${name}; --list shows those there are`);
    }
  }
  const base = quick ? QUICK_TABLE : FULL_TABLE;
  const routes = Number(values.routes ?? base.ipv4 + base.ipv6);
  if (!(routes >= 10)) throw new Error("--routes takes a number from 10");
  return {
    faults: all.filter(({ name, fullOnly }) =>
      only === undefined ? !(quick && fullOnly === true) : only.includes(name),
    ),
    scenarios: SCENARIOS.filter(({ name }) => only === undefined || only.includes(name)),
    quick,
    json,
    write,
    table: { ...base, ipv4: Math.round(routes * 0.8), ipv6: Math.round(routes * 0.2) },
  };
}

/** Written at once, also when the process is about to end; a reader that is gone is no reason to end. */
function put(descriptor: 1 | 2, text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
    }
  }
}

function report(suite: Suite, { json, table, quick }: Settings): void {
  const { rows, summaries, skipped, failures } = suite;
  if (json) {
    const result = { quick, table, passed: suite.passed, faults: summaries, rows, skipped, failures };
    put(1, `${JSON.stringify(result, undefined, 2)}\n`);
    return;
  }
  if (rows.length > 0) put(1, `\n${tableText(rows)}\n`);
  if (summaries.length > 0) put(1, `\n${summaryText(summaries)}\n`);
  for (const line of [...skipped, ...failures]) put(1, `${line}\n`);
}

async function main(): Promise<void> {
  let given: Settings | string;
  try {
    given = settings();
  } catch (error) {
    put(2, `faults: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
    return;
  }
  if (typeof given === "string") {
    put(1, given);
    return;
  }
  requirePrograms("the fault suite", "npm run faults", ["/usr/sbin/bird", "/usr/lib/frr/bgpd"]);
  const progress = new Progress((line) => put(2, `${line}\n`));
  const suite = new Suite({ ...given, scale: { quick: given.quick }, progress });
  // However the process ends, it tells what it found, and that it did not come to its end.
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    report(suite, given);
    process.exitCode = suite.passed ? 0 : 1;
  };
  const cutShort = (why: string): void => {
    if (told) return;
    suite.failures.push(`cut short by ${why} while waiting for ${progress.waitingFor}`);
    tell();
  };
  process.on("exit", () => cutShort("the end of everything that it waited for"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      cutShort(signal);
      process.exit(1);
    });
  }
  // What is left of a row that was given up may still fail.
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      suite.failures.push(`nobody caught: ${text.split("\n")[0] ?? ""}`);
      progress.say(`nobody caught, while waiting for ${progress.waitingFor}: ${text}`);
    });
  }
  await suite.run();
  progress.end();
  tell();
  if (given.write) writeFileSync(RESULTS, resultsPage({ ...given, ...resultsOf(suite) }));
}

function resultsOf(suite: Suite): Pick<Suite, "summaries" | "rows" | "skipped" | "failures"> {
  const { summaries, rows, skipped, failures } = suite;
  return { summaries, rows, skipped, failures };
}

await main();
