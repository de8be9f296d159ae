import type { PathColumns } from "./path-columns.ts";
import type { Path, Route, WalkOptions, WalkPage } from "./route.ts";

const DEFAULT_VISITS = 50_000;

/** Ids of NLRI in the order of a walk. */
export interface IdSource {
  /** 0 after the last. */
  next(): number;
}

/** How a walk shows what it finds. */
export interface PageForm {
  route(id: number, paths: Path[]): Route;
  /** Where a walk that has come to this NLRI goes on. */
  cursor(id: number): Uint8Array;
}

/** A source of the ids in an array, from an index on. */
export function sourceOf(ids: Int32Array): IdSource {
  let index = 0;
  return { next: () => ids[index++] ?? 0 };
}

/** Takes a page of the NLRI that a device has paths to out of a source. */
export function collectPage(
  source: IdSource,
  paths: PathColumns,
  options: WalkOptions,
  form: PageForm,
): WalkPage {
  const { attributes, visits = DEFAULT_VISITS } = options;
  const limit = Math.max(1, options.limit);
  const routes: Route[] = [];
  let visited = 0;
  for (let id = source.next(); id !== 0; id = source.next()) {
    visited++;
    if (paths.get(id) !== 0) {
      const all = paths.pathsTo(id);
      const shown = attributes === undefined ? all : all.filter((path) => attributes(path.attributeId));
      if (shown.length > 0) routes.push(form.route(id, shown));
    }
    if (routes.length >= limit || visited >= visits) return { routes, next: form.cursor(id) };
  }
  return { routes };
}
