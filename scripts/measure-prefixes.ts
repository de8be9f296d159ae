/**
 * Measures what the testkit's table generator imitates: lengths of prefixes and how they cluster, in a list of
 * prefixes of a full table (one a line, plain or gzip). Only frequencies are kept, no prefix.
 *
 *   node scripts/measure-prefixes.ts ../shared/data/prefixes.txt.gz
 *   oxfmt --write packages/testkit/src/table/measured-mix.ts
 */
import { writeFile } from "node:fs/promises";
import { IPV4_UNICAST, IPV6_UNICAST } from "../packages/bgp/src/index.ts";
import type { BlockRange } from "../packages/testkit/src/table/address-space.ts";
import { IPV6_RANGES, ipv4Ranges } from "../packages/testkit/src/table/address-space.ts";
import type { PrefixMix } from "../packages/testkit/src/table/mix.ts";
import { readPrefixFile } from "../packages/testkit/src/table/prefix-file.ts";
import { lowerBound } from "../packages/testkit/src/table/spread.ts";
import type { PrefixSet } from "../packages/testkit/src/table/prefix-set.ts";

const OUTPUT = new URL("../packages/testkit/src/table/measured-mix.ts", import.meta.url);

interface Measured {
  readonly block: number;
  /** The 32 bits behind the block, or 16 for IPv4. */
  readonly tail: number;
  readonly length: number;
}

function* measured(set: PrefixSet, blockLength: 16 | 32): Generator<Measured> {
  for (let index = 0; index < set.size; index += 1) {
    const nlri = set.nlri(index);
    const octets = new Uint8Array(8);
    octets.set(nlri.subarray(1, 9));
    const view = new DataView(octets.buffer);
    if (blockLength === 16) yield { block: view.getUint16(0), tail: view.getUint16(2), length: nlri[0]! };
    else yield { block: view.getUint32(0), tail: view.getUint32(4), length: nlri[0]! };
  }
}

function measure(set: PrefixSet, blockLength: 16 | 32, ranges: readonly BlockRange[]): PrefixMix {
  const lengths = new Map<number, number>();
  const occupancy = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const short: Measured[] = [];
  for (const prefix of measured(set, blockLength)) {
    lengths.set(prefix.length, (lengths.get(prefix.length) ?? 0) + 1);
    if (prefix.length <= blockLength) short.push(prefix);
    else occupancy.set(prefix.block, (occupancy.get(prefix.block) ?? 0) + 1);
    // Longer ones are few, and their place would not fit into a number.
    if (prefix.length <= Math.min(2 * blockLength, 52)) {
      const spare = 2 * blockLength - prefix.length;
      const place =
        Math.floor((prefix.block * 2 ** blockLength) / 2 ** spare) + Math.floor(prefix.tail / 2 ** spare);
      let known = places.get(prefix.length);
      if (known === undefined) places.set(prefix.length, (known = new Set()));
      known.add(place);
    }
  }
  const blocks = [...occupancy.keys()].sort((a, b) => a - b);
  const empty = short.filter(({ block, length }) => {
    const end = block + 2 ** (blockLength - length);
    const next = lowerBound(blocks, block);
    return next === blocks.length || blocks[next]! >= end;
  });
  return {
    total: set.size,
    blocks: blocks.length,
    adjacency: [...places].sort(([a], [b]) => a - b).map(([length, known]) => [length, adjacency(known)]),
    blockAdjacency: adjacency(new Set(blocks)),
    emptyShare: round(empty.length / Math.max(1, short.length)),
    coveredCrowding: coveredCrowding(occupancy, short, blockLength),
    lengths: [...lengths].sort(([a], [b]) => a - b),
    occupancy: histogram([...occupancy.values()]),
    ranges: ranges.map(
      ({ first, size }) => blocks.filter((block) => block >= first && block < first + size).length,
    ),
  };
}

function coveredCrowding(
  occupancy: ReadonlyMap<number, number>,
  short: readonly Measured[],
  blockLength: number,
): number {
  const covers = new Map<number, Set<number>>();
  for (const { block, length } of short) {
    const size = 2 ** (blockLength - length);
    const starts = covers.get(size) ?? new Set();
    covers.set(size, starts.add(block));
  }
  let [inCovered, covered, inOther, other] = [0, 0, 0, 0];
  for (const [block, prefixes] of occupancy) {
    if ([...covers].some(([size, starts]) => starts.has(Math.floor(block / size) * size))) {
      inCovered += prefixes;
      covered += 1;
    } else {
      inOther += prefixes;
      other += 1;
    }
  }
  return round(inCovered / Math.max(1, covered) / (inOther / Math.max(1, other)));
}

function adjacency(places: ReadonlySet<number>): number {
  let next = 0;
  for (const place of places) if (places.has(place + 1)) next += 1;
  return round(next / places.size);
}

/** Bins that grow by a quarter each. */
function histogram(values: readonly number[]): [number, number][] {
  const sorted = [...values].sort((a, b) => a - b);
  const bins: [number, number][] = [];
  let low = 0;
  for (let most = 1; low < sorted.length; most = Math.max(most + 1, Math.floor(most * 1.25))) {
    const high = lowerBound(sorted, most + 1);
    if (high > low) bins.push([most, high - low]);
    low = high;
  }
  return bins;
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node scripts/measure-prefixes.ts FILE (one prefix a line, plain or .gz)");
  process.exit(2);
}
const sets = await readPrefixFile(path);
const found = new Map(sets.map((set) => [set.family, set]));
const ipv4 = found.get(IPV4_UNICAST);
const ipv6 = found.get(IPV6_UNICAST);
if (ipv4 === undefined || ipv6 === undefined) {
  console.error(`${path}: has no prefixes of one of the two families; measure a file with both`);
  process.exit(1);
}
const text = `/** Made by scripts/measure-prefixes.ts out of a full table's prefixes; frequencies only. */
import type { PrefixMix } from "./mix.ts";

export const IPV4_MIX: PrefixMix = ${JSON.stringify(measure(ipv4, 16, ipv4Ranges()))};

export const IPV6_MIX: PrefixMix = ${JSON.stringify(measure(ipv6, 32, IPV6_RANGES))};
`;
await writeFile(OUTPUT, text);
