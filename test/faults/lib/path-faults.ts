/** What can befall the way between agent and ingest. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Bed } from "./bed.ts";
import type { Fault } from "./fault.ts";
import { CLEAR_WIRE, CUT_WIRE, POOR_WIRE } from "./impairment.ts";

/** Connections that are reset for a time are reset so often, in milliseconds. */
const RESET_EVERY_MS = 100;
const CUT_SECONDS = [5, 30, 300] as const;

async function cutSilently(bed: Bed, seconds: number): Promise<number> {
  await bed.path.set(CUT_WIRE);
  await sleep(seconds * 1000);
  await bed.path.set(CLEAR_WIRE);
  return performance.now();
}

async function cutByReset(bed: Bed, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    await bed.path.reset();
    await sleep(RESET_EVERY_MS);
  }
  return performance.now();
}

export const PATH_FAULTS: readonly Fault[] = [
  {
    name: "stream-reset",
    title: "relay connections reset once",
    mixes: true,
    async strike(bed) {
      await bed.path.reset();
      return performance.now();
    },
  },
  ...CUT_SECONDS.flatMap((seconds): Fault[] => {
    const marks = seconds > 30 ? { fullOnly: true as const } : {};
    const mixes = seconds < 30 ? { mixes: true as const } : {};
    return [
      {
        name: `cut-silent-${seconds}`,
        title: `packets dropped for ${seconds} s`,
        ...marks,
        ...mixes,
        seconds: () => seconds,
        strike: (bed) => cutSilently(bed, seconds),
      },
      {
        name: `cut-reset-${seconds}`,
        title: `connections reset for ${seconds} s`,
        ...marks,
        ...mixes,
        seconds: () => seconds,
        strike: (bed) => cutByReset(bed, seconds),
      },
    ];
  }),
  {
    name: "poor-path",
    title: "200 ms round trip, 1 % loss, reordering",
    mixes: true,
    seconds: ({ quick }) => (quick ? 15 : 60),
    async strike(bed, { quick }) {
      await bed.path.set(POOR_WIRE);
      await sleep(quick ? 15_000 : 60_000);
      await bed.path.set(CLEAR_WIRE);
      return performance.now();
    },
  },
  {
    name: "relay-ipv6",
    title: "over an IPv6 relay: connections reset, packets dropped for 5 s, ingest kill -9",
    bed: "ipv6",
    seconds: () => 120,
    async strike(bed) {
      await bed.path.reset();
      await sleep(3_000);
      await cutSilently(bed, 5);
      await sleep(3_000);
      await bed.holder.program.kill();
      bed.holder.program.start();
      const startedAt = performance.now();
      await bed.holder.ready();
      return startedAt;
    },
  },
];
