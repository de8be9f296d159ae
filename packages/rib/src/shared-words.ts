/** Growth at a time: an eighth of what is there, at least this many words (64 KiB). */
const SMALLEST_GROWTH = 16_384;

/**
 * A growable array of 32-bit words in shared memory: address space is reserved for the most it may hold and
 * memory is committed as it grows, so growth never copies and never moves what other threads look at.
 *
 * NB: `words` is a view of fixed length, because views that follow a growable buffer's length are about eight
 * times slower in V8. `ensure` replaces the view: read `words` again after anything that may grow it, for a
 * write past the end of an old view is lost silently.
 */
export class SharedWords {
  readonly name: string;
  readonly buffer: SharedArrayBuffer;
  readonly maxWords: number;
  words: Int32Array<SharedArrayBuffer>;

  /** @param maxWords the bound; `ensure` refuses more. */
  constructor(name: string, maxWords: number) {
    this.name = name;
    this.maxWords = maxWords;
    this.buffer = new SharedArrayBuffer(0, { maxByteLength: maxWords * 4 });
    this.words = new Int32Array(this.buffer, 0, 0);
  }

  get allocatedBytes(): number {
    return this.words.length * 4;
  }

  /**
   * Makes room for `length` words, new ones zero. False where that is past the bound; nothing changes then.
   */
  ensure(length: number): boolean {
    const held = this.words.length;
    if (length <= held) return true;
    if (length > this.maxWords) return false;
    const target = Math.min(this.maxWords, Math.max(length, held + Math.max(held >>> 3, SMALLEST_GROWTH)));
    this.buffer.grow(target * 4);
    this.words = new Int32Array(this.buffer, 0, target);
    return true;
  }
}
