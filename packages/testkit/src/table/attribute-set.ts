import type { Random } from "../random.ts";
import type { AsTopology } from "./as-topology.ts";
import { GeneratedPath } from "./as-topology.ts";

/** Most communities of each kind in a generated set. */
export const MAX_COMMUNITIES = 40;
export const MAX_LARGE_COMMUNITIES = 5;

/** Values with which a network tags routes; a prime above MAX_COMMUNITIES. */
const TAGS = 41;

/** Absent in numbers that are otherwise unsigned. */
export const ABSENT = -1;

const LOCAL_PREFERENCES: readonly number[] = [100, 100, 100, 100, 100, 100, 80, 90, 120, 150];

/**
 * The path attributes of one group of routes, before they are encoded; one object is filled again and again. The
 * shares are those of a transit network's table.
 */
export class AttributeSet {
  /** 0 IGP, 1 EGP, 2 INCOMPLETE. */
  origin = 0;
  readonly path = new GeneratedPath();
  /** Which of the table's next hops, a number to be taken modulo their count. */
  nextHop = 0;
  med = ABSENT;
  localPref = 100;
  atomicAggregate = false;
  /** AS number, or ABSENT. */
  aggregator = ABSENT;
  aggregatorAddress = 0;
  readonly communities = new Uint32Array(MAX_COMMUNITIES);
  communityCount = 0;
  /** Three numbers each. */
  readonly largeCommunities = new Uint32Array(3 * MAX_LARGE_COMMUNITIES);
  largeCommunityCount = 0;
  /** A route target (RFC 4360): AS number and value, or ABSENT. */
  routeTarget = ABSENT;
  /** RFC 9234. */
  onlyToCustomer = ABSENT;

  /** Fills the set for routes that `originAsn` originates. `random` is seeded for the set and used for nothing else. */
  generate(originAsn: number, topology: AsTopology, random: Random): void {
    topology.path(originAsn, random, this.path);
    const kind = random.below(1000);
    this.origin = kind < 920 ? 0 : kind < 923 ? 1 : 2;
    this.nextHop = Math.floor(64 * random.float() ** 2);
    this.med = random.chance(0.45) ? med(random) : ABSENT;
    this.localPref = LOCAL_PREFERENCES[random.below(LOCAL_PREFERENCES.length)]!;
    this.atomicAggregate = random.chance(0.03);
    this.aggregator = random.chance(0.07) ? originAsn : ABSENT;
    this.aggregatorAddress = random.uint32();
    this.#generateCommunities(random);
    this.routeTarget = random.chance(0.01) ? random.below(1000) : ABSENT;
    this.onlyToCustomer = random.chance(0.01) ? this.path.asns[0]! : ABSENT;
  }

  #generateCommunities(random: Random): void {
    const { path } = this;
    const kind = random.below(100);
    let count = 0;
    if (kind >= 8) count = 1 + random.below(3);
    if (kind >= 43) count += 3 + random.below(4);
    if (kind >= 83) count += 4 + random.below(8);
    if (kind >= 98) count = 20 + random.below(MAX_COMMUNITIES - 20);
    this.communityCount = count;
    const firstTag = random.below(TAGS);
    for (let index = 0; index < count; index += 1) {
      // A network on the way tags what it carries with one of a few dozen values; no value comes twice.
      const asn = path.asns[Math.min(index >>> 2, path.length - 1)]!;
      const high = asn > 0xffff ? 64_512 + (asn & 1023) : asn;
      const tag = 100 + 10 * ((firstTag + 7 * index) % TAGS);
      this.communities[index] = ((high << 16) | tag) >>> 0;
    }
    this.largeCommunityCount = random.chance(0.12) ? 1 + random.below(MAX_LARGE_COMMUNITIES) : 0;
    for (let index = 0; index < this.largeCommunityCount; index += 1) {
      this.largeCommunities[3 * index] = path.asns[0]!;
      this.largeCommunities[3 * index + 1] = 1 + random.below(4);
      this.largeCommunities[3 * index + 2] = 10 * index + random.below(10);
    }
  }
}

function med(random: Random): number {
  const kind = random.below(10);
  if (kind < 5) return 0;
  return kind < 8 ? 10 * random.below(20) : random.below(5000);
}
