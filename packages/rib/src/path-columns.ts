import type { AttributeTable } from "./attribute-table.ts";
import type { Column } from "./column.ts";
import type { ColumnStore } from "./column-store.ts";
import type { Path } from "./route.ts";

/** The stale mark in a path's value; the other bits are the attribute id. */
const STALE = 1 << 31;
const ATTRIBUTE = 0x7fff_ffff;

/** What became of a path. */
export const ADDED = 0;
export const REPLACED = 1;
export const UNCHANGED = 2;
export const TOO_MANY_PATHS = 3;
export const NO_MEMORY = 4;
export type PutOutcome = 0 | 1 | 2 | 3 | 4;

/** Counts the references of tables to the NLRI of a family. */
export interface NlriReferences {
  /** Takes a reference to an NLRI. */
  retain(id: number): void;
  /** Gives one back; the last frees the id. */
  release(id: number): void;
}

/**
 * The paths of one device and family: NLRI id → attribute id. Paths without an identifier, at most one for
 * each NLRI, stand in one column. Those with one (ADD-PATH) stand in layers, columns of attribute id and path
 * identifier; a prefix with n such paths is in the first n layers, in the order of their first announcement.
 *
 * Each path holds a reference to its attributes, each NLRI with a path one from this table to the NLRI.
 */
export class PathColumns {
  readonly #store: ColumnStore;
  readonly #attributes: AttributeTable;
  readonly #nlri: NlriReferences;
  readonly #maxPaths: number;
  #plain: Column | undefined;
  readonly #layers: Column[] = [];
  #prefixes = 0;
  #paths = 0;
  #stale = 0;

  constructor(store: ColumnStore, attributes: AttributeTable, nlri: NlriReferences, maxPaths: number) {
    this.#store = store;
    this.#attributes = attributes;
    this.#nlri = nlri;
    this.#maxPaths = maxPaths;
  }

  /** NLRI with a path. */
  get prefixCount(): number {
    return this.#prefixes;
  }

  get pathCount(): number {
    return this.#paths;
  }

  get staleCount(): number {
    return this.#stale;
  }

  /** Not 0 where this device has a path to the NLRI. */
  get(nlri: number): number {
    const plain = this.#plain === undefined ? 0 : this.#plain.get(nlri);
    if (plain !== 0 || this.#layers.length === 0) return plain;
    return this.#layers[0]!.get(nlri);
  }

  /** The attribute id of the first path to the NLRI, 0 where there is none. */
  firstAttribute(nlri: number): number {
    return this.get(nlri) & ATTRIBUTE;
  }

  /** The paths to an NLRI: the one without identifier first. */
  pathsTo(nlri: number): Path[] {
    const paths: Path[] = [];
    const plain = this.#plain === undefined ? 0 : this.#plain.get(nlri);
    if (plain !== 0) paths.push({ pathId: undefined, attributeId: plain & ATTRIBUTE, stale: plain < 0 });
    for (const layer of this.#layers) {
      const value = layer.get(nlri);
      if (value === 0) break;
      paths.push({ pathId: layer.second(nlri) >>> 0, attributeId: value & ATTRIBUTE, stale: value < 0 });
    }
    return paths;
  }

  /** Announces the path without identifier. */
  put(nlri: number, attribute: number): PutOutcome {
    this.#plain ??= this.#store.create(1);
    const plain = this.#plain;
    if (plain === undefined) return NO_MEMORY;
    const old = plain.get(nlri);
    if (old !== 0) return this.#replace(plain, nlri, old, attribute, 0);
    const fullest = this.#layers[this.#maxPaths - 1];
    if (fullest !== undefined && fullest.get(nlri) !== 0) return TOO_MANY_PATHS;
    return this.#add(plain, nlri, attribute, 0);
  }

  /** Announces the path with this identifier, an unsigned or signed 32-bit number. */
  putIdentified(nlri: number, pathId: number, attribute: number): PutOutcome {
    const layers = this.#layers;
    const id = pathId | 0;
    let index = 0;
    for (; index < layers.length; index++) {
      const layer = layers[index]!;
      const old = layer.get(nlri);
      if (old === 0) break;
      if (layer.second(nlri) === id) return this.#replace(layer, nlri, old, attribute, id);
    }
    const plain = this.#plain === undefined ? 0 : this.#plain.get(nlri);
    if (index + (plain === 0 ? 0 : 1) >= this.#maxPaths) return TOO_MANY_PATHS;
    if (index === layers.length) {
      const layer = this.#store.create(2);
      if (layer === undefined) return NO_MEMORY;
      layers.push(layer);
    }
    return this.#add(layers[index]!, nlri, attribute, id);
  }

  /** Withdraws the path without identifier. False where there was none. */
  remove(nlri: number): boolean {
    const value = this.#plain === undefined ? 0 : this.#plain.get(nlri);
    if (value === 0) return false;
    this.#plain!.delete(nlri);
    this.#removed(nlri, value);
    return true;
  }

  /** Withdraws the path with this identifier. False where there was none. */
  removeIdentified(nlri: number, pathId: number): boolean {
    const layers = this.#layers;
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index]!;
      if (layer.get(nlri) === 0) return false;
      if (layer.second(nlri) === (pathId | 0)) {
        this.#removeFromLayer(nlri, index);
        return true;
      }
    }
    return false;
  }

