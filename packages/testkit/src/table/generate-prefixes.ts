import type { Family } from "@netferry/bgp";
import { mix, Random } from "../random.ts";
import { CROWDING_BITS, crowding, nestedShare, weightClasses } from "./crowding.ts";
import { blockAt, type Layout, layoutOf, spareBlocks, spreadBlocks } from "./layout.ts";
import type { PrefixSet } from "./prefix-set.ts";
import { PrefixSetBuilder } from "./prefix-set.ts";
import { apportion, lowerBound, pickRuns } from "./spread.ts";

/** Most generated prefixes of one family: what still looks like a table, several times today's. */
export const MAX_GENERATED_PREFIXES = 4_000_000;

/** A prefix as one number that sorts in table order: bits behind the block, left-aligned in 32, then the length. */
const LENGTH_FACTOR = 256;

/**
 * Prefixes like those of a full table: its mix of lengths, its blocks that are full beside blocks that hold little,
 * its runs of neighbours. In address order, all different, none of a special range. The same family, count and seed
 * give the same prefixes for ever.
 * @throws RangeError for a count beyond MAX_GENERATED_PREFIXES
 */
export function generatePrefixes(family: Family, count: number, seed: number): PrefixSet {
  if (!Number.isInteger(count) || count < 0 || count > MAX_GENERATED_PREFIXES) {
    throw new RangeError(`${count} prefixes cannot be generated, 0 to ${MAX_GENERATED_PREFIXES} can`);
  }
  return new Generation(layoutOf(family), count, new Random(mix(seed, family, 1))).run();
}

class Generation {
  readonly #layout: Layout;
  readonly #random: Random;
  readonly #builder: PrefixSetBuilder;
  /** How many prefixes there are to be of each length. */
  readonly #wanted: Map<number, number>;
  readonly #adjacency: ReadonlyMap<number, number>;
  readonly #nlri = new Uint8Array(17);
  #keys = new Float64Array(256);

  constructor(layout: Layout, count: number, random: Random) {
    this.#layout = layout;
    this.#random = random;
    this.#adjacency = new Map(layout.mix.adjacency);
    this.#builder = new PrefixSetBuilder(layout.family, { capacity: count, distinct: true });
    const lengths = layout.mix.lengths.map(([length]) => length);
    const shares = apportion(
      count,
      layout.mix.lengths.map(([, prefixes]) => prefixes),
    );
    this.#wanted = new Map(lengths.map((length, index) => [length, shares[index]!]));
  }

