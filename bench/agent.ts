/**
 * What one agent holds: thousands of simulated routers that all dial it at once, with TLS from there to a real ingest, while
 * one more sends a full table; and the same routers on BIRD in the same run. Ends with 1 where a bar is missed.
 *
 *     npm run bench:agent [-- --quick] [-- --sessions N] [-- --hold SECONDS] [-- --multi N] [-- --no-peer] [-- --write]
 *
 * --quick: 200 routers, a small table, short hold times. Every router takes two descriptors here and one in the agent:
 * 5,000 need `ulimit -Hn 8192`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FULL_TABLE, readPrefixFile } from "@netferry/testkit";
import { localAddresses } from "../packages/netferry/src/simulate/local-addresses.ts";
import { hasBird } from "./lib/bird.ts";
import { type Figures, hold, type Load, type Subject } from "./lib/hold.ts";
import { missedBars, render } from "./lib/hold-text.ts";
import { startBirdSubject, startRelay } from "./lib/subjects.ts";

const ASN = 65_001;
const FIRST_ADDRESS = "127.1.0.1";
const ROUTER_PROCESSES = 2;
/** What each router announces, so that it is one that has something to lose. */
const ROUTES_EACH = 10;
const QUICK = { sessions: 200, hold: 6, tableRoutes: 100_000 };
/** RFC 4271 section 4.2 knows no shorter one. */
const MIN_HOLD_SECONDS = 3;
const CLONE = fileURLToPath(new URL("../bin/netferry", import.meta.url));
const RESULTS = fileURLToPath(new URL("results/agent.md", import.meta.url));
const PREFIXES = fileURLToPath(new URL("../../shared/data/prefixes.txt.gz", import.meta.url));

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    sessions: { type: "string" },
    hold: { type: "string" },
    multi: { type: "string", default: "10" },
    "no-peer": { type: "boolean", default: false },
    // What runs: the packaged binary, say, with the NODE_OPTIONS of its unit.
    program: { type: "string", default: CLONE },
    write: { type: "boolean", default: false },
  },
});
const sessions = wholeNumber("sessions", values.sessions ?? (values.quick ? QUICK.sessions : 5_000), 1);
const holdTime = wholeNumber("hold", values.hold ?? (values.quick ? QUICK.hold : 30), MIN_HOLD_SECONDS);
const multi = wholeNumber("multi", values.multi, 1);

function wholeNumber(name: string, given: string | number, least: number): number {
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  process.stderr.write(`--${name} ${given}: give a whole number of at least ${least}\n`);
  process.exit(2);
}

/** Of this process's children too. */
function checkDescriptors(): void {
  const limit = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  const needed = Math.ceil(sessions * 1.2) + 1024;
  if (limit === undefined || Number(limit) >= needed) return;
  process.stderr.write(
    `${sessions} sessions need ${needed} descriptors a process, the limit is ${limit}: raise it (ulimit -Hn) or give fewer --sessions\n`,
  );
  process.exit(2);
}

async function loadOf(): Promise<Load> {
  const addresses = localAddresses([FIRST_ADDRESS], sessions + 1).map((address) => address ?? "");
  const prefixFile = !values.quick && existsSync(PREFIXES) ? PREFIXES : undefined;
  const prefixes = prefixFile === undefined ? [] : await readPrefixFile(prefixFile);
  const generated = values.quick ? QUICK.tableRoutes : FULL_TABLE.ipv4;
  return {
    addresses: addresses.slice(0, sessions),
    tableAddress: addresses.at(-1) ?? "",
    prefixFile,
    tableRoutes: prefixFile === undefined ? generated : prefixes.reduce((sum, { size }) => sum + size, 0),
    asn: ASN,
    holdTime,
    routes: ROUTES_EACH,
    processes: ROUTER_PROCESSES,
  };
}

let lastProgress = "";

/** On a terminal one line that changes, elsewhere a line for each step. */
function progress(subject: string, step: string, detail = ""): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${subject}: ${step}${detail}`);
    return;
  }
  const line = `${subject}: ${step}`;
  if (line !== lastProgress) process.stderr.write(`${line}\n`);
  lastProgress = line;
}

async function run(name: string, load: Load, start: () => Promise<Subject>): Promise<Figures> {
  progress(name, "starts");
  const subject = await start();
  try {
    return await hold(subject, load, (step, detail) => progress(name, step, detail));
  } finally {
    await subject.stop();
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  }
}

checkDescriptors();
// Everything that was started ends with this process.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const load = await loadOf();
const addresses = [...load.addresses, load.tableAddress];
const figures = [
  await run("netferry", load, () => startRelay({ program: values.program, addresses, asn: ASN, multi })),
];
if (!values["no-peer"]) {
  // It is worth something also where the rest takes too long for whoever waits.
  process.stderr.write(`${render(figures, load, multi)}\n`);
  if (hasBird()) figures.push(await run("BIRD", load, () => startBirdSubject(ASN)));
  else
    process.stderr.write(
      "BIRD is not installed, so there is no peer to compare with: scripts/install-interop.sh\n",
    );
}
const text = render(figures, load, multi);
process.stdout.write(text);
if (values.write) {
  writeFileSync(
    RESULTS,
    `# What one agent holds

Written by \`npm run bench:agent -- --write\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}.
Routers, agent and ingest, or BIRD, share them. The agent is a relay: it ends no BGP and holds no routes, and has a TLS
connection to an ingest for each ${multi} sessions; BIRD is a speaker, and is to be held against the ingest, too. Neither BIRD nor an
ingest keeps a session when the process dies, the agent does not lose one when its ingest dies.

\`\`\`
${text.trimEnd()}
\`\`\`
`,
  );
}
const missed = missedBars(figures[0]!);
for (const bar of missed) process.stderr.write(`missed: ${bar}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;
