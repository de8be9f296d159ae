import { SharedWords } from "./shared-words.ts";

const IDS_EVER = 0;
const FREE_ID = 1;
const IN_USE = 2;

/** Ids share a word with a prefix length elsewhere, so there are 24 bits of them. */
export const MOST_PREFIXES = 0xff_fffe;

/**
 * Prefixes of one address family ↔ dense ids from 1, reference counted. A record is the address in 1 or 4
 * words of network order, host bits 0, and a word of references << 8 | length in bits. A free record's last
 * word links the free ids.
 */
export class PrefixRecords {
  /** Words of an address: 1 for IPv4, 4 for IPv6. */
  readonly width: number;
  readonly records: SharedWords;
  readonly state = new Int32Array(new SharedArrayBuffer(12));
  readonly #stride: number;
  readonly #maxPrefixes: number;

  constructor(name: string, width: number, maxPrefixes: number) {
    this.width = width;
    this.#stride = width + 1;
    this.#maxPrefixes = Math.min(maxPrefixes, MOST_PREFIXES);
    this.records = new SharedWords(`${name} prefixes`, (this.#maxPrefixes + 1) * this.#stride);
  }

  /** Prefixes held. */
  get size(): number {
    return this.state[IN_USE]!;
  }

  /** A new record without references, or 0 where there are too many prefixes. */
  create(address: Int32Array, length: number): number {
    const { state } = this;
    const free = state[FREE_ID]!;
    const id = free === 0 ? state[IDS_EVER]! + 1 : free;
    const at = id * this.#stride;
    if (id > this.#maxPrefixes || !this.records.ensure(at + this.#stride)) return 0;
    const words = this.records.words;
    if (free === 0) state[IDS_EVER] = id;
    else state[FREE_ID] = words[at + this.width]!;
    for (let i = 0; i < this.width; i++) words[at + i] = address[i]!;
    words[at + this.width] = length;
    state[IN_USE] = state[IN_USE]! + 1;
    return id;
  }

  /** Frees an id. */
  remove(id: number): void {
    this.records.words[id * this.#stride + this.width] = this.state[FREE_ID]!;
    this.state[FREE_ID] = id;
    this.state[IN_USE] = this.state[IN_USE]! - 1;
  }

  /** Prefix length in bits. */
  length(id: number): number {
    return this.records.words[id * this.#stride + this.width]! & 0xff;
  }

  /** One word of the address, signed; `index` is 0 for the first 32 bits. */
  word(id: number, index: number): number {
    return this.records.words[id * this.#stride + index]!;
  }

  references(id: number): number {
    return this.records.words[id * this.#stride + this.width]! >>> 8;
  }

  /** @param by 1 or -1 */
  addReferences(id: number, by: number): void {
    const at = id * this.#stride + this.width;
    this.records.words[at] = this.records.words[at]! + (by << 8);
  }

  /**
   * Leading bits that the address of a prefix has in common with another: up to 32 or 128, whatever the
   * length.
   */
  commonBits(id: number, address: Int32Array): number {
    const words = this.records.words;
    const at = id * this.#stride;
    for (let i = 0; i < this.width; i++) {
      const difference = words[at + i]! ^ address[i]!;
      if (difference !== 0) return i * 32 + Math.clz32(difference);
    }
    return this.width * 32;
  }

  /** Bit `position` of a prefix's address, counted from the top. */
  bit(id: number, position: number): number {
    return (this.word(id, position >>> 5) >>> (~position & 31)) & 1;
  }
}