  run(): PrefixSet {
    const { blockLength } = this.#layout;
    let long = 0;
    for (const [length, wanted] of this.#wanted) if (length > blockLength) long += wanted;
    const blocks = this.#blocks(long);
    const short = this.#shortPrefixes(blocks);
    this.#longPrefixes(blocks, short);
    return this.#builder.finish();
  }

  /** The blocks that hold longer prefixes, in order, spread over the ranges as measured. */
  #blocks(long: number): Uint32Array {
    const { mix: measured, blockLength } = this.#layout;
    if (long === 0) return new Uint32Array(0);
    let measuredLong = 0;
    for (const [length, prefixes] of measured.lengths) if (length > blockLength) measuredLong += prefixes;
    const total = Math.max(1, Math.round((measured.blocks * long) / measuredLong));
    const blocks: number[] = [];
    const wanted = { count: total, size: 1, adjacency: measured.blockAdjacency };
    spreadBlocks(this.#layout, this.#random, wanted, (block) => blocks.push(block));
    return Uint32Array.from(blocks);
  }

  /** Prefixes no longer than a block, as [block, length], in table order. Those that find no place are wanted longer. */
  #shortPrefixes(blocks: Uint32Array): [number, number][] {
    const { mix: measured, blockLength, ranges } = this.#layout;
    const short: [number, number][] = [];
    const space = ranges.reduce((sum, { size }) => sum + size, 0);
    let missing = 0;
    for (const [length, wanted] of this.#wanted) {
      if (length > blockLength || wanted === 0) continue;
      const size = 2 ** (blockLength - length);
      const taken = new Set<number>();
      const take = (block: number): void => {
        const start = Math.floor(block / size) * size;
        const range = ranges.find((each) => start >= each.first && start + size <= each.first + each.size);
        if (range !== undefined && taken.size < wanted) taken.add(start);
      };
      const takeEmpty = (block: number): void => {
        const start = Math.floor(block / size) * size;
        const next = lowerBound(blocks, start);
        if (next === blocks.length || blocks[next]! >= start + size) take(block);
      };
      const covering = Math.round(wanted * (1 - measured.emptyShare));
      // The shortest ones may find no place at all, and no empty one, so tries are bounded.
      for (let tries = 4 * wanted; taken.size < covering && tries > 0 && blocks.length > 0; tries -= 1) {
        take(blocks[this.#random.below(blocks.length)]!);
      }
      const adjacency = this.#adjacency.get(length) ?? 0;
      spreadBlocks(this.#layout, this.#random, { count: wanted - taken.size, size, adjacency }, takeEmpty);
      for (let tries = 20 * wanted; taken.size < wanted && tries > 0; tries -= 1) {
        const block = blockAt(ranges, this.#random.below(space));
        if (tries > 4 * wanted) takeEmpty(block);
        else take(block);
      }
      for (const start of taken) short.push([start, length]);
      missing += wanted - taken.size;
    }
    if (missing > 0) this.#wantLonger(missing);
    return short.sort(([blockA, lengthA], [blockB, lengthB]) => blockA - blockB || lengthA - lengthB);
  }

  /** Puts prefixes without a place to the commonest length, which has places enough. */
  #wantLonger(missing: number): void {
    const commonest = this.#layout.blockLength === 16 ? 24 : 48;
    this.#wanted.set(commonest, (this.#wanted.get(commonest) ?? 0) + missing);
  }

  #longPrefixes(blocks: Uint32Array, short: readonly [number, number][]): void {
    const { blockLength } = this.#layout;
    const nestedPart = nestedShare(this.#layout, blocks.length, this.#wanted);
    const weights = crowding(this.#layout, this.#random, blocks, short);
    // The longest first: crowded blocks are crowded with them, and what covers much goes where little is.
    const lengths = [...this.#wanted].filter(([length]) => length > blockLength).toReversed();
    const classes = weightClasses(weights);
    const share = (length: number, index: number): number =>
      classes[Math.min(length - blockLength, CROWDING_BITS)]!.share(index);
    /** By length: how many prefixes should be out by now, and how many are. */
    const due = new Float64Array(lengths.length);
    const out = new Float64Array(lengths.length);
    const counts = new Map<number, number>();
    let nextShort = 0;
    const fillBlock = (block: number, index: number): void => {
      for (; nextShort < short.length && short[nextShort]![0] <= block; nextShort += 1) {
        this.#add(short[nextShort]![0], 0, short[nextShort]![1]);
      }
      counts.clear();
      const last = index >= blocks.length - 1;
      let room = 1;
      for (const [which, [length, wanted]] of lengths.entries()) {
        due[which]! += (wanted - due[which]!) * share(length, index);
        const places = 2 ** Math.min(length - blockLength, 32);
        const missing = Math.min(places, Math.round(due[which]!) - out[which]!);
        // What finds no room in this block goes to the next one, unless it may lie within others.
        const nested = last ? missing : Math.round(missing * nestedPart + this.#random.float() - 0.5);
        const count = Math.min(missing, Math.floor(room * places) + nested);
        if (count <= 0) continue;
        room = Math.max(0, room - count / places);
        out[which]! += count;
        counts.set(length, count);
      }
      this.#fill(block, counts);
    };
    for (const [index, block] of blocks.entries()) fillBlock(block, index);
    const spare = spareBlocks(this.#layout);
    for (let block = spare.first; block < spare.first + spare.size; block += 1)
      fillBlock(block, blocks.length);
    for (; nextShort < short.length; nextShort += 1) this.#add(short[nextShort]![0], 0, short[nextShort]![1]);
  }

  /** Lays out and adds one block's prefixes: as many of each length as `counts` says. */
  #fill(block: number, counts: ReadonlyMap<number, number>): void {
    const { blockLength } = this.#layout;
    let needed = 0;
    let total = 0;
    for (const [length, count] of counts) {
      needed += count * 2 ** (blockLength - length);
      total += count;
    }
    if (total > this.#keys.length) this.#keys = new Float64Array(2 * total);
    const stretch = Math.max(1, 1 / needed);
    let cursor = 0;
    let filled = 0;
    for (const [length, count] of [...counts].toReversed()) {
      const bits = Math.min(length - blockLength, 32);
      const places = 2 ** bits;
      // Each length has its own part of the block while there is room, as allocations do not overlap; the rest, and
      // what is announced besides its own aggregate, lies anywhere.
      let first = Math.ceil(cursor * places);
      let window = Math.max(count, Math.floor(count * stretch));
      if (first + window > places) {
        first = 0;
        window = places;
      } else {
        cursor = (first + window) / places;
      }
      const unit = 2 ** (32 - bits) * LENGTH_FACTOR;
      pickRuns(count, window, this.#adjacency.get(length) ?? 0, this.#random, (place) => {
        this.#keys[filled] = (first + place) * unit + length;
        filled += 1;
      });
    }
    const sorted = this.#keys.subarray(0, filled).sort();
    for (const key of sorted) this.#add(block, Math.floor(key / LENGTH_FACTOR), key % LENGTH_FACTOR);
  }

  /** @param tail the bits behind the block, left-aligned in 32 */
  #add(block: number, tail: number, length: number): void {
    const nlri = this.#nlri;
    nlri[0] = length;
    if (this.#layout.blockLength === 16) {
      nlri[1] = block >>> 8;
      nlri[2] = block;
      nlri[3] = tail >>> 24;
      nlri[4] = tail >>> 16;
    } else {
      nlri[1] = block >>> 24;
      nlri[2] = block >>> 16;
      nlri[3] = block >>> 8;
      nlri[4] = block;
      nlri[5] = tail >>> 24;
      nlri[6] = tail >>> 16;
      nlri[7] = tail >>> 8;
      nlri[8] = tail;
    }
    this.#builder.add(nlri, 0, 1 + ((length + 7) >>> 3));
  }
}