  /** Marks all paths stale. Returns how many were not. */
  markStale(): number {
    let marked = this.#plain === undefined ? 0 : this.#plain.mark(STALE);
    for (const layer of this.#layers) marked += layer.mark(STALE);
    this.#stale = this.#paths;
    return marked;
  }

  /** Makes all paths live again: what they say was found to hold. Returns how many were stale. */
  markLive(): number {
    const live = this.#stale;
    if (live === 0) return 0;
    this.#plain?.unmark(STALE);
    for (const layer of this.#layers) layer.unmark(STALE);
    this.#stale = 0;
    return live;
  }

  /** Removes paths that are stale, `limit` at most. Returns how many. */
  sweepStale(limit: number): number {
    return this.#removeMarked(STALE, Math.min(limit, this.#stale));
  }

  /** Removes paths, `limit` at most. Returns how many. The memory of empty columns is given back. */
  clear(limit: number): number {
    const removed = this.#removeMarked(0, Math.min(limit, this.#paths));
    if (this.#paths === 0) {
      if (this.#plain !== undefined) this.#store.remove(this.#plain);
      for (const layer of this.#layers) this.#store.remove(layer);
      this.#plain = undefined;
      this.#layers.length = 0;
    }
    return removed;
  }

  /** Ids of the NLRI with a path, ordered by `compare`. */
  orderedIds(compare: (a: number, b: number) => number): Int32Array {
    const plain = this.#plain?.ids() ?? new Int32Array(0);
    const layered = this.#layers[0]?.ids() ?? new Int32Array(0);
    const all = new Int32Array(plain.length + layered.length);
    all.set(plain);
    all.set(layered, plain.length);
    all.sort(compare);
    return all.filter((id, index) => id !== all[index - 1]);
  }

  #removeMarked(mask: number, limit: number): number {
    let removed = 0;
    const ids = new Int32Array(limit);
    const fromPlain = this.#plain === undefined ? 0 : this.#plain.collect(ids, mask);
    for (let i = 0; i < fromPlain; i++) if (this.remove(ids[i]!)) removed++;
    // From the last layer on, so that no path moves to a layer that was passed.
    for (let index = this.#layers.length - 1; index >= 0 && removed < limit; index--) {
      const layer = this.#layers[index]!;
      const found = layer.collect(ids.subarray(0, limit - removed), mask);
      for (let i = 0; i < found; i++) this.#removeFromLayer(ids[i]!, index);
      removed += found;
    }
    return removed;
  }

  #replace(column: Column, nlri: number, old: number, attribute: number, pathId: number): PutOutcome {
    if (old === attribute) return UNCHANGED;
    if (old < 0) this.#stale--;
    column.set(nlri, attribute, pathId);
    const oldAttribute = old & ATTRIBUTE;
    if (oldAttribute === attribute) return UNCHANGED;
    this.#attributes.retain(attribute);
    this.#attributes.release(oldAttribute);
    return REPLACED;
  }

  #add(column: Column, nlri: number, attribute: number, pathId: number): PutOutcome {
    const first = this.get(nlri) === 0;
    if (!column.set(nlri, attribute, pathId)) return NO_MEMORY;
    this.#attributes.retain(attribute);
    this.#paths++;
    if (first) {
      this.#prefixes++;
      this.#nlri.retain(nlri);
    }
    return ADDED;
  }

  #removeFromLayer(nlri: number, index: number): void {
    const layers = this.#layers;
    const value = layers[index]!.get(nlri);
    let last = index;
    for (let next = layers[last + 1]; next !== undefined; next = layers[last + 1]) {
      const moved = next.get(nlri);
      if (moved === 0) break;
      layers[last]!.set(nlri, moved, next.second(nlri));
      last++;
    }
    layers[last]!.delete(nlri);
    this.#removed(nlri, value);
  }

  #removed(nlri: number, value: number): void {
    this.#attributes.release(value & ATTRIBUTE);
    this.#paths--;
    if (value < 0) this.#stale--;
    if (this.get(nlri) !== 0) return;
    this.#prefixes--;
    this.#nlri.release(nlri);
  }
}
