import type { Family } from "@netferry/bgp";
import { NO_ATTRIBUTES } from "./attribute-table.ts";
import { type ApplyTally, type FamilyRoutes, putPath, removePath, type RibParts } from "./family-routes.ts";
import type { OpaqueDirectory } from "./opaque-directory.ts";
import { collectPage, sourceOf } from "./pages.ts";
import { PathColumns } from "./path-columns.ts";
import type { Path, Route, WalkOptions, WalkPage } from "./route.ts";

/**
 * The routes of one device in a family whose NLRI are octets that are not looked into. They are given one by
 * one; they have no longest match; a walk is in no order, but shows what stays in the table just once.
 */
export class OpaqueRoutes implements FamilyRoutes {
  readonly family: Family;
  readonly paths: PathColumns;
  readonly #directory: OpaqueDirectory;
  readonly #parts: RibParts;

  constructor(family: Family, directory: OpaqueDirectory, parts: RibParts) {
    this.family = family;
    this.#directory = directory;
    this.#parts = parts;
    this.paths = new PathColumns(parts.columns, parts.attributes, directory, parts.limits.pathsPerPrefix);
  }

  announce(
    _bytes: Uint8Array,
    _start: number,
    _end: number,
    _addPath: boolean,
    _attribute: number,
    tally: ApplyTally,
  ): void {
    tally.reject("run-of-opaque-family");
  }

  withdraw(): number {
    this.#parts.rejections["run-of-opaque-family"]++;
    return 0;
  }

  announceOne(
    bytes: Uint8Array,
    start: number,
    end: number,
    pathId: number | undefined,
    attribute: number,
    tally: ApplyTally,
  ): void {
    if (attribute === NO_ATTRIBUTES) {
      this.withdrawOne(bytes, start, end, pathId);
      tally.reject("without-attributes");
      return;
    }
    const { interner } = this.#directory;
    const { limits } = this.#parts;
    const known = interner.find(bytes, start, end);
    const isNew = known === 0 || this.paths.get(known) === 0;
    if (isNew && this.paths.prefixCount >= limits.tablePrefixes) {
      tally.reject("table-prefixes");
      return;
    }
    const id = known === 0 ? interner.findOrAdd(bytes, start, end) : known;
    if (id === 0) tally.reject(interner.size >= limits.prefixes ? "prefixes" : "nlri-bytes");
    else if (!tally.count(putPath(this.paths, id, pathId, attribute))) interner.discard(id);
  }

  withdrawOne(bytes: Uint8Array, start: number, end: number, pathId: number | undefined): boolean {
    const id = this.#directory.interner.find(bytes, start, end);
    return id !== 0 && removePath(this.paths, id, pathId);
  }

  exact(nlri: Uint8Array): Path[] {
    const id = this.#directory.interner.find(nlri, 0, nlri.length);
    return id === 0 ? [] : this.paths.pathsTo(id);
  }

  match(): number {
    return 0;
  }

  route(id: number): Route {
    return { family: this.family, nlri: this.#directory.nlri(id), paths: this.paths.pathsTo(id) };
  }

  /** A cursor is the last id, in four octets: an NLRI keeps its id as long as any device holds it. */
  walk(options: WalkOptions): WalkPage {
    const { after } = options;
    if (options.within !== undefined || (after !== undefined && after.length !== 4)) return { routes: [] };
    const from = after === undefined ? 0 : new DataView(after.buffer, after.byteOffset).getUint32(0);
    const ids = this.paths.orderedIds((a, b) => a - b).filter((id) => id > from);
    return collectPage(sourceOf(ids), this.paths, options, {
      route: (id, paths) => ({ family: this.family, nlri: this.#directory.nlri(id), paths }),
      cursor(id) {
        const cursor = new Uint8Array(4);
        new DataView(cursor.buffer).setUint32(0, id);
        return cursor;
      },
    });
  }
}
