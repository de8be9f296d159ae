/** Runs faults and scenarios one after the other. Whatever becomes of one, the next ones run, and all of them are told of. */
import { Lab } from "../../interop/lib/lab.ts";
import { clockProblem } from "./agent-faults.ts";
import { Bed, type BedKind } from "./bed.ts";
import { LateError, within } from "./deadline.ts";
import type { Fault, Scale } from "./fault.ts";
import { Judge } from "./judge.ts";
import type { Progress } from "./progress.ts";
import { rowOf, tableText, type Row } from "./row.ts";
import type { TableSize } from "./router.ts";
import { type Scenario, summaryOf } from "./scenario.ts";
import { summaries, type Summary } from "./summary.ts";

const BED_KINDS: readonly BedKind[] = ["plain", "no-refresh", "ipv6", "clock"];
/** A fault that says nothing of its length. */
const FAULT_SECONDS = 30;
/** Beyond the fault itself: recovery and comparison. Guards against a hang, no measurements. */
const ROW_LIMIT_SECONDS = { quick: 420, full: 1_200 };
const BED_LIMIT_SECONDS = { quick: 300, full: 900 };
const CLEAN_UP_LIMIT_SECONDS = 60;
/** Lines of the agent's log that are shown after a failure. */
const LOG_TAIL = 80;

export interface SuiteOptions {
  readonly faults: readonly Fault[];
  readonly scenarios: readonly Scenario[];
  readonly table: TableSize;
  readonly scale: Scale;
  readonly progress: Progress;
}

export class Suite {
  readonly #options: SuiteOptions;
  readonly #rows: Row[] = [];
  readonly #scenarios: Summary[] = [];
  /** What went wrong beside the rows, in lines. */
  readonly failures: string[] = [];
  /** What was not run, and why. */
  readonly skipped: string[] = [];
  #finished = false;

  constructor(options: SuiteOptions) {
    this.#options = options;
  }

  /** One for each router. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** One for each fault that came to an end. */
  get summaries(): Summary[] {
    return [...summaries(this.#rows), ...this.#scenarios];
  }

  /** Everything was run and nothing was wrong. */
  get passed(): boolean {
    return (
      this.#finished &&
      this.failures.length === 0 &&
      this.summaries.every(({ outcome }) => outcome !== "FAILED")
    );
  }

  async run(): Promise<void> {
    const { faults, scenarios } = this.#options;
    for (const kind of BED_KINDS) {
      const of = faults.filter(({ bed = "plain" }) => bed === kind);
      const problem = kind === "clock" ? clockProblem() : undefined;
      if (problem === undefined) await this.#faults(kind, of);
      else this.skipped.push(...of.map(({ name }) => `${name}: not run, ${problem}`));
    }
    for (const scenario of scenarios) await this.#scenario(scenario);
    this.#finished = true;
  }

  /** One bed for faults that can share it; a fault that leaves it broken makes room for a new one. */
  async #faults(kind: BedKind, faults: readonly Fault[]): Promise<void> {
    const { progress, scale, table } = this.#options;
    const left = [...faults];
    while (left.length > 0) {
      await this.#inLab("f", async (lab) => {
        progress.begin(left[0]?.name ?? "", `starting routers with ${table.ipv4 + table.ipv6} routes each`);
        let bed: Bed;
        let judge: Judge | undefined;
        try {
          const limit = scale.quick ? BED_LIMIT_SECONDS.quick : BED_LIMIT_SECONDS.full;
          const starting = this.#startBed(lab, kind, (started) => (judge = started));
          bed = await within(limit * 1000, () => progress.waitingFor, starting);
        } catch (error) {
          // The next one gets a bed of its own.
          this.#fail(left.shift()?.name ?? "", error, lab);
          await judge?.close();
          return;
        }
        try {
          for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
            if (judge === undefined || !(await this.#fault(fault, bed, judge, lab))) return;
          }
        } finally {
          await judge?.close();
        }
      });
    }
  }

  async #startBed(lab: Lab, kind: BedKind, onJudge: (judge: Judge) => void): Promise<Bed> {
    const { table, progress } = this.#options;
    const bed = await Bed.start(lab, { table, kind, progress });
    const judge = new Judge(bed);
    onJudge(judge);
    await judge.settle();
    return bed;
  }

  /** Whether the bed is as good as before. */
  async #fault(fault: Fault, bed: Bed, judge: Judge, lab: Lab): Promise<boolean> {
    const { progress, scale } = this.#options;
    progress.begin(fault.name, fault.title);
    const strike = async (): Promise<Row[]> => {
      await judge.begin();
      progress.step("the end of the fault");
      const liftedAt = await fault.strike(bed, scale);
      progress.say("over, now the routers and ingest are asked");
      return (await judge.judge(liftedAt)).map((verdict) => rowOf(fault, verdict));
    };
    const limit =
      (fault.seconds?.(scale) ?? FAULT_SECONDS) +
      (scale.quick ? ROW_LIMIT_SECONDS.quick : ROW_LIMIT_SECONDS.full);
    try {
      const found = await within(limit * 1000, () => progress.waitingFor, strike());
      this.#rows.push(...found);
      progress.say(`\n${tableText(found)}`);
      for (const { daemon, holdTime, notes } of found) {
        for (const note of notes) progress.say(`${daemon} ${holdTime} s: ${note}`);
      }
      if (found.some(({ outcome }) => outcome === "FAILED")) {
        progress.say(`${lab.logs()}\n--- agent's own log\n${bed.agentLog(LOG_TAIL)}`);
        return false;
      }
      if (fault.restore !== undefined) {
        progress.step("the bed to be as before");
        const restoring = fault.restore(bed).then(() => judge.settle());
        await within(limit * 1000, () => progress.waitingFor, restoring);
      }
      return true;
    } catch (error) {
      this.#fail(fault.name, error, lab);
      progress.say(`--- agent's own log\n${bed.agentLog(LOG_TAIL)}`);
      return false;
    }
  }

  async #scenario(scenario: Scenario): Promise<void> {
    const { progress, scale } = this.#options;
    await this.#inLab("b", async (lab) => {
      progress.begin(scenario.name, scenario.title);
      try {
        const work = scenario.run(lab, scale, progress);
        const limit = scenario.seconds(scale) * 1000;
        const found = summaryOf(scenario, await within(limit, () => progress.waitingFor, work));
        this.#scenarios.push(found);
        progress.say(`${found.outcome}: ${found.notes.join("; ")}`);
        if (found.outcome === "FAILED") progress.say(lab.logs());
      } catch (error) {
        this.#fail(scenario.name, error, lab);
      }
    });
  }

  async #inLab(label: string, body: (lab: Lab) => Promise<void>): Promise<void> {
    const lab = new Lab(label);
    try {
      await body(lab);
    } catch (error) {
      this.#fail("the suite", error, lab);
    }
    const { progress } = this.#options;
    progress.step("the lab's processes and namespaces to go");
    await within(CLEAN_UP_LIMIT_SECONDS * 1000, () => progress.waitingFor, lab.close()).catch(
      (error: unknown) => this.#fail("the suite", error),
    );
  }

  #fail(name: string, error: unknown, lab?: Lab): void {
    const text = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    this.failures.push(text);
    const stack = error instanceof Error && !(error instanceof LateError) ? `\n${error.stack ?? ""}` : "";
    this.#options.progress.say(`FAILED: ${text}${stack}`);
    if (lab !== undefined) this.#options.progress.say(lab.logs());
  }
}
