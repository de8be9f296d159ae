import type { Family } from "@netferry/bgp";

/** One path to an NLRI. */
export interface Path {
  /** The path identifier (RFC 7911), undefined where the session does not use ADD-PATH for the family. */
  readonly pathId: number | undefined;
  /** Id of its attributes in the RIB's attribute table, good while the path is there. */
  readonly attributeId: number;
  /** Announced before the last `markStale`, and not since. */
  readonly stale: boolean;
}

/**
 * An NLRI and the paths that a device has to it: the one without identifier first, the others in order of
 * arrival.
 */
export interface Route {
  readonly family: Family;
  /** As on the wire, without a path identifier; for a prefix, host bits are 0. A copy: the caller's own. */
  readonly nlri: Uint8Array;
  readonly paths: readonly Path[];
}

/** What one call of `announce` did, counted in paths. */
export interface ApplyResult {
  /** New paths. */
  readonly added: number;
  /** Paths whose attributes are others now. */
  readonly replaced: number;
  /** Paths announced again with the attributes that they had. */
  readonly unchanged: number;
  /** Paths refused; `stats().rejections` tells the causes. */
  readonly rejected: number;
  /** The run broke off at an NLRI that is none; what stood before it was applied. */
  readonly malformed: boolean;
}

/** Where a walk is: opaque octets that stay good whatever is announced or withdrawn between two calls. */
export type Cursor = Uint8Array;

export interface WalkOptions {
  /** Go on after this one, the `next` of the page before. */
  readonly after?: Cursor | undefined;
  /** Most routes on a page. */
  readonly limit: number;
  /** The NLRI of a prefix: it and its more-specifics only. */
  readonly within?: Uint8Array | undefined;
  /** Only paths whose attributes this lets pass, and routes that have such. */
  readonly attributes?: ((attributeId: number) => boolean) | undefined;
  /**
   * Most NLRI to look at in one call, so that a walk that finds little does not hold up all else. Default
   * 50,000.
   */
  readonly visits?: number | undefined;
}

export interface WalkPage {
  readonly routes: Route[];
  /**
   * Where to go on. A page may have fewer routes than asked for, even none, and still a `next`; without it,
   * that was the end.
   */
  readonly next?: Cursor;
}
