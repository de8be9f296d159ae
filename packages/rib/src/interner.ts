import { ByteArena } from "./byte-arena.ts";
import { halfSipHash, type HashSeed } from "./half-sip-hash.ts";
import { SharedWords } from "./shared-words.ts";

/** What one id's record holds, in words. `NEXT` links a bucket's chain, or the free ids. */
const NEXT = 0;
const HASH = 1;
const REFERENCES = 2;
/** Where the octets are: two words that the arena keeps. */
const PLACE = 3;
const RECORD_WORDS = 5;

const IDS_EVER = 0;
const FREE_ID = 1;
const IN_USE = 2;
const BUCKETS = 3;
const STATE_WORDS = 4;

export interface InternerOptions {
  readonly name: string;
  readonly seed: HashSeed;
  /** Most distinct byte strings at once. */
  readonly maxEntries: number;
  /** Most octets at once, padding and headers included. */
  readonly maxBytes: number;
}

/**
 * Byte strings ↔ dense ids from 1, reference counted. Equal bytes have one id while anyone refers to them; an
 * id without references is free and will be given to other bytes.
 *
 * The hash table grows by linear hashing, one bucket split with each new entry, so no insertion ever stops to
 * rehash the rest.
 */
export class Interner {
  readonly arena: ByteArena;
  readonly records: SharedWords;
  readonly buckets: SharedWords;
  readonly state = new Int32Array(new SharedArrayBuffer(STATE_WORDS * 4));
  readonly #seed: HashSeed;
  readonly #maxEntries: number;

  constructor(options: InternerOptions) {
    const { name, seed, maxEntries, maxBytes } = options;
    this.#seed = seed;
    this.#maxEntries = maxEntries;
    this.records = new SharedWords(`${name} records`, (maxEntries + 1) * RECORD_WORDS);
    this.arena = new ByteArena(name, maxBytes, { records: this.records, stride: RECORD_WORDS, field: PLACE });
    this.buckets = new SharedWords(`${name} buckets`, maxEntries + 1);
    this.state[BUCKETS] = 1;
    this.buckets.ensure(1);
  }

  /** Ids in use. */
  get size(): number {
    return this.state[IN_USE]!;
  }

  /** One more than the largest id ever given. */
  get idLimit(): number {
    return this.state[IDS_EVER]! + 1;
  }

  /** The id of these bytes, or 0 where they are not held. No reference is taken. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#search(halfSipHash(this.#seed, bytes, start, end), bytes, start, end);
  }

  /**
   * The id of these bytes, a copy of which is stored where they are new, or 0 where a limit refuses them.
   * A new id has no references: {@link retain} it, or {@link discard} it.
   */
  findOrAdd(bytes: Uint8Array, start: number, end: number): number {
    const hash = halfSipHash(this.#seed, bytes, start, end);
    const found = this.#search(hash, bytes, start, end);
    if (found !== 0) return found;
    const { state } = this;
    if (state[IN_USE]! >= this.#maxEntries) return 0;
    const free = state[FREE_ID]!;
    const id = free === 0 ? state[IDS_EVER]! + 1 : free;
    if (!this.records.ensure((id + 1) * RECORD_WORDS) || !this.buckets.ensure(state[IN_USE]! + 2)) return 0;
    if (!this.arena.put(id, bytes, start, end)) return 0;
    const records = this.records.words;
    const at = id * RECORD_WORDS;
    if (free === 0) state[IDS_EVER] = id;
    else state[FREE_ID] = records[at + NEXT]!;
    const bucket = bucketOf(hash, state[BUCKETS]!);
    records[at + NEXT] = this.buckets.words[bucket]!;
    records[at + HASH] = hash;
    records[at + REFERENCES] = 0;
    this.buckets.words[bucket] = id;
    state[IN_USE] = state[IN_USE]! + 1;
    if (state[IN_USE] > state[BUCKETS]!) this.#split();
    return id;
  }

  references(id: number): number {
    return this.records.words[id * RECORD_WORDS + REFERENCES]!;
  }

  retain(id: number): void {
    const at = id * RECORD_WORDS + REFERENCES;
    this.records.words[at] = this.records.words[at]! + 1;
  }

  /** Gives one reference back; the last frees the id. */
  release(id: number): void {
    const at = id * RECORD_WORDS + REFERENCES;
    const left = this.records.words[at]! - 1;
    this.records.words[at] = left;
    if (left === 0) this.#free(id);
  }

  /** Frees an id that was added and is referred to by nobody yet; does nothing to others. */
  discard(id: number): void {
    if (this.references(id) === 0) this.#free(id);
  }

  /** A view of the bytes, right until the next addition: copy what must last. */
  bytes(id: number): Uint8Array<SharedArrayBuffer> {
    return this.arena.view(id);
  }

  #search(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const records = this.records.words;
    let id = this.buckets.words[bucketOf(hash, this.state[BUCKETS]!)]!;
    while (id !== 0) {
      const at = id * RECORD_WORDS;
      if (records[at + HASH] === hash && this.arena.equals(id, bytes, start, end)) return id;
      id = records[at + NEXT]!;
    }
    return 0;
  }

  #free(id: number): void {
    const records = this.records.words;
    const buckets = this.buckets.words;
    const at = id * RECORD_WORDS;
    const bucket = bucketOf(records[at + HASH]!, this.state[BUCKETS]!);
    let other = buckets[bucket]!;
    if (other === id) {
      buckets[bucket] = records[at + NEXT]!;
    } else {
      while (records[other * RECORD_WORDS + NEXT]! !== id) other = records[other * RECORD_WORDS + NEXT]!;
      records[other * RECORD_WORDS + NEXT] = records[at + NEXT]!;
    }
    this.arena.remove(id);
    records[at + NEXT] = this.state[FREE_ID]!;
    this.state[FREE_ID] = id;
    this.state[IN_USE] = this.state[IN_USE]! - 1;
  }

  /** Linear hashing: one bucket more, which takes its share of the entries of one other. */
  #split(): void {
    const records = this.records.words;
    const buckets = this.buckets.words;
    const added = this.state[BUCKETS]!;
    this.state[BUCKETS] = added + 1;
    const old = added - (1 << (31 - Math.clz32(added)));
    let id = buckets[old]!;
    let stay = 0;
    let move = 0;
    while (id !== 0) {
      const at = id * RECORD_WORDS;
      const next = records[at + NEXT]!;
      if (bucketOf(records[at + HASH]!, added + 1) === added) {
        records[at + NEXT] = move;
        move = id;
      } else {
        records[at + NEXT] = stay;
        stay = id;
      }
      id = next;
    }
    buckets[old] = stay;
    buckets[added] = move;
  }
}

/** The bucket of a hash among `count`: its low bits, one bit fewer where that bucket is not there yet. */
function bucketOf(hash: number, count: number): number {
  const high = 1 << (31 - Math.clz32(count));
  const wide = hash & (high * 2 - 1);
  return wide < count ? wide : hash & (high - 1);
}
