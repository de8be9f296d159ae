import { mix, Random } from "../random.ts";

/** Most AS numbers in a generated path, prepends included. */
export const MAX_PATH_LENGTH = 24;

/** Large transit networks, as they stand in the middle of most paths. */
const TIER_1: readonly number[] = [
  174, 701, 1299, 2914, 3257, 3320, 3356, 3491, 5511, 6453, 6461, 6762, 6830, 6939, 7018, 12956,
];

/** How many distinct ASes a path has: [ASes, share of a thousand paths]. */
const PATH_LENGTHS: readonly (readonly [number, number])[] = [
  [1, 3],
  [2, 55],
  [3, 300],
  [4, 350],
  [5, 190],
  [6, 75],
  [7, 22],
  [8, 5],
];

const UPSTREAMS = 6;
const TRANSITS = 900;
/** Prefixes that an AS originates on average. */
const PREFIXES_PER_ORIGIN = 14;
/** How unevenly prefixes fall to origins: some originate thousands, most a few. */
const ORIGIN_SKEW = 2.2;

/** One path, reused: the sequence, and the AS_SET that may stand behind it. */
export class GeneratedPath {
  readonly asns = new Uint32Array(MAX_PATH_LENGTH);
  length = 0;
  readonly set = new Uint32Array(4);
  setLength = 0;
}

/**
 * A made-up topology with the proportions of the real one: a few upstreams, large transit networks, transit networks
 * that each origin buys from, and origins. What it gives depends on the seed and its arguments alone.
 */
export class AsTopology {
  readonly #seed: number;
  readonly #origins: number;
  readonly #upstreams: Uint32Array;
  readonly #transits: Uint32Array;

  constructor(seed: number, prefixes: number) {
    this.#seed = mix(seed, 0x0a5);
    this.#origins = Math.max(1, Math.round(prefixes / PREFIXES_PER_ORIGIN));
    const random = new Random(this.#seed);
    this.#upstreams = Uint32Array.from({ length: UPSTREAMS }, () => TIER_1[random.below(TIER_1.length)]!);
    this.#transits = Uint32Array.from({ length: TRANSITS }, () => asNumber(random.uint32(), 0.8));
  }

  /** The AS that originates the prefixes of some place of the table; a few originate at thousands of places. */
  originOf(place: number): number {
    const uniform = mix(this.#seed, place, 7) / 0x1_0000_0000;
    const index = Math.floor(this.#origins * uniform ** ORIGIN_SKEW);
    return asNumber(mix(this.#seed, index, 11), 0.55);
  }

  /** A way to an origin, out of the numbers that `random` gives. */
  path(origin: number, random: Random, path: GeneratedPath): void {
    const hops = pathLength(random);
    path.length = 0;
    path.setLength = 0;
    if (hops > 1) {
      push(path, this.#upstreams[Math.floor(UPSTREAMS * random.float() ** 2)]!, origin);
    }
    for (let hop = 1; hop < hops - 1; hop += 1) {
      push(path, this.#transit(origin, hop, hops, random), origin);
    }
    if (path.length > 0 && random.chance(0.03)) repeat(path, 1 + random.below(2));
    path.asns[path.length] = origin;
    path.length += 1;
    if (random.chance(0.12)) repeat(path, 1 + Math.floor(random.exponential(1.8)));
    if (random.chance(0.001)) {
      path.setLength = 2 + random.below(3);
      for (let index = 0; index < path.setLength; index += 1) {
        path.set[index] = asNumber(random.uint32(), 0.5);
      }
    }
  }

  #transit(origin: number, hop: number, hops: number, random: Random): number {
    // The last one before the origin is one of its few providers.
    if (hop === hops - 2) return this.#transits[mix(this.#seed, origin, random.below(3)) % TRANSITS]!;
    if (random.chance(0.6)) return TIER_1[random.below(TIER_1.length)]!;
    return this.#transits[Math.floor(TRANSITS * random.float() ** 2)]!;
  }
}

function pathLength(random: Random): number {
  let left = random.below(1000);
  for (const [hops, share] of PATH_LENGTHS) {
    if (left < share) return hops;
    left -= share;
  }
  return 4;
}

/** Appends an AS that the path does not have yet and that is not its origin; a loop would be no path. */
function push(path: GeneratedPath, asn: number, origin: number): void {
  if (asn === origin) return;
  for (let index = 0; index < path.length; index += 1) if (path.asns[index] === asn) return;
  path.asns[path.length] = asn;
  path.length += 1;
}

function repeat(path: GeneratedPath, times: number): void {
  const last = path.asns[path.length - 1]!;
  // Leaves room for an origin behind a transit network's prepends.
  for (let left = Math.min(times, 8); left > 0 && path.length < MAX_PATH_LENGTH - 2; left -= 1) {
    path.asns[path.length] = last;
    path.length += 1;
  }
}

/** A public AS number out of any number; `short`: the share of those that fit into two octets. */
function asNumber(value: number, short: number): number {
  const place = mix(value, 13);
  if (value < short * 0x1_0000_0000) {
    const asn = 1000 + (place % 62_000);
    return asn === 23_456 ? 23_457 : asn;
  }
  return 131_072 + (place % 270_000);
}
