/** What can befall the agent, and the clock of all. */
import { setTimeout as sleep } from "node:timers/promises";

import { ensure } from "../../interop/lib/wait.ts";
import type { Bed } from "./bed.ts";
import { FakeClock } from "./fake-clock.ts";
import type { Fault } from "./fault.ts";
import { fillUp } from "./full-disk.ts";

/** Processes see a step of the clock within this time, in milliseconds. */
const STEP_SEEN_MS = 2_000;

/** The clock jumps, and what is made anew afterwards (TLS, timers, labels) has to live with the new time. */
async function stepped(bed: Bed, hours: number): Promise<number> {
  ensure(bed.clock !== undefined, "this bed has no clock that can be stepped");
  bed.clock.step(hours);
  await sleep(STEP_SEEN_MS);
  await bed.path.reset();
  return performance.now();
}

async function clockBack(bed: Bed): Promise<void> {
  bed.clock?.step(0);
  await sleep(STEP_SEEN_MS);
}

export const AGENT_FAULTS: readonly Fault[] = [
  {
    name: "agent-restart",
    title: "agent replaced by a newer process, 5 times (quick: 2)",
    async strike(bed, { quick }) {
      for (let count = 0; count < (quick ? 2 : 5); count += 1) await bed.agent.replace();
      return performance.now();
    },
  },
  {
    name: "agent-disk-full",
    title: "agent's disk full for 30 s (quick: 10 s), a stream reset meanwhile",
    silencesAgent: true,
    async strike(bed, { quick }) {
      const release = fillUp(bed.agentDisk);
      // So that the agent has something to write.
      await bed.path.reset();
      await sleep(quick ? 10_000 : 30_000);
      ensure(bed.agent.runs, `the agent ended: ${bed.agent.process.ended ?? ""}`);
      release();
      return performance.now();
    },
  },
  {
    name: "clock-forward",
    title: "clock an hour forward, then a stream reset",
    bed: "clock",
    strike: (bed) => stepped(bed, 1),
    restore: clockBack,
  },
  {
    name: "clock-back",
    title: "clock an hour back, then a stream reset",
    bed: "clock",
    strike: (bed) => stepped(bed, -1),
    restore: clockBack,
  },
];

/** Why faults of the clock can't be shown here; undefined where they can. */
export function clockProblem(): string | undefined {
  return FakeClock.available ? undefined : "libfaketime is not installed (Debian: libfaketime)";
}
