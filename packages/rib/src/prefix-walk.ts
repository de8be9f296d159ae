import type { PrefixTrie } from "./prefix-trie.ts";

/** Right-hand links that wait, one for each bit on the way down, and the link in hand. */
const DEEPEST = 132;

/**
 * Goes through the prefixes of a trie in order: by address, a shorter prefix before the longer ones that it
 * covers. Good until the trie changes; to go on after that, `seekAfter` the last prefix seen.
 */
export class PrefixWalk {
  readonly #trie: PrefixTrie;
  readonly #waiting = new Int32Array(DEEPEST);
  #count = 0;
  /** The next place of the implicit tree of short prefixes and heads: a length, and its bits. */
  #length = 0;
  #bits = 0;
  #done = true;

  constructor(trie: PrefixTrie) {
    this.#trie = trie;
  }

  /** Stands before the first prefix after `trie.address`/`length`, which need not be there. */
  seekAfter(length: number): void {
    const trie = this.#trie;
    this.#count = 0;
    this.#done = false;
    this.#length = Math.min(length, trie.headBits);
    this.#bits = this.#length === 0 ? 0 : trie.address[0]! >>> (32 - this.#length);
    if (length >= trie.headBits && trie.nodes.words[trie.head()] !== 0) this.#seekBelowHead(length);
    this.#advance();
  }

  /** The id of the next prefix, or 0 after the last. */
  next(): number {
    const trie = this.#trie;
    const nodes = trie.nodes.words;
    const short = trie.short.words;
    for (;;) {
      while (this.#count > 0) {
        const link = this.#waiting[--this.#count]!;
        if (link < 0) return ~link;
        this.#push(nodes[link + 1]!);
        this.#push(nodes[link]!);
        const id = nodes[link + 2]! >>> 8;
        if (id !== 0) return id;
      }
      if (this.#done) return 0;
      const length = this.#length;
      const bits = this.#bits;
      this.#advance();
      if (length === trie.headBits) {
        this.#push(nodes[bits]!);
      } else {
        const id = short[(1 << length) | bits]!;
        if (id !== 0) return id;
      }
    }
  }

  /** Queues what follows `address`/`length` under its head. */
  #seekBelowHead(length: number): void {
    const { address, prefixes } = this.#trie;
    const nodes = this.#trie.nodes.words;
    const sample = this.#trie.descend(length);
    const agreed = Math.min(length, prefixes.length(sample), prefixes.commonBits(sample, address));
    let link = nodes[this.#trie.head()]!;
    let position = this.#position(link);
    while (position < agreed) {
      const side = (address[position >>> 5]! >>> (~position & 31)) & 1;
      if (side === 0) this.#push(nodes[link + 1]!);
      link = nodes[link + side]!;
      position = this.#position(link);
    }
    // Here is all that begins with the first `agreed` bits; no more of them are ours.
    const side = agreed === length ? 0 : (address[agreed >>> 5]! >>> (~agreed & 31)) & 1;
    if (position > agreed) {
      if (side === 0) this.#push(link);
    } else if (link > 0) {
      if (side === 0) this.#push(nodes[link + 1]!);
      if (agreed === length) this.#push(nodes[link]!);
    }
  }

  #position(link: number): number {
    return link < 0 ? this.#trie.prefixes.length(~link) : this.#trie.nodes.words[link + 2]! & 0xff;
  }

  #push(link: number): void {
    if (link !== 0) this.#waiting[this.#count++] = link;
  }

  /** To the next place of the implicit tree: down to the left, else up to where there is a right. */
  #advance(): void {
    if (this.#length < this.#trie.headBits) {
      this.#length++;
      this.#bits *= 2;
      return;
    }
    while (this.#length > 0 && (this.#bits & 1) === 1) {
      this.#bits >>>= 1;
      this.#length--;
    }
    if (this.#length === 0) this.#done = true;
    else this.#bits++;
  }
}
