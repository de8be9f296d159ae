/** The updates that a router with a full table would send, as octets in memory. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Family, IPV4_UNICAST, IPV6_UNICAST, parsePrefix } from "@netferry/bgp";
import type { Rib, RibTable } from "@netferry/rib";

/** Distinct sets of attributes in a full table from one router. */
const ATTRIBUTE_SETS = 180_000;
/** Where the next hop's last octet, which tells devices apart, stands in a set of attributes. */
const DEVICE_OCTET = 10;
const PREFIX_FILE = new URL("../../shared/data/prefixes.txt.gz", import.meta.url);

export type Random = (bound: number) => number;

/** A deterministic stream of whole numbers below `bound`. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * bound);
  };
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

/**
 * The NLRI of a table's prefixes, in order: those of a real table where the file is there, else generated
 * ones.
 */
export function tablePrefixes(family: Family, count: number, random: Random): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  if (existsSync(PREFIX_FILE)) {
    for (const line of gunzipSync(readFileSync(PREFIX_FILE)).toString().trim().split("\n")) {
      const prefix = parsePrefix(line);
      if (prefix?.family === family && found.size < count) found.set(line, prefix.nlri);
    }
  }
  fillUp(found, count, family === IPV6_UNICAST, random);
  return [...found.values()].sort((a, b) => Buffer.compare(a.subarray(1), b.subarray(1)));
}

/** Adds more-specifics of what is there until there are `count`. */
function fillUp(found: Map<string, Uint8Array>, count: number, isIPv6: boolean, random: Random): void {
  const longest = isIPv6 ? 48 : 24;
  const known = [...found.values()];
  while (found.size < count) {
    const bits = longest - (random(2) === 0 ? 0 : random(longest - 16));
    const nlri = Uint8Array.from({ length: 1 + ((bits + 7) >>> 3) }, () => random(256));
    nlri[0] = bits;
    nlri[1] = isIPv6 ? 0x20 + random(13) : 1 + random(223);
    const parent = known[random(known.length)];
    if (parent !== undefined && parent[0]! < bits) nlri.set(parent.subarray(1, 1 + (parent[0]! >>> 3)), 1);
    if ((bits & 7) !== 0) nlri[nlri.length - 1]! &= 0xff << (8 - (bits & 7));
    found.set(nlri.join("."), nlri);
  }
}

/** Updates one behind the other: path attributes, then the NLRI that share them. */
export class Updates {
  readonly family: Family;
  readonly routes: number;
  readonly #octets: Uint8Array;
  /** For each update where its attributes begin, where its NLRI, and where it ends. */
  readonly #bounds: Uint32Array;

  constructor(family: Family, prefixes: readonly Uint8Array[], random: Random) {
    const sets = Array.from({ length: Math.min(ATTRIBUTE_SETS, prefixes.length) }, () =>
      attributeSet(random),
    );
    const octets: number[] = [];
    const bounds: number[] = [];
    for (let index = 0; index < prefixes.length;) {
      bounds.push(octets.length);
      octets.push(...sets[random(sets.length)]!);
      bounds.push(octets.length);
      // Half of the updates of a full table carry one prefix, some carry many.
      const run = random(2) === 0 ? 1 : 1 + random(12);
      for (const prefix of prefixes.slice(index, index + run)) octets.push(...prefix);
      index += run;
      bounds.push(octets.length);
    }
    this.family = family;
    this.routes = prefixes.length;
    this.#octets = Uint8Array.from(octets);
    this.#bounds = Uint32Array.from(bounds);
  }

  /** Makes them the updates of another device: same paths, another next hop. */
  sendAs(device: number): void {
    for (let i = 0; i < this.#bounds.length; i += 3) this.#octets[this.#bounds[i]! + DEVICE_OCTET] = device;
  }

  announce(rib: Rib, table: RibTable): void {
    const octets = this.#octets;
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i += 3) {
      const id = rib.attributes.intern(octets, bounds[i]!, bounds[i + 1]!);
      table.announce(this.family, octets, bounds[i + 1]!, bounds[i + 2]!, false, id);
      rib.attributes.release(id);
    }
  }

  withdraw(table: RibTable): void {
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i += 3) {
      table.withdraw(this.family, this.#octets, bounds[i + 1]!, bounds[i + 2]!, false);
    }
  }
}

/** Origin, next hop, an AS path of 2 to 7, up to 6 communities. */
function attributeSet(random: Random): number[] {
  const hops = 2 + random(6);
  const communities = random(7);
  const octets = (count: number): number[] => Array.from({ length: count * 4 }, () => random(256));
  const path = [0x40, 2, 2 + hops * 4, 2, hops, ...octets(hops)];
  const tail = communities === 0 ? [] : [0xc0, 8, communities * 4, ...octets(communities)];
  return [0x40, 1, 1, 0, 0x40, 3, 4, 192, 0, 2, 0, ...path, ...tail];
}

/** Addresses in prefixes chosen at random, host bits at random. */
export function addressesIn(
  prefixes: readonly Uint8Array[],
  octets: 4 | 16,
  count: number,
  random: Random,
): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const prefix = prefixes[random(prefixes.length)]!;
    const address = Uint8Array.from({ length: octets }, () => random(256));
    for (let bit = 0; bit < prefix[0]!; bit++) {
      const mask = 0x80 >>> (bit & 7);
      address[bit >>> 3] = (address[bit >>> 3]! & ~mask) | (prefix[1 + (bit >>> 3)]! & mask);
    }
    return address;
  });
}

export const FAMILY_TEXT = new Map<Family, string>([
  [IPV4_UNICAST, "IPv4"],
  [IPV6_UNICAST, "IPv6"],
]);
