import { SharedWords } from "./shared-words.ts";

/** The smallest block: 16 words, a cache line. A block of order n has `SMALLEST_BLOCK << n` words. */
export const SMALLEST_BLOCK = 16;
/** Orders there are: the largest block is 4 GiB. */
const ORDERS = 27;
/** Growth at a time: an eighth of what is there, at least 64 KiB. */
const SMALLEST_GROWTH = 16_384;

const END = 0;
const IN_USE = 1;
const HEADS = 2;

/** The order of the smallest block that holds `words`. */
export function orderOf(words: number): number {
  const blocks = Math.ceil(words / SMALLEST_BLOCK);
  return blocks <= 1 ? 0 : 32 - Math.clz32(blocks - 1);
}

/**
 * Blocks of 16, 32, 64... words out of one shared array: a buddy allocator. Its users ask for powers of two,
 * so nothing is lost inside a block, and freed neighbours join again.
 *
 * A free block's first two words link it into the list of its order; its tag is its order + 1. Offset 0 is
 * never given out: it means "no block".
 */
export class BlockHeap {
  readonly memory: SharedWords;
  /** One octet for each smallest block: not 0 where a free block begins. */
  readonly tags: SharedWords;
  readonly state = new Int32Array(new SharedArrayBuffer((HEADS + ORDERS) * 4));
  #tags: Uint8Array<SharedArrayBuffer>;

  constructor(name: string, maxBytes: number) {
    const maxBlocks = Math.floor(Math.min(0x7fff_ffff, maxBytes / 4) / SMALLEST_BLOCK);
    this.memory = new SharedWords(`${name} blocks`, maxBlocks * SMALLEST_BLOCK);
    this.tags = new SharedWords(`${name} block tags`, Math.ceil(maxBlocks / 4));
    this.#tags = new Uint8Array(this.tags.buffer, 0, 0);
    this.state[END] = SMALLEST_BLOCK;
  }

  /** Words in blocks that are given out. */
  get wordsInUse(): number {
    return this.state[IN_USE]!;
  }

  /** Word offset of a zeroed block, or 0 where memory is refused. May replace `memory.words`. */
  allocate(order: number): number {
    const { state } = this;
    let from = order;
    while (from < ORDERS && state[HEADS + from] === 0) from++;
    if (from === ORDERS) {
      if (!this.#extend(order)) return 0;
      from = order;
      while (state[HEADS + from] === 0) from++;
    }
    const offset = state[HEADS + from]!;
    this.#unlink(offset, from);
    while (from > order) {
      from--;
      this.#link(offset + (SMALLEST_BLOCK << from), from);
    }
    const size = SMALLEST_BLOCK << order;
    this.memory.words.fill(0, offset, offset + size);
    state[IN_USE] = state[IN_USE]! + size;
    return offset;
  }

  /** Takes back a block; `order` is the one it was allocated with. */
  release(offset: number, order: number): void {
    this.state[IN_USE] = this.state[IN_USE]! - (SMALLEST_BLOCK << order);
    this.#join(offset, order);
  }

  /** Adds room for at least one block of this order. */
  #extend(order: number): boolean {
    const end = this.state[END]!;
    const size = SMALLEST_BLOCK << order;
    const needed = Math.ceil(end / size) * size + size;
    const wanted = end + Math.max(end >>> 3, SMALLEST_GROWTH);
    const target = Math.max(needed, Math.min(this.memory.maxWords, wanted - (wanted % SMALLEST_BLOCK)));
    if (!this.memory.ensure(target) || !this.tags.ensure(Math.ceil(target / SMALLEST_BLOCK / 4)))
      return false;
    this.#tags = new Uint8Array(this.tags.buffer, 0, this.tags.words.length * 4);
    this.state[END] = target;
    let at = end;
    while (at < target) {
      const aligned = 31 - Math.clz32((at / SMALLEST_BLOCK) & -(at / SMALLEST_BLOCK));
      const fitting = 31 - Math.clz32((target - at) / SMALLEST_BLOCK);
      const step = Math.min(aligned, fitting, ORDERS - 1);
      this.#join(at, step);
      at += SMALLEST_BLOCK << step;
    }
    return true;
  }

  /** Frees a block together with its free buddies. */
  #join(offset: number, order: number): void {
    let start = offset;
    let of = order;
    while (of < ORDERS - 1) {
      const buddy = start ^ (SMALLEST_BLOCK << of);
      if (this.#tags[buddy / SMALLEST_BLOCK] !== of + 1) break;
      this.#unlink(buddy, of);
      if (buddy < start) start = buddy;
      of++;
    }
    this.#link(start, of);
  }

  #link(offset: number, order: number): void {
    const words = this.memory.words;
    const next = this.state[HEADS + order]!;
    words[offset] = next;
    words[offset + 1] = 0;
    if (next !== 0) words[next + 1] = offset;
    this.state[HEADS + order] = offset;
    this.#tags[offset / SMALLEST_BLOCK] = order + 1;
  }

  #unlink(offset: number, order: number): void {
    const words = this.memory.words;
    const next = words[offset]!;
    const previous = words[offset + 1]!;
    if (previous === 0) this.state[HEADS + order] = next;
    else words[previous] = next;
    if (next !== 0) words[next + 1] = previous;
    this.#tags[offset / SMALLEST_BLOCK] = 0;
  }
}
