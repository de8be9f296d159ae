import type { Family } from "@netferry/bgp";
import { IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import type { Random } from "../random.ts";
import type { BlockRange } from "./address-space.ts";
import { IPV6_RANGES, ipv4Ranges } from "./address-space.ts";
import { IPV4_MIX, IPV6_MIX } from "./measured-mix.ts";
import type { PrefixMix } from "./mix.ts";
import { apportion, pickRuns } from "./spread.ts";

/** Blocks at the very end of the space that only take what found no room before. */
const SPARE_BLOCKS = 256;

/** How much of a range is taken at most. */
const RANGE_SHARE = 0.9;

/** How one family is laid out: see address-space.ts for blocks. */
export interface Layout {
  readonly family: Family;
  readonly mix: PrefixMix;
  readonly blockLength: 16 | 32;
  readonly ranges: readonly BlockRange[];
  /** How many prefixes may lie within longer ones of their block although there is room beside them. */
  readonly nestedShare: number;
}

/** @throws RangeError for a family other than IPv4 and IPv6 unicast */
export function layoutOf(family: Family): Layout {
  switch (family) {
    case IPV4_UNICAST:
      return { family, mix: IPV4_MIX, blockLength: 16, ranges: ipv4Ranges(), nestedShare: 0.1 };
    case IPV6_UNICAST:
      return { family, mix: IPV6_MIX, blockLength: 32, ranges: IPV6_RANGES, nestedShare: 0.45 };
    default:
      throw new RangeError(`prefixes of family ${family} cannot be generated`);
  }
}

/** The blocks behind all others, which are kept free for what found no room. */
export function spareBlocks({ ranges }: Layout): BlockRange {
  const last = ranges.at(-1);
  if (last === undefined) return { first: 0, size: 0 };
  return { first: last.first + last.size - SPARE_BLOCKS, size: SPARE_BLOCKS };
}

/**
 * Picks about `count` aligned groups of `size` blocks, in order, spread over the ranges as measured; leaves out a part
 * of each range, and the spare blocks at the end.
 */
export function spreadBlocks(
  layout: Layout,
  random: Random,
  wanted: { readonly count: number; readonly size: number; readonly adjacency: number },
  take: (block: number) => void,
): void {
  const { count, size, adjacency } = wanted;
  const { mix: measured, ranges } = layout;
  const spare = spareBlocks(layout).first;
  const shares = apportion(count, measured.ranges);
  for (const [index, range] of ranges.entries()) {
    const first = Math.ceil(range.first / size);
    const end = Math.floor(Math.min(range.first + range.size, spare) / size);
    const groups = Math.max(0, end - first);
    const share = Math.min(shares[index]!, Math.ceil(RANGE_SHARE * groups));
    pickRuns(share, groups, adjacency, random, (place) => take((first + place) * size));
  }
}

/** The block at some place of all ranges together. */
export function blockAt(ranges: readonly BlockRange[], index: number): number {
  let left = index;
  for (const { first, size } of ranges) {
    if (left < size) return first + left;
    left -= size;
  }
  throw new RangeError(`block ${index} is beyond the ranges`);
}
