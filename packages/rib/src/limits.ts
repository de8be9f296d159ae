import { MOST_PREFIXES } from "./prefix-records.ts";

/**
 * Bounds of a RIB. What would pass one is refused, counted under a {@link RejectionCause}, and nothing else
 * suffers.
 */
export interface RibLimits {
  /** Devices' tables at once. */
  readonly tables: number;
  /** Address families that any device has announced routes of. */
  readonly families: number;
  /** Distinct prefixes (or other NLRI) of one family, over all devices: at most 16,777,214. */
  readonly prefixes: number;
  /** Prefixes (or other NLRI) of one family in one table: the "maximum prefix" of other speakers. */
  readonly tablePrefixes: number;
  /** Paths of one prefix in one table, as ADD-PATH allows. */
  readonly pathsPerPrefix: number;
  /** Distinct sets of path attributes. */
  readonly attributeSets: number;
  /** Octets of path attributes, each set once, with 4 to 7 octets of overhead each. */
  readonly attributeBytes: number;
  /** Octets of the columns, which tie tables to prefixes and attributes: 4 to 21 a route. */
  readonly columnBytes: number;
  /** Octets of NLRI of one family that is neither IPv4 nor IPv6 unicast or multicast. */
  readonly nlriBytes: number;
}

export const DEFAULT_LIMITS: RibLimits = {
  tables: 10_000,
  families: 32,
  prefixes: 8_000_000,
  tablePrefixes: 2_000_000,
  pathsPerPrefix: 32,
  attributeSets: 8_000_000,
  attributeBytes: 2 ** 31,
  columnBytes: 2 ** 32,
  nlriBytes: 2 ** 28,
};

/** What the structures can bear, whatever is asked for. */
const LARGEST: RibLimits = {
  tables: 2 ** 20,
  families: 1024,
  prefixes: MOST_PREFIXES,
  tablePrefixes: MOST_PREFIXES,
  pathsPerPrefix: 1024,
  attributeSets: 2 ** 26,
  attributeBytes: 2 ** 32,
  columnBytes: 2 ** 33,
  nlriBytes: 2 ** 32,
};

/**
 * Fills in the defaults. @throws RangeError for a limit that is not a whole number from 1 to what the
 * structures can bear
 */
export function completeLimits(given: Partial<RibLimits>): RibLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof RibLimits)[]) {
    const value = limits[name];
    if (!Number.isInteger(value) || value < 1 || value > LARGEST[name]) {
      throw new RangeError(`RIB limit ${name} is ${value}: give a whole number from 1 to ${LARGEST[name]}`);
    }
  }
  return limits;
}

/** Why something was not taken in. */
export type RejectionCause =
  /** `createTable` past the limit `tables`. */
  | "tables"
  /** Announced in one family more than the limit `families`. */
  | "families"
  | "prefixes"
  | "table-prefixes"
  | "paths-per-prefix"
  /** A set of attributes past `attributeSets` or `attributeBytes`. */
  | "attributes"
  /** Routes announced with attributes that were not taken in; what was there before is withdrawn. */
  | "without-attributes"
  /** Past `columnBytes`. */
  | "columns"
  /** Past `nlriBytes`. */
  | "nlri-bytes"
  /** A run of NLRI of a family whose NLRI this package cannot tell apart: give them one by one. */
  | "run-of-opaque-family"
  /**
   * NLRI that end in the middle, or a prefix longer than an address: the rest of the run is not looked at.
   */
  | "malformed"
  /** Announced to a table that was closed. */
  | "closed-table";

export type Rejections = Record<RejectionCause, number>;

export function noRejections(): Rejections {
  return {
    tables: 0,
    families: 0,
    prefixes: 0,
    "table-prefixes": 0,
    "paths-per-prefix": 0,
    attributes: 0,
    "without-attributes": 0,
    columns: 0,
    "nlri-bytes": 0,
    "run-of-opaque-family": 0,
    malformed: 0,
    "closed-table": 0,
  };
}
