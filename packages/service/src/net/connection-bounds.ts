/** Which connections a listener takes: so many in all, so many from one address, and from one address not all the time. */
import { type Rate, TokenBucket } from "../token-bucket.ts";

/** Addresses whose rate is remembered; the one that came longest ago is forgotten first, and begins anew. */
export const MAX_RATED_ADDRESSES = 16_384;

export interface ConnectionLimits {
  /** Connections at once. */
  readonly total: number;
  /** Connections of one address at once. */
  readonly perAddress: number;
  /** New connections of one address. */
  readonly rate: Rate;
  /** Descriptors of this number and above are not for connections. The lowest one that is free is given out first. */
  readonly descriptors: number;
}

/** What a connection would break. */
export type ConnectionBound = "descriptors" | "total" | "address" | "rate";

export class ConnectionBounds {
  readonly limits: ConnectionLimits;
  readonly #now: () => number;
  readonly #open = new Map<string, number>();
  readonly #rates = new Map<string, TokenBucket>();
  #total = 0;

  /** @param now monotonic milliseconds */
  constructor(limits: ConnectionLimits, now: () => number) {
    this.limits = limits;
    this.#now = now;
  }

  get total(): number {
    return this.#total;
  }

  /** Connections of an address that are open. */
  from(address: string): number {
    return this.#open.get(address) ?? 0;
  }

  /** Which bound another connection of the address breaks; where it breaks none, it counts for the address's rate. */
  bound(address: string, descriptor: number): ConnectionBound | undefined {
    if (descriptor >= this.limits.descriptors) return "descriptors";
    if (this.#total >= this.limits.total) return "total";
    if (this.from(address) >= this.limits.perAddress) return "address";
    return this.#rateOf(address).take() ? undefined : "rate";
  }

  opened(address: string): void {
    this.#total += 1;
    this.#open.set(address, this.from(address) + 1);
  }

  closed(address: string): void {
    this.#total -= 1;
    const left = this.from(address) - 1;
    if (left <= 0) this.#open.delete(address);
    else this.#open.set(address, left);
  }

  #rateOf(address: string): TokenBucket {
    const rate = this.#rates.get(address) ?? new TokenBucket(this.#now, this.limits.rate);
    this.#rates.delete(address);
    this.#rates.set(address, rate);
    if (this.#rates.size > MAX_RATED_ADDRESSES) {
      const [oldest = ""] = this.#rates.keys();
      this.#rates.delete(oldest);
    }
    return rate;
  }
}
