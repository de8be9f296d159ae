/**
 * The routes of one peering: a device, the address it peers from, and the way it comes. They outlive sessions: while the
 * device is away its paths stay, marked stale, and go when it has said all it has to say again, or after a time.
 */
import type { Family, SessionContext } from "@netferry/bgp";
import type { RibTable } from "@netferry/rib";
import type { Clock } from "@netferry/service";

/** A device that has been quiet for so long has sent all its routes, where nothing else tells. */
const QUIET_MS = 10_000;
/** After this time the old paths of a device that never goes quiet are given up. */
const REPEAT_TIME_MS = 360_000;
/** A new session has sent its table by then, where no End-of-RIB tells. */
const TABLE_TIME_MS = 60_000;
/** Paths that are removed in one turn of the event loop. */
const CLEAR_AT_ONCE = 50_000;

/** Why paths are not known to be true any more. */
export type StaleCause =
  /** The session is down. */
  | "session-down"
  /** Another ingest has had the session meanwhile, and what it heard is being asked for again. */
  | "taken-over"
  /** UPDATEs were lost while no ingest was there. */
  | "updates-lost"
  /** Loaded from a snapshot. */
  | "snapshot"
  /** The device is sending its routes again. */
  | "refresh";

export interface StaleMark {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly cause: StaleCause;
}

/** How old the paths of a slot are, for a snapshot. */
export interface SlotAge {
  /** Of families with stale paths. */
  readonly stale: readonly (StaleMark & { readonly family: Family })[];
  /** Milliseconds until they go; undefined where their device is there. */
  readonly timeLeftMs?: number | undefined;
}

/** How the end of a repetition shows. */
export type RepeatEnd =
  /** End-of-RIB (RFC 4724 section 2), else quiet. */
  | "end-of-rib"
  /** The second boundary of an enhanced refresh (RFC 7313). */
  | "boundary"
  /** Nothing but quiet. */
  | "quiet";

export interface RouteSlotOptions {
  /** Undefined where the RIB takes no more tables. */
  readonly createTable: () => RibTable | undefined;
  readonly clock: Clock;
  /** How long paths stay when their device is away, milliseconds. */
  readonly staleTimeMs: number;
  readonly onSwept: (family: Family, paths: number, why: string) => void;
}

interface Repetition {
  readonly end: RepeatEnd;
  /** The first boundary has come (RFC 7313). */
  begun: boolean;
  heardAt: number;
  cancel: () => void;
}

export class RouteSlot {
  readonly #options: RouteSlotOptions;
  #table: RibTable | undefined;
  #cancelExpiry: () => void = () => undefined;
  /** When the paths go, on the monotonic clock; undefined while their device is there. */
  #expiresAt: number | undefined;
  #asLoaded = false;
  readonly #marks = new Map<Family, StaleMark>();
  /** Families whose first table is on its way, and when its session came up on the monotonic clock. */
  readonly #firstTables = new Map<Family, number>();
  /** Families whose paths are being announced again. */
  readonly #repetitions = new Map<Family, Repetition>();

  constructor(options: RouteSlotOptions) {
    this.#options = options;
  }

  /** The routes; undefined while there are none to be had. */
  get table(): RibTable | undefined {
    return this.#table;
  }

