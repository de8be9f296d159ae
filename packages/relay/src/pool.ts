/** Connections for data streams: each carries at most `--multi` sessions. */
import type { RelayConnection } from "./grpc/client.ts";

/** A place for one session on a connection. */
export interface Lease {
  readonly connection: RelayConnection;
  /** Gives the place back. `broken` keeps new sessions off the connection: it failed. */
  release(broken: boolean): void;
}

interface Slot {
  readonly connection: RelayConnection;
  used: number;
  broken: boolean;
}

/** Fills connections one after another, and closes each when its last session has left. */
export class ConnectionPool {
  readonly #open: () => RelayConnection;
  readonly #sessionsPerConnection: number;
  readonly #slots = new Set<Slot>();

  /** @param sessionsPerConnection at least 1 */
  constructor(open: () => RelayConnection, sessionsPerConnection: number) {
    this.#open = open;
    this.#sessionsPerConnection = sessionsPerConnection;
  }

  get connections(): number {
    return this.#slots.size;
  }

  lease(): Lease {
    let slot: Slot | undefined;
    for (const candidate of this.#slots) {
      if (!candidate.broken && candidate.used < this.#sessionsPerConnection) {
        slot = candidate;
        break;
      }
    }
    if (slot === undefined) {
      slot = { connection: this.#open(), used: 0, broken: false };
      this.#slots.add(slot);
    }
    const leased = slot;
    leased.used += 1;
    let released = false;
    return {
      connection: leased.connection,
      release: (broken) => {
        if (released) return;
        released = true;
        leased.used -= 1;
        leased.broken ||= broken;
        if (leased.used === 0) {
          this.#slots.delete(leased);
          leased.connection.close();
        }
      },
    };
  }
}
