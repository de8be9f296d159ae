/** How many connections devices hold, in all and by address, with a bound for each. */

/** Connections that devices may hold at once. */
export const MAX_SESSIONS = 20_000;
/** Connections that one address may hold at once: a router has one, or two while they collide. */
export const MAX_SESSIONS_PER_ADDRESS = 16;

export class ConnectionCounts {
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  from(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  /** Which bound another connection of the address would break. */
  bound(address: string): "total" | "address" | undefined {
    if (this.#total >= MAX_SESSIONS) return "total";
    return this.from(address) >= MAX_SESSIONS_PER_ADDRESS ? "address" : undefined;
  }

  opened(address: string): void {
    this.#total += 1;
    this.#byAddress.set(address, this.from(address) + 1);
  }

  closed(address: string): void {
    this.#total -= 1;
    const left = this.from(address) - 1;
    if (left <= 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }
}
