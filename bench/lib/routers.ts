/** Simulated routers in processes of their own, so that they are not what is measured. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type CountedMs, Histogram } from "./histogram.ts";

const PROGRAM = fileURLToPath(new URL("router-process.ts", import.meta.url));

export interface RouterSetup {
  readonly host: string;
  readonly port: number;
  /** One router each. */
  readonly addresses: readonly string[];
  readonly asn: number;
  /** Seconds. */
  readonly holdTime: number;
  /** All have this table: so many generated IPv4 routes, or the prefixes of a file. */
  readonly routes: number;
  readonly prefixFile?: string | undefined;
}

/** What is sent to a process of routers; it answers each with a {@link RouterReport}. */
export type RouterOrder =
  | { readonly type: "set-up"; readonly setup: RouterSetup }
  /** All dial, at the same time. */
  | { readonly type: "start" }
  /** Forget what was measured of lateness so far. */
  | { readonly type: "measure" }
  | { readonly type: "report" }
  | { readonly type: "stop" };

export interface RouterReport {
  readonly established: number;
  /** Routers that have sent their whole table. */
  readonly synced: number;
  /** Connections that were tried. */
  readonly attempts: number;
  /** From the start to the first time that each was established. */
  readonly establishMs: readonly number[];
  /** Established sessions that ended, by cause. */
  readonly losses: Readonly<Record<string, number>>;
  /** How much longer than a third of the hold time each silence of the peer was. */
  readonly lateness: CountedMs;
  /** The same of silences that go on. */
  readonly longestSilenceMs: number;
  /** How late the routers' own event loop ran at worst. */
  readonly ownLagMs: number;
  readonly cpuSeconds: number;
}

/** What all routers together say. */
export interface FleetReport extends Omit<RouterReport, "establishMs" | "lateness"> {
  readonly establishMs: Histogram;
  readonly lateness: Histogram;
}

class RouterProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #ended = false;

  constructor() {
    this.#child = fork(PROGRAM, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", () => {
        this.#ended = true;
        resolve();
      });
    });
  }

  /** One at a time. */
  ask(order: RouterOrder): Promise<RouterReport> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error("a process of simulated routers has ended"));
      if (this.#ended) {
        onExit();
        return;
      }
      this.#child.once("exit", onExit);
      this.#child.once("message", (report) => {
        this.#child.off("exit", onExit);
        resolve(report as RouterReport);
      });
      this.#child.send(order);
    });
  }

  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }
}

export interface FleetOptions extends Omit<RouterSetup, "host" | "port"> {
  /** host:port of the peer of all. */
  readonly connect: string;
  readonly processes: number;
}

export class Fleet {
  readonly #processes: readonly RouterProcess[];

  private constructor(processes: readonly RouterProcess[]) {
    this.#processes = processes;
  }

  /** Makes the routers ready to dial. */
  static async prepare({ connect, processes, addresses, ...rest }: FleetOptions): Promise<Fleet> {
    const colon = connect.lastIndexOf(":");
    const [host, port] = [connect.slice(0, colon), Number(connect.slice(colon + 1))];
    const fleet = new Fleet(Array.from({ length: processes }, () => new RouterProcess()));
    const share = Math.ceil(addresses.length / processes);
    try {
      await Promise.all(
        fleet.#processes.map((process, i) =>
          process.ask({
            type: "set-up",
            setup: { ...rest, host, port, addresses: addresses.slice(i * share, (i + 1) * share) },
          }),
        ),
      );
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  start(): Promise<FleetReport> {
    return this.#ask({ type: "start" });
  }

  measure(): Promise<FleetReport> {
    return this.#ask({ type: "measure" });
  }

  report(): Promise<FleetReport> {
    return this.#ask({ type: "report" });
  }

  /** Ends all sessions with a Cease, and the processes. */
  async stop(): Promise<void> {
    try {
      await this.#ask({ type: "stop" });
    } finally {
      await this.end();
    }
  }

  /** Ends the processes. */
  async end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.end()));
  }

  async #ask(order: RouterOrder): Promise<FleetReport> {
    const reports = await Promise.all(this.#processes.map((process) => process.ask(order)));
    const sum = (value: (report: RouterReport) => number) =>
      reports.reduce((total, report) => total + value(report), 0);
    const most = (value: (report: RouterReport) => number) => Math.max(...reports.map(value));
    const establishMs = new Histogram();
    const lateness = new Histogram();
    const losses: Record<string, number> = {};
    for (const report of reports) {
      for (const ms of report.establishMs) establishMs.add(ms);
      lateness.addAll(report.lateness);
      for (const [cause, count] of Object.entries(report.losses))
        losses[cause] = (losses[cause] ?? 0) + count;
    }
    return {
      established: sum(({ established }) => established),
      synced: sum(({ synced }) => synced),
      attempts: sum(({ attempts }) => attempts),
      establishMs,
      losses,
      lateness,
      longestSilenceMs: most(({ longestSilenceMs }) => longestSilenceMs),
      ownLagMs: most(({ ownLagMs }) => ownLagMs),
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    };
  }
}
