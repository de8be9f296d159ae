import type { Family } from "@netferry/bgp";
import { collectPage, type IdSource, sourceOf } from "./pages.ts";
import type { PathColumns } from "./path-columns.ts";
import { isPrefix, type PrefixDirectory, type PrefixKey } from "./prefix-directory.ts";
import { PrefixWalk } from "./prefix-walk.ts";
import type { WalkOptions, WalkPage } from "./route.ts";

/**
 * A device of so many prefixes or fewer is walked by sorting what it holds, not by going through all there
 * are.
 */
const SORTED_AT_MOST = 4096;

/** The default route's NLRI: what is within it is everything. */
const EVERYTHING = new Uint8Array([0]);

/**
 * One page of a device's routes in prefix order. A cursor is the NLRI of the last prefix that was looked at.
 */
export function walkPrefixes(
  family: Family,
  directory: PrefixDirectory,
  paths: PathColumns,
  options: WalkOptions,
): WalkPage {
  const { after, within = EVERYTHING } = options;
  if (!isPrefix(family, within) || (after !== undefined && !isPrefix(family, after))) return { routes: [] };
  const from = after === undefined ? undefined : directory.key(after);
  const range = directory.key(within);
  const source =
    paths.prefixCount <= SORTED_AT_MOST
      ? ownPrefixes(directory, paths, from, range)
      : allPrefixes(directory, from, range);
  return collectPage(source, paths, options, {
    route: (id, shown) => ({ family, nlri: directory.nlri(id), paths: shown }),
    cursor: (id) => directory.nlri(id),
  });
}

/** The device's prefixes within `range` after `from`, sorted for the occasion. */
function ownPrefixes(
  directory: PrefixDirectory,
  paths: PathColumns,
  from: PrefixKey | undefined,
  range: PrefixKey,
): IdSource {
  const ids = paths
    .orderedIds(directory.compare)
    .filter(
      (id) => directory.isWithin(id, range) && (from === undefined || directory.compareWith(id, from) > 0),
    );
  return sourceOf(ids);
}

/** Every device's prefixes within `range` after `from`, out of the trie. */
function allPrefixes(directory: PrefixDirectory, from: PrefixKey | undefined, range: PrefixKey): IdSource {
  const { trie } = directory;
  const walk = new PrefixWalk(trie);
  directory.use(range);
  let first = trie.find(range.bits);
  walk.seekAfter(range.bits);
  if (from !== undefined && comparePrefixes(from, range) >= 0) {
    first = 0;
    directory.use(from);
    walk.seekAfter(from.bits);
  }
  return {
    next() {
      const id = first === 0 ? walk.next() : first;
      first = 0;
      return id !== 0 && directory.isWithin(id, range) ? id : 0;
    },
  };
}

function comparePrefixes(a: PrefixKey, b: PrefixKey): number {
  for (let i = 0; i < 4; i++) {
    const difference = (a.address[i]! >>> 0) - (b.address[i]! >>> 0);
    if (difference !== 0) return difference;
  }
  return a.bits - b.bits;
}
