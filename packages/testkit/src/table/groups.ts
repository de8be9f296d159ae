import { mix, Random } from "../random.ts";
import type { PrefixSet } from "./prefix-set.ts";
import { MAX_NLRI_RUN } from "./update-writer.ts";

/** Most prefixes that share one attribute set, and so one UPDATE. */
export const MAX_GROUP = 60;

/**
 * Divides prefixes into runs that share their attributes, sized as in a full table: nearly half stand alone, the
 * mean is about five. Gives the first prefix of each group, and the number of prefixes at the end.
 */
export function groupStarts(prefixes: PrefixSet, seed: number): Uint32Array {
  const random = new Random(mix(seed, prefixes.family, 2));
  const { size, offsets } = prefixes;
  const starts = new Uint32Array(size + 1);
  let groups = 0;
  for (let at = 0; at < size; groups += 1) {
    starts[groups] = at;
    let end = Math.min(size, at + groupSize(random));
    while (offsets[end]! - offsets[at]! > MAX_NLRI_RUN) end -= 1;
    at = end;
  }
  starts[groups] = size;
  return starts.slice(0, groups + 1);
}

function groupSize(random: Random): number {
  const kind = random.below(100);
  if (kind < 42) return 1;
  if (kind < 62) return 2;
  if (kind < 73) return 3;
  if (kind < 87) return 4 + random.below(5);
  if (kind < 96) return 9 + random.below(12);
  return 21 + random.below(MAX_GROUP - 20);
}

/** The group that a prefix is in. */
export function groupOf(groups: Uint32Array, index: number): number {
  let low = 0;
  let high = groups.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (groups[middle]! <= index) low = middle;
    else high = middle;
  }
  return low;
}
