/**
 * The routes of one peering (a device and the address it peers from). They outlive sessions: a device that restarts
 * gracefully finds them again (RFC 4724 section 4.2).
 */
import type { Family, SessionContext } from "@netferry/bgp";
import type { RibTable } from "@netferry/rib";
import type { Clock } from "@netferry/service";

/** A device that came back gets this long to send its routes again before the old ones go. */
const STALE_PATH_TIME_MS = 360_000;
/** Paths that are removed in one turn of the event loop. */
const CLEAR_AT_ONCE = 50_000;

export interface RouteSlotOptions {
  /** Undefined where the RIB takes no more tables. */
  readonly createTable: () => RibTable | undefined;
  readonly clock: Clock;
  readonly onSwept: (family: Family, paths: number, why: string) => void;
}

export class RouteSlot {
  readonly #options: RouteSlotOptions;
  #table: RibTable | undefined;
  #cancelExpiry: () => void = () => undefined;
  /** Families whose stale paths wait to be announced again. */
  #waiting: ReadonlySet<Family> = new Set();

  constructor(options: RouteSlotOptions) {
    this.#options = options;
  }

  /** The routes; undefined while there are none to be had. */
  get table(): RibTable | undefined {
    return this.#table;
  }

  /**
   * A session is up: families that the device kept forwarding for stay until their End-of-RIB, others begin empty.
   * Undefined where the RIB takes no more tables.
   */
  sessionUp(context: SessionContext): RibTable | undefined {
    this.#cancelExpiry();
    const kept = new Set<Family>();
    for (const { family, forwarding } of context.gracefulRestart?.families ?? []) {
      if (forwarding && context.families.has(family)) kept.add(family);
    }
    const table = this.#table;
    if (table === undefined || table.families().every((family) => !kept.has(family))) {
      this.#renew();
      this.#table = this.#options.createTable();
      this.#waiting = new Set();
      return this.#table;
    }
    for (const family of table.families()) if (!kept.has(family)) table.clear(family);
    this.#waiting = new Set(table.families().filter((family) => table.staleCount(family) > 0));
    if (this.#waiting.size > 0) this.#expireStale();
    return table;
  }

  /** The device has sent all it had: what it did not repeat is gone (RFC 4724 section 4.2). */
  endOfRib(family: Family): void {
    this.#repeated(family, "not announced again after the restart");
  }

  /** The device begins to send all its routes of a family again (BoRR, RFC 7313 section 4.2). */
  refreshBegins(family: Family): void {
    this.#table?.markStale(family);
    this.#waiting = new Set([...this.#waiting, family]);
    this.#expireStale();
  }

  /** It has sent them all (EoRR). */
  refreshEnds(family: Family): void {
    this.#repeated(family, "not announced again in the refresh");
  }

  /** The session is down for good: its routes go. */
  sessionDown(): void {
    this.#cancelExpiry();
    this.#renew();
  }

  /** The device restarts gracefully: its routes stay, as stale ones, for the time it asked for. */
  restarting(context: SessionContext): void {
    this.#cancelExpiry();
    const table = this.#table;
    if (table === undefined) return;
    const kept = new Set((context.gracefulRestart?.families ?? []).map(({ family }) => family));
    for (const family of table.families()) {
      if (kept.has(family)) table.markStale(family);
      else table.clear(family);
    }
    this.#cancelExpiry = this.#options.clock.later((context.gracefulRestart?.restartTime ?? 0) * 1000, () => {
      for (const family of table.families()) {
        const paths = table.staleCount(family);
        if (paths > 0)
          this.#options.onSwept(family, paths, "the device did not come back in its restart time");
      }
      this.#renew();
    });
  }

  /** Nobody peers from here any more. */
  close(): void {
    this.sessionDown();
  }

  /** Lets go of the table; a large one goes in turns, so that nobody waits for it. */
  #renew(): void {
    const table = this.#table;
    this.#table = undefined;
    if (table === undefined) return;
    const clearSome = () => {
      if (table.clear(undefined, CLEAR_AT_ONCE) < CLEAR_AT_ONCE) table.close();
      else this.#options.clock.later(0, clearSome);
    };
    clearSome();
  }

  #repeated(family: Family, why: string): void {
    if (!this.#waiting.has(family)) return;
    this.#waiting = new Set([...this.#waiting].filter((other) => other !== family));
    this.#sweep(family, why);
  }

  #expireStale(): void {
    this.#cancelExpiry();
    this.#cancelExpiry = this.#options.clock.later(STALE_PATH_TIME_MS, () => {
      for (const family of this.#waiting) this.#sweep(family, "no end of the announcements came");
      this.#waiting = new Set();
    });
  }

  #sweep(family: Family, why: string): void {
    const paths = this.#table?.sweepStale(family) ?? 0;
    if (paths > 0) this.#options.onSwept(family, paths, why);
  }
}
