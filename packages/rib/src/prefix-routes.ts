import type { Family } from "@netferry/bgp";
import { NO_ATTRIBUTES } from "./attribute-table.ts";
import { type ApplyTally, type FamilyRoutes, putPath, removePath, type RibParts } from "./family-routes.ts";
import { PathColumns } from "./path-columns.ts";
import { isPrefix, type PrefixDirectory } from "./prefix-directory.ts";
import { walkPrefixes } from "./prefix-pages.ts";
import type { Path, Route, WalkOptions, WalkPage } from "./route.ts";

/** The routes of one device in an IPv4 or IPv6 family. */
export class PrefixRoutes implements FamilyRoutes {
  readonly family: Family;
  readonly paths: PathColumns;
  readonly #directory: PrefixDirectory;
  readonly #parts: RibParts;

  constructor(family: Family, directory: PrefixDirectory, parts: RibParts) {
    this.family = family;
    this.#directory = directory;
    this.#parts = parts;
    this.paths = new PathColumns(parts.columns, parts.attributes, directory, parts.limits.pathsPerPrefix);
  }

  announce(
    bytes: Uint8Array,
    start: number,
    end: number,
    addPath: boolean,
    attribute: number,
    tally: ApplyTally,
  ): void {
    const directory = this.#directory;
    const maxBits = directory.width * 32;
    let at = start;
    while (at < end) {
      let pathId: number | undefined;
      if (addPath) {
        pathId = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
        at += 4;
      }
      // Past the end there is no length, and no octets: neither can pass.
      const bits = at < end ? bytes[at]! : maxBits + 1;
      const next = at + 1 + ((bits + 7) >>> 3);
      if (bits > maxBits || next > end) {
        tally.breakOff();
        return;
      }
      directory.read(bytes, at + 1, bits);
      this.#announce(bits, pathId, attribute, tally);
      at = next;
    }
  }

  withdraw(bytes: Uint8Array, start: number, end: number, addPath: boolean): number {
    const directory = this.#directory;
    const maxBits = directory.width * 32;
    let removed = 0;
    let at = start;
    while (at < end) {
      let pathId: number | undefined;
      if (addPath) {
        pathId = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
        at += 4;
      }
      const bits = at < end ? bytes[at]! : maxBits + 1;
      const next = at + 1 + ((bits + 7) >>> 3);
      if (bits > maxBits || next > end) {
        this.#parts.rejections.malformed++;
        return removed;
      }
      directory.read(bytes, at + 1, bits);
      if (this.#withdraw(bits, pathId)) removed++;
      at = next;
    }
    return removed;
  }

  announceOne(
    bytes: Uint8Array,
    start: number,
    end: number,
    pathId: number | undefined,
    attribute: number,
    tally: ApplyTally,
  ): void {
    if (!this.#read(bytes, start, end)) tally.breakOff();
    else this.#announce(bytes[start]!, pathId, attribute, tally);
  }

  withdrawOne(bytes: Uint8Array, start: number, end: number, pathId: number | undefined): boolean {
    if (this.#read(bytes, start, end)) return this.#withdraw(bytes[start]!, pathId);
    this.#parts.rejections.malformed++;
    return false;
  }

  exact(nlri: Uint8Array): Path[] {
    if (!this.#read(nlri, 0, nlri.length)) return [];
    return this.paths.pathsTo(this.#directory.trie.find(nlri[0]!));
  }

  match(address: Uint8Array): number {
    const { width, trie } = this.#directory;
    if (address.length !== width * 4) return 0;
    this.#directory.read(address, 0, width * 32);
    return trie.longestMatch(this.paths);
  }

  route(id: number): Route {
    return { family: this.family, nlri: this.#directory.nlri(id), paths: this.paths.pathsTo(id) };
  }

  walk(options: WalkOptions): WalkPage {
    return walkPrefixes(this.family, this.#directory, this.paths, options);
  }

  /** Announces a path to the prefix that the directory has read. */
  #announce(bits: number, pathId: number | undefined, attribute: number, tally: ApplyTally): void {
    const { paths } = this;
    const { trie } = this.#directory;
    if (attribute === NO_ATTRIBUTES) {
      // What the path was is true no more, and what it is cannot be kept: better no answer than a wrong one.
      this.#withdraw(bits, pathId);
      tally.reject("without-attributes");
      return;
    }
    const full = paths.prefixCount >= this.#parts.limits.tablePrefixes;
    const id = full ? trie.find(bits) : trie.findOrAdd(bits);
    if (full && (id === 0 || paths.get(id) === 0)) {
      tally.reject("table-prefixes");
    } else if (id === 0) {
      tally.reject("prefixes");
    } else if (!tally.count(putPath(paths, id, pathId, attribute))) {
      this.#directory.discard(id);
    }
  }

  #withdraw(bits: number, pathId: number | undefined): boolean {
    const id = this.#directory.trie.find(bits);
    return id !== 0 && removePath(this.paths, id, pathId);
  }

  /** Reads a run of just one prefix. False where it is none. */
  #read(bytes: Uint8Array, start: number, end: number): boolean {
    if (!isPrefix(this.family, bytes.subarray(start, end))) return false;
    this.#directory.read(bytes, start + 1, bytes[start]!);
    return true;
  }
}
