import { setTimeout as sleep } from "node:timers/promises";

import { SeededRandom } from "../../interop/lib/random.ts";
import type { Fault } from "./fault.ts";

/** Longest pause between two faults of a mix, in milliseconds: often shorter than a recovery. */
const LONGEST_PAUSE_MS = 8_000;

/** Faults in a random order with random pauses for a time; the same seed, the same order. */
export function mixOf(faults: readonly Fault[], seconds: number, seed: number): Fault {
  const candidates = faults.filter(({ mixes }) => mixes === true);
  return {
    name: `mix-${seed}`,
    title: `random mix for ${seconds} s, seed ${seed}`,
    // The last fault may begin just before the end.
    seconds: () => seconds + 120,
    async strike(bed) {
      const random = new SeededRandom(seed);
      const until = performance.now() + seconds * 1000;
      let liftedAt = performance.now();
      while (performance.now() < until) {
        // Inside a mix all faults are short ones.
        const fault = random.pick(candidates);
        bed.progress.step(`${fault.name} in the mix`);
        liftedAt = await fault.strike(bed, { quick: true });
        await sleep(random.integer(0, LONGEST_PAUSE_MS));
      }
      return liftedAt;
    },
  };
}
