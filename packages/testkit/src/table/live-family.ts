import type { Family } from "@netferry/bgp";
import type { PrefixSet } from "./prefix-set.ts";
import { groupOf } from "./groups.ts";
import type { TableFamily } from "./route-table.ts";

/** Stands for "withdrawn" where else the variant of a route's attributes is. */
export const WITHDRAWN = 0xffff_ffff;

/** A run of neighbouring routes of one group that have the same variant now. */
export interface RouteRun {
  readonly group: number;
  readonly variant: number;
  readonly first: number;
  readonly end: number;
}

/** What has become of one family's routes. Costs memory from the first change on. */
export class LiveFamily {
  readonly prefixes: PrefixSet;
  readonly groups: Uint32Array;
  /** By prefix: which variant of its group's attributes it has, 0 at first, or WITHDRAWN. */
  #variants = new Uint32Array(0);
  /** By prefix: the variant that it had when it was withdrawn. */
  #before = new Uint32Array(0);
  /** By prefix: the epoch of its last change, 0 for none. */
  #changedAt = new Uint32Array(0);
  #present: number;

  constructor({ prefixes, groups }: TableFamily) {
    this.prefixes = prefixes;
    this.groups = groups;
    this.#present = prefixes.size;
  }

  get family(): Family {
    return this.prefixes.family;
  }

  /** Routes that are there now. */
  get present(): number {
    return this.#present;
  }

  get changed(): boolean {
    return this.#variants.length > 0;
  }

  variantOf(index: number): number {
    return this.#variants[index] ?? 0;
  }

  /** The last variant that a route had before it was withdrawn. */
  variantBefore(index: number): number {
    return this.#before[index] ?? 0;
  }

  change(index: number, variant: number, epoch: number): void {
    if (!this.changed) {
      const { size } = this.prefixes;
      this.#variants = new Uint32Array(size);
      this.#before = new Uint32Array(size);
      this.#changedAt = new Uint32Array(size);
    }
    const now = this.#variants[index]!;
    if (now !== WITHDRAWN && variant === WITHDRAWN) {
      this.#before[index] = now;
      this.#present -= 1;
    }
    if (now === WITHDRAWN && variant !== WITHDRAWN) this.#present += 1;
    this.#variants[index] = variant;
    this.#changedAt[index] = epoch;
  }

  /** The prefixes that changed after an epoch, in order. Lazy: a change meanwhile may be among them or not. */
  *changedSince(epoch: number): Generator<number, void> {
    for (let index = 0; index < this.#changedAt.length; index += 1) {
      if (this.#changedAt[index]! > epoch) yield index;
    }
  }

  /** Every route that is there, in runs that share one attribute set. Lazy, as changedSince is. */
  *runs(): Generator<RouteRun, void> {
    const { groups } = this;
    for (let group = 0; group + 1 < groups.length; group += 1) {
      const groupEnd = groups[group + 1]!;
      for (let first = groups[group]!; first < groupEnd;) {
        const variant = this.variantOf(first);
        let end = first + 1;
        while (end < groupEnd && this.variantOf(end) === variant) end += 1;
        if (variant !== WITHDRAWN) yield { group, variant, first, end };
        first = end;
      }
    }
  }

  groupOf(index: number): number {
    return groupOf(this.groups, index);
  }
}
