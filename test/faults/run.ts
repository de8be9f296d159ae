/**
 * `npm run faults`: real routers behind an agent, one fault after the other, and after each the routers' own word for
 * it that nothing happened. See README.md.
 */
import { parseArgs } from "node:util";

import { withLab } from "../interop/lib/lab.ts";
import { requirePrograms } from "../interop/lib/requirements.ts";
import { AGENT_FAULTS, clockProblem } from "./lib/agent-faults.ts";
import { Bed } from "./lib/bed.ts";
import type { Fault } from "./lib/fault.ts";
import { FLEET_NAME, fleetRow, type FleetResult } from "./lib/fleet.ts";
import { INGEST_FAULTS } from "./lib/ingest-faults.ts";
import { Judge } from "./lib/judge.ts";
import { mixOf } from "./lib/mix.ts";
import { PATH_FAULTS } from "./lib/path-faults.ts";
import { rowOf, tableText, type Row } from "./lib/row.ts";
import type { TableSize } from "./lib/router.ts";

const FULL_TABLE: TableSize = { ipv4: 80_000, ipv6: 20_000, churn: 50 };
const QUICK_TABLE: TableSize = { ipv4: 8_000, ipv6: 2_000, churn: 20 };
const MIX_SECONDS = { quick: 60, full: 600 };
const MIX_NAME = "mix";
/** Lines of the agent's log that are shown after a failure. */
const LOG_TAIL = 80;

const SINGLE: readonly Fault[] = [...PATH_FAULTS, ...INGEST_FAULTS, ...AGENT_FAULTS];

const HELP = `npm run faults -- [--only NAME]... [--quick] [--json] [--mix SECONDS] [--seed N] [--list]

  --only NAME    this fault alone; may be given several times
  --quick        smaller tables and shorter faults
  --json         one JSON object instead of the table
  --mix SECONDS  length of the random mix
  --seed N       of the random mix; the same seed gives the same order
  --routes N     routes of each router
  --list         names of the faults
`;

interface Settings {
  readonly faults: readonly Fault[];
  readonly fleet: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly table: TableSize;
}

function settings(): Settings | string {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      mix: { type: "string" },
      seed: { type: "string", default: "1" },
      routes: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return HELP;
  const quick = values.quick;
  const seconds = Number(values.mix ?? (quick ? MIX_SECONDS.quick : MIX_SECONDS.full));
  const seed = Number(values.seed);
  if (!(seconds > 0) || !Number.isInteger(seed))
    throw new Error("--mix takes seconds above 0, --seed an integer");
  const mix = { ...mixOf(SINGLE, seconds, seed), name: MIX_NAME };
  const all = [...SINGLE, mix];
  if (values.list) {
    const lines = [...all, { name: FLEET_NAME, title: "100 sessions after ingest kill -9 (quick: 20)" }];
    return `${lines.map(({ name, title }) => `${name.padEnd(20)}  ${title}`).join("\n")}\n`;
  }
  // `--mix` alone asks for the mix alone.
  const only = values.only ?? (values.mix === undefined ? undefined : [MIX_NAME]);
  for (const name of only ?? []) {
    if (name !== FLEET_NAME && !all.some((fault) => fault.name === name)) {
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
    fleet: only === undefined || only.includes(FLEET_NAME),
    quick,
    json: values.json,
    table: { ...base, ipv4: Math.round(routes * 0.8), ipv6: Math.round(routes * 0.2) },
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One bed for faults that can share it; a fault that leaves it broken makes room for a new one. */
async function runFaults(
  faults: readonly Fault[],
  given: Settings,
  rows: Row[],
  failures: string[],
): Promise<void> {
  const left = [...faults];
  while (left.length > 0) {
    const fakeClock = left[0]?.clock === true;
    await withLab("f", async (lab) => {
      say(`starting routers with ${given.table.ipv4 + given.table.ipv6} routes each`);
      const bed = await Bed.start(lab, { table: given.table, fakeClock });
      const judge = new Judge(bed);
      try {
        await judge.settle();
        for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
          say(`${fault.name}: ${fault.title}`);
          const whole = await runOne(fault, bed, judge, given.quick, rows, failures);
          if (!whole) {
            say(`${lab.logs()}\n--- agent's own log\n${bed.agentLog(LOG_TAIL)}`);
            return;
          }
        }
      } finally {
        await judge.close();
      }
    });
  }
}

/** Whether the bed is as good as before. */
async function runOne(
  fault: Fault,
  bed: Bed,
  judge: Judge,
  quick: boolean,
  rows: Row[],
  failures: string[],
): Promise<boolean> {
  try {
    await judge.begin();
    const liftedAt = await fault.strike(bed, { quick });
    const found = (await judge.judge(liftedAt)).map((verdict) => rowOf(fault, verdict));
    rows.push(...found);
    say(tableText(found));
    for (const { daemon, holdTime, notes } of found) {
      for (const note of notes) say(`  ${daemon} ${holdTime} s: ${note}`);
    }
    if (found.some(({ outcome }) => outcome === "FAILED")) return false;
    if (fault.restore !== undefined) {
      await fault.restore(bed);
      await judge.settle();
    }
    return true;
  } catch (error) {
    const text = `${fault.name}: ${error instanceof Error ? error.message : String(error)}`;
    failures.push(text);
    say(text);
    return false;
  }
}

async function main(): Promise<number> {
  const given = settings();
  if (typeof given === "string") {
    process.stdout.write(given);
    return 0;
  }
  requirePrograms("the fault suite", "npm run faults", ["/usr/sbin/bird", "/usr/lib/frr/bgpd"]);
  const rows: Row[] = [];
  const failures: string[] = [];
  const skipped: string[] = [];
  await runFaults(
    given.faults.filter(({ clock }) => clock !== true),
    given,
    rows,
    failures,
  );
  const ofClock = given.faults.filter(({ clock }) => clock === true);
  const problem = clockProblem();
  if (problem === undefined) await runFaults(ofClock, given, rows, failures);
  else skipped.push(...ofClock.map(({ name }) => `${name}: not run, ${problem}`));
  let fleet: FleetResult | undefined;
  if (given.fleet) {
    say(`${FLEET_NAME}: many sessions after ingest kill -9`);
    fleet = await fleetRow(given.quick).catch((error: unknown) => {
      failures.push(`${FLEET_NAME}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
  }
  if (given.json) {
    process.stdout.write(
      `${JSON.stringify({ table: given.table, rows, fleet, skipped, failures }, undefined, 2)}\n`,
    );
  } else {
    if (rows.length > 0) process.stdout.write(`\n${tableText(rows)}\n`);
    if (fleet !== undefined) process.stdout.write(`\n${fleet.text}\n`);
    for (const line of [...skipped, ...failures]) process.stdout.write(`${line}\n`);
  }
  const lost = rows.some(({ outcome }) => outcome === "FAILED") || failures.length > 0;
  return lost || (fleet !== undefined && fleet.wrong + fleet.flaps > 0) ? 1 : 0;
}

process.exitCode = await main();
