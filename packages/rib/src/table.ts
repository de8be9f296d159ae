import type { Family } from "@netferry/bgp";
import type { ApplyTally, FamilyRoutes } from "./family-routes.ts";
import type { Rejections } from "./limits.ts";
import type { ApplyResult, Path, Route, WalkOptions, WalkPage } from "./route.ts";

/** What a table needs of its RIB. */
export interface TableHost {
  readonly rejections: Rejections;
  readonly tally: ApplyTally;
  /** An empty set of routes of a family; undefined where there are too many families. */
  openFamily(family: Family): FamilyRoutes | undefined;
  closed(): void;
}

/**
 * The routes of one device, its Adj-RIB-In. Runs of NLRI are as on the wire (RFC 4271 section 4.3, RFC 4760
 * section 5; with `addPath` each has its path identifier in front, RFC 7911 section 3): octets `start` to
 * `end` of a buffer. Nothing in them makes a call fail: what is refused is counted.
 *
 * NB: the caller owns the reference that `intern` gave and releases it after the announcement; the routes
 * hold their own.
 */
export class RibTable {
  readonly #host: TableHost;
  readonly #families = new Map<Family, FamilyRoutes>();
  #closed = false;

  constructor(host: TableHost) {
    this.#host = host;
  }

  /**
   * Announces a run of NLRI, all with the same attributes: new paths, or other attributes for those that are
   * there.
   * @param attributeId from `attributes.intern`, that of attributes refused, too: then the paths that the run
   * would replace are withdrawn
   * @returns counts, in an object that is reused by the next call on any table of the RIB
   */
  announce(
    family: Family,
    nlri: Uint8Array,
    start: number,
    end: number,
    addPath: boolean,
    attributeId: number,
  ): ApplyResult {
    const { tally } = this.#host;
    tally.reset();
    const routes = this.#open(family, tally);
    routes?.announce(nlri, start, Math.min(end, nlri.length), addPath, attributeId, tally);
    return tally;
  }

  /** Withdraws a run of NLRI. Returns how many paths went; those that were not there are not counted. */
  withdraw(family: Family, nlri: Uint8Array, start: number, end: number, addPath: boolean): number {
    return this.#families.get(family)?.withdraw(nlri, start, Math.min(end, nlri.length), addPath) ?? 0;
  }

  /**
   * Announces one NLRI of any family, without its path identifier, which is given apart (0 to 4,294,967,295).
   */
  announceOne(
    family: Family,
    nlri: Uint8Array,
    start: number,
    end: number,
    pathId: number | undefined,
    attributeId: number,
  ): ApplyResult {
    const { tally } = this.#host;
    tally.reset();
    const routes = this.#open(family, tally);
    routes?.announceOne(nlri, start, Math.min(end, nlri.length), pathId, attributeId, tally);
    return tally;
  }

  /** Withdraws one NLRI of any family. False where there was no such path. */
  withdrawOne(
    family: Family,
    nlri: Uint8Array,
    start: number,
    end: number,
    pathId: number | undefined,
  ): boolean {
    return this.#families.get(family)?.withdrawOne(nlri, start, Math.min(end, nlri.length), pathId) ?? false;
  }

  /** Families with routes. */
  families(): Family[] {
    return [...this.#families].filter(([, routes]) => routes.paths.pathCount > 0).map(([family]) => family);
  }

  /** NLRI with a path, of one family or of all. */
  routeCount(family?: Family): number {
    return this.#sum(family, (routes) => routes.paths.prefixCount);
  }

  /** Paths, which with ADD-PATH may be more than routes. */
  pathCount(family?: Family): number {
    return this.#sum(family, (routes) => routes.paths.pathCount);
  }

  staleCount(family?: Family): number {
    return this.#sum(family, (routes) => routes.paths.staleCount);
  }

  /**
   * Marks all paths of a family stale, until they are announced again. Returns how many were not stale yet.
   */
  markStale(family: Family): number {
    return this.#families.get(family)?.paths.markStale() ?? 0;
  }

  /** Takes the stale marks of a family away: all its paths were found to hold. Returns how many were stale. */
  markLive(family: Family): number {
    return this.#families.get(family)?.paths.markLive() ?? 0;
  }

  /** Removes paths of a family that are stale, `limit` at most. Returns how many. */
  sweepStale(family: Family, limit = Infinity): number {
    return this.#families.get(family)?.paths.sweepStale(limit) ?? 0;
  }

  /**
   * Removes the paths of a family, or all, `limit` at most. Returns how many. A million takes a good part of
   * a second where no other device holds the prefixes: give a limit and call again while it returns as many.
   */
  clear(family?: Family, limit = Infinity): number {
    let removed = 0;
    for (const routes of this.#chosen(family)) removed += routes.paths.clear(limit - removed);
    return removed;
  }

  /**
   * Removes all and leaves the RIB. What is announced after that is refused. A large table is better cleared
   * by portions first.
   */
  close(): void {
    if (this.#closed) return;
    this.clear();
    this.#closed = true;
    this.#families.clear();
    this.#host.closed();
  }

  /** The paths to just this NLRI, a prefix with its length octet in front. */
  exact(family: Family, nlri: Uint8Array): Path[] {
    return this.#families.get(family)?.exact(nlri) ?? [];
  }

  /**
   * The route of the longest prefix that covers an address and that this device holds. @param address 4 or 16
   * octets
   */
  lookup(family: Family, address: Uint8Array): Route | undefined {
    const routes = this.#families.get(family);
    const id = routes?.match(address) ?? 0;
    return routes === undefined || id === 0 ? undefined : routes.route(id);
  }

  /**
   * The attribute id of the first path of that route, 0 for none. Takes no memory: for those who ask much.
   */
  lookupAttribute(family: Family, address: Uint8Array): number {
    const routes = this.#families.get(family);
    if (routes === undefined) return 0;
    const id = routes.match(address);
    return id === 0 ? 0 : routes.paths.firstAttribute(id);
  }

  /**
   * Routes in the order of their prefixes: by address, and shorter prefixes before the longer ones that they
   * cover. Between pages anything may be announced and withdrawn: what is there all the time is shown just
   * once. A cursor or `within` that is no prefix of the family gives an empty page; see `isPrefix`.
   */
  walk(family: Family, options: WalkOptions): WalkPage {
    return this.#families.get(family)?.walk(options) ?? { routes: [] };
  }

  #open(family: Family, tally: ApplyTally): FamilyRoutes | undefined {
    const known = this.#families.get(family);
    if (known !== undefined) return known;
    if (this.#closed) {
      tally.reject("closed-table");
      return undefined;
    }
    const routes = this.#host.openFamily(family);
    if (routes === undefined) tally.reject("families");
    else this.#families.set(family, routes);
    return routes;
  }

  #chosen(family: Family | undefined): FamilyRoutes[] {
    if (family === undefined) return [...this.#families.values()];
    const routes = this.#families.get(family);
    return routes === undefined ? [] : [routes];
  }

  #sum(family: Family | undefined, count: (routes: FamilyRoutes) => number): number {
    return this.#chosen(family).reduce((sum, routes) => sum + count(routes), 0);
  }
}
