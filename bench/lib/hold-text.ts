/** The figures of the agent's benchmark as text, and the bars that they have to keep. */
import { type Column, formatBytes, formatCount, table } from "@netferry/service";
import type { Figures, Lateness, Load, ProcessFigures } from "./hold.ts";

/** The agent's resident memory for each session, over its idle size. */
const MAX_BYTES_A_SESSION = 60 * 1024;
/** With fewer, what a first session loads outweighs what each one needs. */
const MIN_SESSIONS_FOR_MEMORY = 2_500;
/** The first process of a subject is the one that routers are connected to. */
const HOLDER = 0;

/** What was not as it has to be, a line each. Times are no bars: they are the machine's. */
export function missedBars(figures: Figures): string[] {
  const missed: string[] = [];
  const { sessions, established, establishedThere = established, held, losses, counts } = figures;
  if (established < sessions || establishedThere < sessions)
    missed.push(`${Math.min(established, establishedThere)} of ${sessions} sessions were established`);
  const holder = figures.processes[HOLDER];
  const bytes = holder === undefined ? Infinity : bytesASession(holder, figures);
  if (sessions >= MIN_SESSIONS_FOR_MEMORY && bytes > MAX_BYTES_A_SESSION)
    missed.push(`${formatBytes(bytes)} of memory a session, ${formatBytes(MAX_BYTES_A_SESSION)} may be`);
  for (const [cause, count] of Object.entries(losses))
    missed.push(`lost, say the routers: ${cause}: ${count}`);
  for (const [cause, count] of Object.entries(counts.lost)) missed.push(`lost, says ${cause}: ${count}`);
  if (held < sessions) missed.push(`${held} of ${sessions} sessions are there at the end`);
  if (figures.tableRoutes < figures.tableWanted)
    missed.push(`${figures.tableRoutes} of ${figures.tableWanted} routes of the full table came`);
  return missed;
}

export function render(all: readonly Figures[], load: Load, multi: number): string {
  const memory = all.flatMap((figures) => figures.processes.map((process) => ({ figures, process })));
  const heads = `${formatCount(load.addresses.length)} routers with ${load.routes} routes each, hold time ${load.holdTime} s, all dial at once; --multi ${multi}`;
  return [
    `${heads}\n${table(all, ESTABLISHING)}`,
    `Memory and CPU\n${table(memory, MEMORY)}`,
    `How much later than a third of the hold time routers heard from their peer, ms\n${table(
      all.flatMap(({ subject, quiet, busy }) => [
        { subject, when: "keepalives only", ...quiet },
        { subject, when: "and a full table", ...busy },
      ]),
      LATENESS,
    )}`,
    `A full table from one more router, while the others hold\n${table(all, TABLE)}`,
    all.map((figures) => `${figures.subject}: ${verdict(figures)}\n`).join(""),
  ].join("\n");
}

function bytesASession({ idle, holding }: ProcessFigures, { established }: Figures): number {
  return (holding.resident - idle.resident) / established;
}

function verdict({ losses, counts, held, sessions }: Figures): string {
  const all = [losses, counts.lost, counts.unnoticed].flatMap((each) => Object.entries(each));
  const causes = all.map(([cause, count]) => `${cause} ${formatCount(count)}`).join(", ");
  const what = causes === "" ? "nothing befell one on any side" : causes;
  return `${formatCount(held)} of ${formatCount(sessions)} sessions at the end; ${what}`;
}

const right = { align: "right" } as const;

const ESTABLISHING: readonly Column<Figures>[] = [
  { header: "subject", value: ({ subject }) => subject },
  { header: "established", value: ({ established }) => formatCount(established), ...right },
  { header: "seconds", value: ({ establishSeconds }) => establishSeconds.toFixed(1), ...right },
  {
    header: "sessions/s",
    value: ({ established, establishSeconds }) => formatCount(established / establishSeconds),
    ...right,
  },
  { header: "half after", value: ({ establishMs }) => `${(establishMs.p50 / 1000).toFixed(1)} s`, ...right },
  { header: "connections tried", value: ({ attempts }) => formatCount(attempts), ...right },
];

type MemoryRow = { readonly figures: Figures; readonly process: ProcessFigures };

const MEMORY: readonly Column<MemoryRow>[] = [
  { header: "process", value: ({ process }) => process.name },
  { header: "idle", value: ({ process }) => formatBytes(process.idle.resident), ...right },
  { header: "holding", value: ({ process }) => formatBytes(process.holding.resident), ...right },
  {
    header: "a session",
    value: ({ figures, process }) => formatBytes(bytesASession(process, figures)),
    ...right,
  },
  { header: "after the table", value: ({ process }) => formatBytes(process.after.resident), ...right },
  { header: "CPU s establishing", value: ({ process }) => process.establishCpuSeconds.toFixed(1), ...right },
  {
    header: "CPU holding",
    value: ({ process }) => `${(process.holdingCpuShare * 100).toFixed(0)}%`,
    ...right,
  },
  { header: "CPU s table", value: ({ process }) => process.tableCpuSeconds.toFixed(1), ...right },
];

const LATENESS: readonly Column<Lateness & { readonly subject: string; readonly when: string }>[] = [
  { header: "subject", value: ({ subject }) => subject },
  { header: "while", value: ({ when }) => when },
  { header: "heard", value: ({ heard }) => formatCount(heard), ...right },
  { header: "p50", value: ({ p50 }) => p50 },
  { header: "p99", value: ({ p99 }) => p99 },
  { header: "worst", value: ({ worst }) => worst },
  { header: "routers' own lag", value: ({ routersLagMs }) => Math.round(routersLagMs) },
  {
    header: "event loops' worst lag",
    value: ({ lagMs }) =>
      Object.entries(lagMs)
        .map(([name, ms]) => `${name} ${Math.round(ms)}`)
        .join(", ") || undefined,
  },
];

const TABLE: readonly Column<Figures>[] = [
  { header: "subject", value: ({ subject }) => subject },
  { header: "routes", value: ({ tableRoutes }) => formatCount(tableRoutes), ...right },
  { header: "seconds", value: ({ tableSeconds }) => tableSeconds.toFixed(1), ...right },
  {
    header: "routes/s",
    value: ({ tableRoutes, tableSeconds }) => formatCount(tableRoutes / tableSeconds),
    ...right,
  },
];
