/**
 * Finds out that a device has another key than the registry: the kernel drops its SYN without a word, but the SYN was
 * seen and no connection comes of it.
 */
import type { Clock } from "@netferry/service";

/** A SYN with the right key becomes a connection within a round trip. */
export const DROP_SURE_AFTER_MS = 3_000;
/** Connections that are watched at once; with more, some go unwatched. */
export const MAX_WATCHED_SYNS = 1_024;

interface Watched {
  connected: boolean;
  readonly cancel: () => void;
}

export class SilentDrops {
  readonly #clock: Clock;
  readonly #onDropped: (address: string) => void;
  /** By the device's address and port. */
  readonly #watched = new Map<string, Watched>();

  constructor(clock: Clock, onDropped: (address: string) => void) {
    this.#clock = clock;
    this.#onDropped = onDropped;
  }

  /** A signed SYN has come for which the listener has a key. */
  syn(address: string, port: number): void {
    this.#watch(address, port);
  }

  /** A connection has come, which may be told before its SYN is. */
  connected(address: string, port: number): void {
    const watched = this.#watch(address, port);
    if (watched !== undefined) watched.connected = true;
  }

  close(): void {
    for (const { cancel } of this.#watched.values()) cancel();
    this.#watched.clear();
  }

  #watch(address: string, port: number): Watched | undefined {
    const id = `${address} ${port}`;
    const known = this.#watched.get(id);
    if (known !== undefined || this.#watched.size >= MAX_WATCHED_SYNS) return known;
    const cancel = this.#clock.later(DROP_SURE_AFTER_MS, () => {
      this.#watched.delete(id);
      if (!watched.connected) this.#onDropped(address);
    });
    const watched: Watched = { connected: false, cancel };
    this.#watched.set(id, watched);
    return watched;
  }
}