  /** Why and since when a family's stale paths are stale; undefined where it has none. */
  staleMark(family: Family): StaleMark | undefined {
    return (this.#table?.staleCount(family) ?? 0) > 0 ? this.#marks.get(family) : undefined;
  }

  /** A table to fill before any session: the paths of a snapshot. Undefined where the RIB takes no more tables. */
  load(): RibTable | undefined {
    this.#table ??= this.#options.createTable();
    return this.#table;
  }

  /** Loaded paths are stale from the start: since the snapshot was made, or since before, and go when they were to go. */
  loaded(createdAt: number, age?: SlotAge): void {
    for (const family of this.#table?.families() ?? []) {
      const mark = age?.stale.find((each) => each.family === family) ?? {
        since: createdAt,
        cause: "snapshot",
      };
      this.#markStale(family, { since: mark.since, cause: mark.cause });
    }
    this.#expireAll(age?.timeLeftMs);
    this.#asLoaded = true;
  }

  /** Nothing has touched the paths since they were loaded. */
  get asLoaded(): boolean {
    return this.#asLoaded;
  }

  /** Undefined where all paths are live. */
  get age(): SlotAge | undefined {
    const stale = (this.#table?.families() ?? []).flatMap((family) => {
      const mark = this.staleMark(family);
      return mark === undefined ? [] : [{ family, ...mark }];
    });
    if (stale.length === 0) return undefined;
    return this.#expiresAt === undefined
      ? { stale }
      : { stale, timeLeftMs: Math.max(0, this.#expiresAt - this.#options.clock.monotonic()) };
  }

  /**
   * A session is up and the device sends its routes from the beginning: what is here stays until it has been repeated.
   * Undefined where the RIB takes no more tables.
   */
  sessionUp(context: SessionContext): RibTable | undefined {
    const table = this.#take(context);
    for (const family of context.families) this.#firstTables.set(family, this.#options.clock.monotonic());
    for (const family of table?.families() ?? []) {
      this.#markStale(family, { since: this.#options.clock.now(), cause: "session-down" });
      this.#repeat(family, "end-of-rib");
    }
    return table;
  }

  /** A session goes on where it was: what is here is true, as far as it was applied. */
  sessionResumed(context: SessionContext): RibTable | undefined {
    const table = this.#take(context);
    for (const family of table?.families() ?? []) {
      table?.markLive(family);
      this.#marks.delete(family);
    }
    return table;
  }

  /** A session goes on whose routes are not known here, or not all of them: they are asked for again. */
  sessionTakenOver(context: SessionContext, cause: StaleCause): RibTable | undefined {
    const table = this.#take(context);
    for (const family of context.families) {
      this.#markStale(family, { since: this.#options.clock.now(), cause });
      this.#repeat(family, context.enhancedRouteRefresh ? "boundary" : "quiet");
    }
    return table;
  }

  /** An UPDATE came while a repetition is under way. */
  heard(): void {
    if (this.#repetitions.size === 0) return;
    const now = this.#options.clock.monotonic();
    for (const repetition of this.#repetitions.values()) repetition.heardAt = now;
  }

  /** Whether a repetition is under way, so that {@link heard} matters. */
  get repeating(): boolean {
    return this.#repetitions.size > 0;
  }

  /** All that the device has to say about a family is here, and live. */
  isComplete(family: Family): boolean {
    return (
      !this.#firstTableUnderway(family) &&
      !this.#repetitions.has(family) &&
      (this.#table?.staleCount(family) ?? 0) === 0
    );
  }

  /** The device is sending a family's routes for the first time: there were none here before. */
  isFilling(family: Family): boolean {
    return this.#firstTableUnderway(family) && !this.#repetitions.has(family);
  }

  endOfRib(family: Family): void {
    this.#firstTables.delete(family);
    if (this.#repetitions.get(family)?.end === "end-of-rib") this.#repeated(family, "not announced again");
  }

  /** The device begins to send all its routes of a family again (BoRR, RFC 7313 section 4.2). */
  refreshBegins(family: Family): void {
    const mark = this.#marks.get(family) ?? { since: this.#options.clock.now(), cause: "refresh" };
    this.#markStale(family, mark);
    this.#repeat(family, "boundary");
    const repetition = this.#repetitions.get(family);
    if (repetition !== undefined) repetition.begun = true;
  }

  /** It has sent them all (EoRR). One that ends what began before this ingest had the session ends nothing here. */
  refreshEnds(family: Family): void {
    if (this.#repetitions.get(family)?.begun === true)
      this.#repeated(family, "not announced again in the refresh");
  }

  /** The session is down: its routes stay for a while, as stale ones. */
  sessionDown(): void {
    this.#endRepetitions();
    if (this.#options.staleTimeMs === 0) {
      this.#clear();
      return;
    }
    const since = this.#options.clock.now();
    for (const family of this.#table?.families() ?? [])
      this.#markStale(family, { since, cause: "session-down" });
    this.#expireAll();
  }

  /** Nobody peers from here any more. */
  close(): void {
    this.#staysFromNow();
    this.#endRepetitions();
    this.#clear();
  }

  #firstTableUnderway(family: Family): boolean {
    const upSince = this.#firstTables.get(family);
    return upSince !== undefined && this.#options.clock.monotonic() - upSince < TABLE_TIME_MS;
  }

  /** The table for a session with these families; others have no place in it any more. */
  #take(context: SessionContext): RibTable | undefined {
    this.#staysFromNow();
    this.#firstTables.clear();
    this.#asLoaded = false;
    this.#endRepetitions();
    const table = this.load();
    for (const family of table?.families() ?? []) if (!context.families.has(family)) table?.clear(family);
    return table;
  }

  #markStale(family: Family, mark: StaleMark): void {
    const table = this.#table;
    if (table === undefined) return;
    // Paths that are stale already have been so for longer, and for another reason.
    if (table.staleCount(family) === 0) this.#marks.set(family, mark);
    table.markStale(family);
  }

  #repeat(family: Family, end: RepeatEnd): void {
    this.#repetitions.get(family)?.cancel();
    const repetition: Repetition = {
      end,
      begun: false,
      heardAt: this.#options.clock.monotonic(),
      cancel: () => undefined,
    };
    this.#repetitions.set(family, repetition);
    const giveUpAt = repetition.heardAt + REPEAT_TIME_MS;
    const check = () => {
      const now = this.#options.clock.monotonic();
      if (now >= giveUpAt) this.#repeated(family, "no end of the announcements came");
      else if (end !== "boundary" && now - repetition.heardAt >= QUIET_MS) {
        this.#repeated(family, "not announced again before the device went quiet");
      } else repetition.cancel = this.#options.clock.later(QUIET_MS / 4, check);
    };
    repetition.cancel = this.#options.clock.later(QUIET_MS / 4, check);
  }

  #repeated(family: Family, why: string): void {
    this.#repetitions.get(family)?.cancel();
    this.#repetitions.delete(family);
    this.#sweep(family, why);
  }

  #endRepetitions(): void {
    for (const { cancel } of this.#repetitions.values()) cancel();
    this.#repetitions.clear();
  }

  #staysFromNow(): void {
    this.#cancelExpiry();
    this.#expiresAt = undefined;
  }

  #expireAll(timeLeftMs = Number.POSITIVE_INFINITY): void {
    this.#cancelExpiry();
    const { clock, staleTimeMs } = this.#options;
    const delayMs = Math.min(timeLeftMs, staleTimeMs);
    this.#expiresAt = clock.monotonic() + delayMs;
    this.#cancelExpiry = clock.later(delayMs, () => {
      for (const family of this.#table?.families() ?? []) {
        const paths = this.#table?.staleCount(family) ?? 0;
        if (paths > 0) this.#options.onSwept(family, paths, "their device was away for too long");
      }
      this.#clear();
    });
  }

  /** Lets go of the table; a large one goes in turns, so that nobody waits for it. */
  #clear(): void {
    const table = this.#table;
    this.#table = undefined;
    this.#asLoaded = false;
    this.#marks.clear();
    if (table === undefined) return;
    const clearSome = () => {
      if (table.clear(undefined, CLEAR_AT_ONCE) < CLEAR_AT_ONCE) table.close();
      else this.#options.clock.later(0, clearSome);
    };
    clearSome();
  }

  #sweep(family: Family, why: string): void {
    const paths = this.#table?.sweepStale(family) ?? 0;
    this.#marks.delete(family);
    if (paths > 0) this.#options.onSwept(family, paths, why);
  }
}
