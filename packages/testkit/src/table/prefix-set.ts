import type { Family } from "@netferry/bgp";

/** Most prefixes of one family that a set holds, several times the full tables of today. */
export const MAX_PREFIXES = 8_000_000;

/** Distinct prefixes of one family, in the order in which they were added, as NLRI in one flat buffer. */
export interface PrefixSet {
  readonly family: Family;
  readonly size: number;
  /** All NLRI one after the other (RFC 4271 section 4.3). Not to be written to. */
  readonly bytes: Uint8Array;
  /** `size + 1` offsets into `bytes`: prefix i is at `[offsets[i], offsets[i + 1])`. Not to be written to. */
  readonly offsets: Uint32Array;
  /** A view of one prefix's NLRI. */
  nlri(index: number): Uint8Array;
}

/** More prefixes than MAX_PREFIXES. */
export class TooManyPrefixesError extends Error {
  override readonly name = "TooManyPrefixesError";

  constructor() {
    super(`more than ${MAX_PREFIXES} prefixes in one family; take fewer`);
  }
}

/** Collects prefixes. One family, growing buffers, and on request a check for what is there already. */
export class PrefixSetBuilder {
  readonly #family: Family;
  #bytes: Uint8Array;
  #offsets: Uint32Array;
  #size = 0;
  /** Open addressing: index + 1 of a prefix, 0 for a free place. Undefined where nobody asks for duplicates. */
  #index: Uint32Array | undefined;

  /** `distinct`: the caller knows that there are no duplicates, so that no index is needed. */
  constructor(family: Family, options: { readonly capacity?: number; readonly distinct?: boolean } = {}) {
    const capacity = Math.max(16, options.capacity ?? 0);
    this.#family = family;
    this.#bytes = new Uint8Array(capacity * 8);
    this.#offsets = new Uint32Array(capacity + 1);
    this.#index = options.distinct === true ? undefined : new Uint32Array(64);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Adds the NLRI at `[start, end)`; false if it was there already. The bytes are copied.
   * @throws TooManyPrefixesError
   */
  add(source: Uint8Array, start: number, end: number): boolean {
    this.#reserve(end - start);
    const at = this.#offsets[this.#size]!;
    for (let from = start, to = at; from < end; from += 1, to += 1) this.#bytes[to] = source[from]!;
    if (this.#index !== undefined && !this.#enter(this.#index, at, at + end - start)) return false;
    this.#size += 1;
    this.#offsets[this.#size] = at + end - start;
    return true;
  }

  /** The set; the builder is not to be used any more. */
  finish(): PrefixSet {
    const size = this.#size;
    const offsets = this.#offsets.slice(0, size + 1);
    const bytes = this.#bytes.slice(0, offsets[size]);
    this.#index = undefined;
    return {
      family: this.#family,
      size,
      bytes,
      offsets,
      nlri: (index) => bytes.subarray(offsets[index], offsets[index + 1]),
    };
  }

  #reserve(octets: number): void {
    if (this.#size >= MAX_PREFIXES) throw new TooManyPrefixesError();
    const at = this.#offsets[this.#size]!;
    if (at + octets > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#bytes.length + octets);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    if (this.#size + 1 >= this.#offsets.length) {
      const grown = new Uint32Array(2 * this.#offsets.length);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
  }

  #enter(index: Uint32Array, start: number, end: number): boolean {
    const mask = index.length - 1;
    let place = this.#hash(start, end) & mask;
    for (let entry = index[place]!; entry !== 0; entry = index[place]!) {
      if (this.#equals(entry - 1, start, end)) return false;
      place = (place + 1) & mask;
    }
    index[place] = this.#size + 1;
    if (2 * (this.#size + 1) > index.length) this.#growIndex(index.length * 2);
    return true;
  }

  #growIndex(length: number): void {
    const grown = new Uint32Array(length);
    for (let entry = 0; entry < this.#size; entry += 1) {
      let place = this.#hash(this.#offsets[entry]!, this.#offsets[entry + 1]!) & (length - 1);
      while (grown[place] !== 0) place = (place + 1) & (length - 1);
      grown[place] = entry + 1;
    }
    // The entry being added has no end offset yet.
    const start = this.#offsets[this.#size]!;
    const end = start + 1 + ((this.#bytes[start]! + 7) >>> 3);
    let place = this.#hash(start, end) & (length - 1);
    while (grown[place] !== 0) place = (place + 1) & (length - 1);
    grown[place] = this.#size + 1;
    this.#index = grown;
  }

  #hash(start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ this.#bytes[at]!, 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #equals(entry: number, start: number, end: number): boolean {
    const other = this.#offsets[entry]!;
    if (this.#offsets[entry + 1]! - other !== end - start) return false;
    for (let at = 0; at < end - start; at += 1) {
      if (this.#bytes[other + at] !== this.#bytes[start + at]) return false;
    }
    return true;
  }
}
