/**
 * Hostile connections at a real agent with a real ingest behind it, while two honest routers go on: no end, no hang, no growth,
 * no session lost. Prints a table; ends with 1 if anything is wrong.
 *
 * npm run fuzz:agent [-- --seconds 60] [--count 0] [--seed 20261121] [--first 0] [--connections 64] [--write]
 *
 * A connection's script follows from the seed and its number: `--first N --count 1` runs that one again.
 */
import { cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Column, formatBytes, formatCount, table } from "@netferry/service";
import { Deployment, listenerOf } from "../e2e/lib/deployment.ts";
import { HonestDevice } from "../e2e/lib/honest-device.ts";
import { type Daemon, eventually } from "../e2e/lib/process.ts";
import { type Vitals, vitalsOf } from "../e2e/lib/vitals.ts";
import { runScript } from "./agent/connection.ts";
import { Scripts } from "./agent/script.ts";

/** Registered devices, so many that each comes seldom enough to be let in. */
const KNOWN = 1_000;
/** Addresses that nobody knows: more than an agent remembers. */
const UNKNOWN = 40_000;
const REGISTERED_AT_ONCE = 16;
/** The agent's heap may never be larger. */
const HEAP_MIB = 128;
/** What the agent may have more at the end than when it was warm: the tables that fill up with addresses. */
const MAX_GROWTH_BYTES = 24 * 1024 * 1024;
const MAX_RESIDENT_BYTES = 512 * 1024 * 1024;
/** Descriptors that come and go by themselves: exports, status. */
const MAX_MORE_DESCRIPTORS = 8;
const LOOK_EVERY_MS = 1_000;
/** Looks of which the least is what is in use, for garbage is collected now and then. */
const WINDOW_LOOKS = 20;
const RESULTS = fileURLToPath(new URL("../../bench/results/fuzz-agent.md", import.meta.url));

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    count: { type: "string", default: "0" },
    seed: { type: "string", default: "20261121" },
    first: { type: "string", default: "0" },
    connections: { type: "string", default: "64" },
    write: { type: "boolean", default: false },
  },
});
const seconds = wholeNumber("seconds", values.seconds, 1);
const count = wholeNumber("count", values.count, 0);
const seed = wholeNumber("seed", values.seed, 1);
const first = wholeNumber("first", values.first, 0);
const atOnce = wholeNumber("connections", values.connections, 1);

function wholeNumber(name: string, text: string, from: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= from) return value;
  process.stderr.write(`fuzz:agent: --${name} ${text} is no whole number from ${from} on\n`);
  process.exit(2);
}

interface Tally {
  connections: number;
  sent: number;
  received: number;
  closed: number;
}

const findings = new Set<string>();
const tallies = new Map<string, Tally>();
const looks: Vitals[] = [];

function knownAddress(n: number): string {
  return `127.16.${n >> 8}.${n & 255}`;
}

function unknownAddress(n: number): string {
  return `127.64.${n >> 8}.${n & 255}`;
}

async function registerAll(net: Deployment): Promise<void> {
  let next = 0;
  const register = async (): Promise<void> => {
    for (let n = next++; n < KNOWN; n = next++) {
      await net.addDevice({ name: `hostile${n}`, addresses: [knownAddress(n)], asn: 65_001 });
    }
  };
  await Promise.all(Array.from({ length: REGISTERED_AT_ONCE }, register));
}

