import type { Random } from "../random.ts";

/** Divides `total` by these weights into whole numbers whose sum is exactly `total` (largest remainders). */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum <= 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const whole = exact.map(Math.floor);
  let left = total - whole.reduce((all, part) => all + part, 0);
  const order = exact.map((_, index) => index).sort((a, b) => (exact[b]! % 1) - (exact[a]! % 1) || a - b);
  for (const index of order) {
    if (left <= 0) break;
    whole[index]! += 1;
    left -= 1;
  }
  return whole;
}

/**
 * Picks `count` different places out of `places`, in ascending order, so that a share `adjacency` of them follows
 * directly on another one; the runs that this makes lie anywhere.
 */
export function pickRuns(
  count: number,
  places: number,
  adjacency: number,
  random: Random,
  take: (place: number) => void,
): void {
  let left = Math.min(count, places);
  let free = places - left;
  // Between two runs there is at least one free place.
  let runs = Math.max(1, Math.min(Math.round(left * (1 - adjacency)), free + 1));
  let at = 0;
  for (let first = true; left > 0; runs -= 1, first = false) {
    const least = first ? 0 : 1;
    const most = free - (runs - 1);
    const gap = Math.min(most, least + Math.floor(random.exponential((free - least * runs) / (runs + 1))));
    at += gap;
    free -= gap;
    const longest = left - (runs - 1);
    const mean = left / runs - 1;
    const length = runs === 1 ? left : Math.min(longest, 1 + Math.floor(random.exponential(mean)));
    for (let taken = 0; taken < length; taken += 1) take(at + taken);
    at += length;
    left -= length;
  }
}

/** The first place of a sorted list that holds the value or a larger one; its length where there is none. */
export function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
