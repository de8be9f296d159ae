/** One run of the agent's benchmark: many routers hold sessions with somebody while one more sends a full table. */
import { processUse } from "../../packages/netferry/src/demo/child.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { Fleet, type FleetReport } from "./routers.ts";

/** By cause; only what is not 0. */
export interface Counts {
  /** Ends of sessions. */
  readonly lost: Readonly<Record<string, number>>;
  /** What no router has noticed, or what it has got over before it was established. */
  readonly unnoticed: Readonly<Record<string, number>>;
}

/** Whom the routers peer with. */
export interface Subject {
  readonly name: string;
  readonly bgp: string;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  /** Routes that it holds. */
  routes(): Promise<number>;
  /** Sessions that it says are established; undefined where it is not asked. */
  established(): Promise<number | undefined>;
  /** The worst lateness of event loops in the last seconds, milliseconds, by process. */
  lagMs(): Promise<Readonly<Record<string, number>>>;
  /** What it has counted since its start. */
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

export interface Load {
  readonly addresses: readonly string[];
  /** Of the one that sends the table. */
  readonly tableAddress: string;
  readonly prefixFile: string | undefined;
  readonly tableRoutes: number;
  readonly asn: number;
  /** Seconds. */
  readonly holdTime: number;
  /** Routes of each of the others. */
  readonly routes: number;
  readonly processes: number;
}

export interface ProcessFigures {
  readonly name: string;
  readonly idle: Memory;
  /** With all sessions, after a while of nothing but KEEPALIVEs. */
  readonly holding: Memory;
  /** After the table. */
  readonly after: Memory;
  readonly establishCpuSeconds: number;
  /** Of one core, while there are only KEEPALIVEs. */
  readonly holdingCpuShare: number;
  readonly tableCpuSeconds: number;
}

export interface Lateness {
  readonly heard: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** Of the routers' own event loops: the figures above are no better than this. */
  readonly routersLagMs: number;
  /** Of the subject's event loops. */
  readonly lagMs: Readonly<Record<string, number>>;
}

export interface Figures {
  readonly subject: string;
  readonly sessions: number;
  readonly established: number;
  /** As the subject counts them. */
  readonly establishedThere: number | undefined;
  readonly attempts: number;
  readonly establishSeconds: number;
  readonly establishMs: { readonly p50: number; readonly p99: number };
  readonly processes: readonly ProcessFigures[];
  readonly quiet: Lateness;
  readonly busy: Lateness;
  readonly tableRoutes: number;
  readonly tableWanted: number;
  readonly tableSeconds: number;
  /** Sessions that were lost, by cause, as the routers saw it. */
  readonly losses: Readonly<Record<string, number>>;
  /** Sessions that are established at the end. */
  readonly held: number;
  readonly counts: Counts;
}

const POLL_MS = 250;
/** Sessions that are not established by then are left out. */
const ESTABLISH_MS = 90_000;
/** Of a table that is not there by then, so much counts as has come. */
const TABLE_MS = 60_000;
/** What a speaker may wait beyond the hold time until it gives a silent peer up. */
const GRACE_SECONDS = 3;
/** Until a process with nothing to do has the size that it keeps. */
const IDLE_MS = 5_000;

export async function hold(
  subject: Subject,
  load: Load,
  progress: (step: string, detail?: string) => void,
): Promise<Figures> {
  const { processes } = subject;
  const count = load.addresses.length;
  progress("is idle");
  await pause(IDLE_MS);
  const idle = processes.map(({ pid }) => memoryOf(pid));
  const { asn, holdTime } = load;
  const fleet = await Fleet.prepare({
    connect: subject.bgp,
    addresses: load.addresses,
    asn,
    holdTime,
    routes: load.routes,
    processes: load.processes,
  });
  let feeder: Fleet | undefined;
  try {
    feeder = await Fleet.prepare({
      connect: subject.bgp,
      addresses: [load.tableAddress],
      asn,
      holdTime,
      routes: load.tableRoutes,
      prefixFile: load.prefixFile,
      processes: 1,
    });
    const cpu0 = processes.map(({ pid }) => cpuOf(pid));
    const began = performance.now();
    await fleet.start();
    let report = await fleet.report();
    while (report.established < count && performance.now() - began < ESTABLISH_MS) {
      progress("sessions come up", `: ${report.established} of ${count}`);
      await pause(POLL_MS);
      report = await fleet.report();
    }
    const establishSeconds = (performance.now() - began) / 1000;
    const cpu1 = processes.map(({ pid }) => cpuOf(pid));
    const { established, attempts, establishMs } = report;

    // The first keepalives, and what the garbage collector has to do, are over then.
    await wait(holdTime, (left) => progress("settles", `: ${left} s`));
    const establishedThere = await subject.established();
    const cpu2 = processes.map(({ pid }) => cpuOf(pid));
    await subject.lagMs();
    await fleet.measure();
    await wait(holdTime, (left) => progress("holds, keepalives only", `: ${left} s`));
    const cpu3 = processes.map(({ pid }) => cpuOf(pid));
    const quiet = latenessOf(await fleet.report(), await subject.lagMs());
    const holding = processes.map(({ pid }) => memoryOf(pid));

    const routesBefore = await subject.routes();
    await fleet.measure();
    const tableBegan = performance.now();
    await feeder.start();
    let routes = routesBefore;
    while (routes < routesBefore + load.tableRoutes && performance.now() < tableBegan + TABLE_MS) {
      await pause(POLL_MS);
      routes = await subject.routes();
      progress("takes a full table", `: ${routes - routesBefore} of ${load.tableRoutes} routes`);
    }
    const tableSeconds = (performance.now() - tableBegan) / 1000;
    const cpu4 = processes.map(({ pid }) => cpuOf(pid));
    const lag = await subject.lagMs();
    // Whoever was not heard of during the table is given up within a hold time.
    await wait(holdTime + GRACE_SECONDS, (left) => progress("holds after the table", `: ${left} s`));
    report = await fleet.report();
    const after = processes.map(({ pid }) => memoryOf(pid));
    return {
      subject: subject.name,
      sessions: count,
      established,
      establishedThere,
      attempts,
      establishSeconds,
      establishMs: { p50: establishMs.quantile(0.5) ?? 0, p99: establishMs.quantile(0.99) ?? 0 },
      processes: processes.map(({ name }, i) => ({
        name,
        idle: idle[i]!,
        holding: holding[i]!,
        after: after[i]!,
        establishCpuSeconds: cpu1[i]! - cpu0[i]!,
        holdingCpuShare: (cpu3[i]! - cpu2[i]!) / holdTime,
        tableCpuSeconds: cpu4[i]! - cpu3[i]!,
      })),
      quiet,
      busy: latenessOf(report, lag),
      tableRoutes: routes - routesBefore,
      tableWanted: load.tableRoutes,
      tableSeconds,
      losses: report.losses,
      held: report.established,
      counts: await subject.counts(),
    };
  } finally {
    await feeder?.stop().catch(() => undefined);
    await fleet.stop().catch(() => undefined);
  }
}

function latenessOf(
  { lateness, longestSilenceMs, ownLagMs }: FleetReport,
  lagMs: Readonly<Record<string, number>>,
): Lateness {
  return {
    heard: lateness.count,
    p50: lateness.quantile(0.5) ?? 0,
    p99: lateness.quantile(0.99) ?? 0,
    worst: Math.max(lateness.quantile(1) ?? 0, Math.ceil(longestSilenceMs)),
    routersLagMs: ownLagMs,
    lagMs,
  };
}

function cpuOf(pid: number): number {
  return processUse(pid)?.cpuSeconds ?? 0;
}

async function wait(seconds: number, show: (left: number) => void): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    show(left);
    await pause(1000);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