/** Runs one script after the other until the time or the count is over, or something is wrong. */
async function attack(
  scripts: Scripts,
  at: { readonly host: string; readonly port: number },
  until: number,
): Promise<void> {
  let next = first;
  const last = count === 0 ? Number.POSITIVE_INFINITY : first + count;
  const worker = async (): Promise<void> => {
    while (next < last && performance.now() < until && findings.size === 0) {
      const script = scripts.script(next++);
      const source = script.known ? knownAddress(script.source) : unknownAddress(script.source);
      const outcome = await runScript(script, at, source);
      const tally = tallies.get(script.style) ?? { connections: 0, sent: 0, received: 0, closed: 0 };
      tally.connections += 1;
      tally.sent += outcome.sent;
      tally.received += outcome.received;
      tally.closed += outcome.closed ? 1 : 0;
      tallies.set(script.style, tally);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Looks after agent and routers until it is told to stop. */
async function watch(agent: Daemon, honest: readonly HonestDevice[], isOver: () => boolean): Promise<void> {
  while (!isOver() && findings.size === 0) {
    await delay(LOOK_EVERY_MS);
    try {
      looks.push(await vitalsOf(agent));
      if (looks.length % 5 === 0) await Promise.all(honest.map((router) => router.changeRoute()));
    } catch (error) {
      findings.add(`the agent or the ingest does not answer: ${String(error)}`);
    }
    for (const { name, fault } of honest) if (fault !== undefined) findings.add(`${name}: ${fault}`);
    const { residentBytes } = looks.at(-1) ?? { residentBytes: 0 };
    if (residentBytes > MAX_RESIDENT_BYTES) findings.add(`the agent takes ${formatBytes(residentBytes)}`);
    if (looks.length % 30 === 0) {
      const done = [...tallies.values()].reduce((sum, tally) => sum + tally.connections, 0);
      process.stderr.write(`${formatCount(done)} connections, ${formatBytes(residentBytes)} resident\n`);
    }
  }
}

function checkGrowth(before: Vitals, after: Vitals): void {
  if (after.descriptors > before.descriptors + MAX_MORE_DESCRIPTORS)
    findings.add(`descriptors grew from ${before.descriptors} to ${after.descriptors}`);
  const [warm, end] = [least(looks.slice(WINDOW_LOOKS, 2 * WINDOW_LOOKS)), least(looks.slice(-WINDOW_LOOKS))];
  if (end > warm + MAX_GROWTH_BYTES)
    findings.add(`the heap grew from ${formatBytes(warm)} to ${formatBytes(end)}`);
}

function least(some: readonly Vitals[]): number {
  return Math.min(...some.map(({ heapBytes }) => heapBytes));
}

interface StatusAnswer {
  readonly Connections: { readonly Open: number; readonly AwaitingVerdict: number };
  readonly Counters: Readonly<Record<string, number>>;
}

function report(
  elapsedMs: number,
  status: StatusAnswer,
  after: Vitals,
  honest: readonly HonestDevice[],
): string {
  const columns: Column<[string, Tally]>[] = [
    { header: "connections that", value: ([style]) => style },
    ...(["connections", "closed"] as const).map((key) => ({
      header: key === "closed" ? "closed by the agent" : "all",
      align: "right" as const,
      value: ([, tally]: [string, Tally]) => formatCount(tally[key]),
    })),
    { header: "sent", align: "right", value: ([, { sent }]) => formatBytes(sent) },
    { header: "answers", align: "right", value: ([, { received }]) => formatCount(received) },
  ];
  const all = [...tallies.values()].reduce((sum, { connections }) => sum + connections, 0);
  const counters = Object.entries(status.Counters).filter(([, value]) => value > 0);
  return [
    table(
      [...tallies].toSorted(([one], [other]) => one.localeCompare(other)),
      columns,
    ),
    `${formatCount(all)} connections, ${atOnce} at once, of ${formatCount(KNOWN)} registered and ${formatCount(UNKNOWN)} unknown addresses; seed ${seed}, ${Math.round(elapsedMs / 1000)} s`,
    `agent: heap and buffers ${formatBytes(least(looks.slice(WINDOW_LOOKS, 2 * WINDOW_LOOKS)))} when warm, ${formatBytes(least(looks.slice(-WINDOW_LOOKS)))} at the end; resident at most ${formatBytes(Math.max(...looks.map(({ residentBytes }) => residentBytes)))}; ${after.descriptors} descriptors at the end; event loop at most ${Math.round(Math.max(...looks.map(({ lagMs }) => lagMs)))} ms late`,
    `agent's counters: ${counters.map(([name, value]) => `${name} ${formatCount(value)}`).join(", ")}`,
    `honest routers (hold time 9 s): ${honest.map(({ name, heard, longestSilenceMs }) => `${name} heard ${formatCount(heard)} messages, never nothing for more than ${(longestSilenceMs / 1000).toFixed(1)} s`).join("; ")}`,
    `wrong: ${findings.size}`,
    "",
  ].join("\n");
}

const net = await Deployment.start();
try {
  await registerAll(net);
  const agent = net.agent({ env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` } });
  const at = await listenerOf(agent);
  await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
  void agent.exited.then((code) => findings.add(`the agent ended with ${code}`));
  void net.ingest.exited.then((code) => findings.add(`the ingest ended with ${code}`));
  const honest = [
    await HonestDevice.establish(net, at, "honest1", "127.0.4.1"),
    await HonestDevice.establish(net, at, "honest2", "127.0.4.2"),
  ];
  const before = await vitalsOf(agent);
  const start = performance.now();
  let over = false;
  const watching = watch(agent, honest, () => over);
  await attack(new Scripts(seed, { known: KNOWN, unknown: UNKNOWN }), at, start + 1000 * seconds);
  const elapsed = performance.now() - start;
  const status = (await eventually(
    "the end of hostile connections",
    () => agent.status("/admin/status"),
    (answer) => (answer as StatusAnswer).Connections.Open === honest.length,
  )) as StatusAnswer;
  over = true;
  await watching;
  const after = await vitalsOf(agent);
  checkGrowth(before, after);
  const text = report(elapsed, status, after, honest);
  process.stdout.write(text);
  if (values.write) {
    const machine = `${cpus().length} cores (${cpus()[0]?.model.split(" ").slice(0, 2).join(" ")}), Node ${process.versions.node}`;
    writeFileSync(
      RESULTS,
      `# Hostile peers\n\nWritten by \`npm run fuzz:agent -- --write\` on ${machine}. Scripts of connections at the BGP port of an agent, drawn from a seed,
while two honest routers go on and change a route every few seconds; the agent's heap is held to ${HEAP_MIB} MiB.\n\n\`\`\`\n${text}\`\`\`\n`,
    );
  }
  if (findings.size > 0) process.stdout.write(`${agent.printed.split("\n").slice(-40).join("\n")}\n`);
  for (const router of honest) router.end();
} catch (error) {
  findings.add(String(error));
} finally {
  for (const finding of findings) process.stdout.write(`wrong: ${finding}\n`);
  process.exitCode = findings.size > 0 ? 1 : 0;
  findings.clear();
  await net.stop();
}
