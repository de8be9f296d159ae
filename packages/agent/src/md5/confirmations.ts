/** Addresses about which the ingest is asked again, some at a time: each once, however often it is wished for. */

/** Questions at once: a change of many devices must not fill the control stream. */
export const MAX_CONFIRMATIONS_AT_ONCE = 32;

export class Confirmations {
  readonly #confirm: (address: string) => Promise<void>;
  /** Bounded by those who ask: addresses of connections and of installed keys. */
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();

  /** @param confirm never rejects */
  constructor(confirm: (address: string) => Promise<void>) {
    this.#confirm = confirm;
  }

  add(address: string): void {
    this.#waiting.add(address);
    this.#next();
  }

  clear(): void {
    this.#waiting.clear();
  }

  #next(): void {
    for (const address of this.#waiting) {
      if (this.#running.size >= MAX_CONFIRMATIONS_AT_ONCE) return;
      // What is wished for meanwhile is newer than the answer that is under way: it waits for its turn.
      if (this.#running.has(address)) continue;
      this.#waiting.delete(address);
      this.#running.add(address);
      void this.#confirm(address).finally(() => {
        this.#running.delete(address);
        this.#next();
      });
    }
  }
}
