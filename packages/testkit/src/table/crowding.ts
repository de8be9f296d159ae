import type { Random } from "../random.ts";
import type { Layout } from "./layout.ts";

/** How much of its blocks a table fills at most before more prefixes than usual lie within others. */
const FILLED_SHARE = 0.8;

/** From as many bits behind the block on, prefixes are spread as crowded as the block is. */
export const CROWDING_BITS = 8;

/** How full each block is to be, as measured: most hold little, some are full. */
export function crowding(
  { mix: measured, blockLength }: Layout,
  random: Random,
  blocks: Uint32Array,
  short: readonly (readonly [number, number])[],
): Float64Array {
  const weights = new Float64Array(blocks.length);
  let nextShort = 0;
  let coveredTo = 0;
  for (const [index, block] of blocks.entries()) {
    for (; nextShort < short.length && short[nextShort]![0] <= block; nextShort += 1) {
      const [start, length] = short[nextShort]!;
      coveredTo = Math.max(coveredTo, start + 2 ** (blockLength - length));
    }
    let left = random.float() * measured.blocks;
    let below = 0;
    for (const [most, share] of measured.occupancy) {
      weights[index] = below + 1 + random.below(most - below);
      if (left < share) break;
      left -= share;
      below = most;
    }
    if (block < coveredTo) weights[index]! *= measured.coveredCrowding;
  }
  return weights;
}

/** How many prefixes lie within others although there is room: more than usual where the blocks would be too full. */
export function nestedShare(
  layout: Layout,
  blocks: number,
  wanted: Iterable<readonly [number, number]>,
): number {
  let needed = 0;
  for (const [length, prefixes] of wanted) {
    if (length > layout.blockLength) needed += prefixes * 2 ** (layout.blockLength - length);
  }
  return Math.max(layout.nestedShare, 1 - (FILLED_SHARE * blocks) / Math.max(1, needed));
}

/** What part of all that is left each block takes, for prefixes that prefer crowded blocks more or less. */
export interface WeightClass {
  share(index: number): number;
}

/** By bits behind the block: half a block is as likely in an empty block as in a crowded one. */
export function weightClasses(weights: Float64Array): WeightClass[] {
  return Array.from({ length: CROWDING_BITS + 1 }, (_, bits) => {
    const exponent = Math.min(1, bits / CROWDING_BITS);
    const each = weights.map((weight) => weight ** exponent);
    const left = new Float64Array(weights.length + 1);
    for (let index = weights.length - 1; index >= 0; index -= 1)
      left[index] = left[index + 1]! + each[index]!;
    return { share: (index) => (index >= weights.length - 1 ? 1 : each[index]! / left[index]!) };
  });
}
