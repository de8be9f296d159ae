/** What can befall an ingest. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ensure, eventually } from "../../interop/lib/wait.ts";
import type { Bed } from "./bed.ts";
import type { Fault } from "./fault.ts";
import { fillUp } from "./full-disk.ts";

/** Of a slow ingest: it runs for one part of the time and stands still for nine. */
const SLOW_RUN_MS = 40;
const SLOW_STAND_MS = 360;

async function restarted(bed: Bed, end: "kill" | "stop"): Promise<number> {
  const { program } = bed.holder;
  await program[end]();
  program.start();
  const startedAt = performance.now();
  await bed.holder.ready();
  return startedAt;
}

/** The first ingest is to be the only one again, with all sessions. */
async function backToFirst(bed: Bed): Promise<void> {
  if (!bed.first.program.runs) bed.first.program.start();
  await bed.first.ready();
  bed.holder = bed.first;
  await bed.second.program.stop();
  await eventually("the first ingest has all sessions again", async () => {
    for (const router of bed.routers) {
      const { state } = await bed.first.device(router.name);
      ensure(state === "established", `${router.name} is ${state}`);
    }
  });
}

export const INGEST_FAULTS: readonly Fault[] = [
  {
    name: "kill-restart",
    title: "ingest kill -9, restarted",
    mixes: true,
    strike: (bed) => restarted(bed, "kill"),
  },
  {
    name: "kill-other",
    title: "ingest kill -9, another takes over",
    async strike(bed) {
      // It stands by already, and has never heard of the sessions.
      bed.second.program.start();
      await bed.second.ready();
      await bed.first.program.kill();
      bed.holder = bed.second;
      return performance.now();
    },
    restore: backToFirst,
  },
  {
    name: "drain",
    title: "ingest drained and restarted once",
    mixes: true,
    strike: (bed) => restarted(bed, "stop"),
  },
  {
    name: "drain-repeated",
    title: "ingest drained and restarted 20 times (quick: 5)",
    seconds: ({ quick }) => (quick ? 150 : 600),
    async strike(bed, { quick }) {
      let startedAt = 0;
      const rounds = quick ? 5 : 20;
      for (let round = 1; round <= rounds; round += 1) {
        bed.progress.step(`drain ${round} of ${rounds}`);
        startedAt = await restarted(bed, "stop");
      }
      return startedAt;
    },
  },
  {
    name: "frozen",
    title: "ingest frozen for 60 s (quick: 15 s)",
    mixes: true,
    seconds: ({ quick }) => (quick ? 15 : 60),
    async strike(bed, { quick }) {
      const { process } = bed.holder.program;
      process.signal("SIGSTOP");
      await sleep(quick ? 15_000 : 60_000);
      process.signal("SIGCONT");
      return performance.now();
    },
  },
  {
    name: "slow",
    title: "ingest at a tenth of its speed for 60 s (quick: 15 s)",
    mixes: true,
    seconds: ({ quick }) => (quick ? 15 : 60),
    async strike(bed, { quick }) {
      const { process } = bed.holder.program;
      const until = performance.now() + (quick ? 15_000 : 60_000);
      while (performance.now() < until) {
        process.signal("SIGSTOP");
        await sleep(SLOW_STAND_MS);
        process.signal("SIGCONT");
        await sleep(SLOW_RUN_MS);
      }
      return performance.now();
    },
  },
  {
    name: "ingest-disk-full",
    title: "ingest's disk full while it is drained",
    async strike(bed) {
      const release = fillUp(bed.ingestDisk);
      await sleep(3_000);
      await bed.holder.program.stop();
      release();
      bed.holder.program.start();
      const startedAt = performance.now();
      await bed.holder.ready();
      return startedAt;
    },
  },
  {
    name: "snapshot-truncated",
    title: "snapshot cut to a half before the start",
    async strike(bed) {
      const { program, place } = bed.holder;
      await program.stop();
      const file = join(place.dataDir, "routes.snapshot");
      const bytes = readFileSync(file);
      ensure(bytes.length > 1000, `${file} has only ${bytes.length} bytes`);
      writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
      program.start();
      const startedAt = performance.now();
      await bed.holder.ready();
      return startedAt;
    },
  },
  {
    name: "takeover-no-refresh",
    title: "ingest kill -9, devices without route refresh",
    bed: "no-refresh",
    restartsOnce: "without route refresh the routes are had by one clean restart of the session",
    async strike(bed) {
      const startedAt = await restarted(bed, "kill");
      const told = "can't be asked for its routes again (no route refresh)";
      await eventually("the line about each restart", () => {
        const lines = bed.holder.program
          .log()
          .split("\n")
          .filter((line) => line.includes(told));
        for (const { name } of bed.routers) {
          const count = lines.filter((line) => line.includes(`"${name}"`)).length;
          ensure(count === 1, `${count} lines about ${name}`);
        }
      });
      return startedAt;
    },
  },
];
