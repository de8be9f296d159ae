import type { Family } from "@netferry/bgp";
import type { AttributeTable } from "./attribute-table.ts";
import type { ColumnStore } from "./column-store.ts";
import type { Rejections, RibLimits } from "./limits.ts";
import {
  ADDED,
  NO_MEMORY,
  type PathColumns,
  type PutOutcome,
  REPLACED,
  TOO_MANY_PATHS,
  UNCHANGED,
} from "./path-columns.ts";
import type { ApplyResult, Path, Route, WalkOptions, WalkPage } from "./route.ts";

/** What the tables of a RIB share. */
export interface RibParts {
  readonly limits: RibLimits;
  readonly attributes: AttributeTable;
  readonly columns: ColumnStore;
  readonly rejections: Rejections;
}

/**
 * The routes of one device in one family. Octets are trusted in nothing: what is no NLRI is counted and left.
 */
export interface FamilyRoutes {
  readonly family: Family;
  readonly paths: PathColumns;
  announce(
    bytes: Uint8Array,
    start: number,
    end: number,
    addPath: boolean,
    attribute: number,
    tally: ApplyTally,
  ): void;
  withdraw(bytes: Uint8Array, start: number, end: number, addPath: boolean): number;
  announceOne(
    bytes: Uint8Array,
    start: number,
    end: number,
    pathId: number | undefined,
    attribute: number,
    tally: ApplyTally,
  ): void;
  withdrawOne(bytes: Uint8Array, start: number, end: number, pathId: number | undefined): boolean;
  exact(nlri: Uint8Array): Path[];
  /** The longest match's NLRI id, 0 for none, or where the family has no such thing. */
  match(address: Uint8Array): number;
  route(id: number): Route;
  walk(options: WalkOptions): WalkPage;
}

/** The result of an `announce`, reused for all calls. */
export class ApplyTally implements ApplyResult {
  added = 0;
  replaced = 0;
  unchanged = 0;
  rejected = 0;
  malformed = false;
  readonly #rejections: Rejections;

  constructor(rejections: Rejections) {
    this.#rejections = rejections;
  }

  reset(): void {
    this.added = 0;
    this.replaced = 0;
    this.unchanged = 0;
    this.rejected = 0;
    this.malformed = false;
  }

  reject(cause: keyof Rejections): void {
    this.rejected++;
    this.#rejections[cause]++;
  }

  breakOff(): void {
    this.malformed = true;
    this.#rejections.malformed++;
  }

  /** Counts a path. True where it was taken in. */
  count(outcome: PutOutcome): boolean {
    switch (outcome) {
      case ADDED:
        this.added++;
        return true;
      case REPLACED:
        this.replaced++;
        return true;
      case UNCHANGED:
        this.unchanged++;
        return true;
      case TOO_MANY_PATHS:
        this.reject("paths-per-prefix");
        return false;
      case NO_MEMORY:
        this.reject("columns");
        return false;
    }
  }
}

/** Puts or removes a path with an identifier, or without one. */
export function putPath(
  paths: PathColumns,
  nlri: number,
  pathId: number | undefined,
  attribute: number,
): PutOutcome {
  return pathId === undefined ? paths.put(nlri, attribute) : paths.putIdentified(nlri, pathId, attribute);
}

export function removePath(paths: PathColumns, nlri: number, pathId: number | undefined): boolean {
  return pathId === undefined ? paths.remove(nlri) : paths.removeIdentified(nlri, pathId);
}
