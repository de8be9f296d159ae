/** Anything that gives numbers out of a seed: 0 <= value < 1, as Math.random does. */
export type RandomSource = () => number;

/**
 * Mixes up to three numbers into an unsigned 32-bit one, so that each place of a table has its own seed and can be
 * made without making what stands before it. Not for secrets.
 */
export function mix(a: number, b = 0, c = 0): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + b, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + c, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A small fast generator (a 32-bit Weyl sequence through a mixer). The same seed gives the same numbers for ever. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Starts anew; cheaper than another object on hot paths. */
  reseed(seed: number): void {
    this.#state = seed >>> 0;
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** 0 <= value < 1. */
  float(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer, 0 <= value < limit; limit is at most 2^32. */
  below(limit: number): number {
    return Math.floor(this.float() * limit);
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** Exponentially distributed, with this mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.float()) * mean;
  }
}
