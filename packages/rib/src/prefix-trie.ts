import type { PrefixRecords } from "./prefix-records.ts";
import { SharedWords } from "./shared-words.ts";

/**
 * What a branch holds, in words: its two children, and prefix id << 8 | position of the bit that it tests.
 */
const META = 2;
const BRANCH_WORDS = 3;

const END = 0;
const FREE_BRANCH = 1;
const BRANCHES = 2;

/** Edges and chains on one way down: a branch per bit at most. */
const DEEPEST = 130;

/** What says whether a device holds a prefix: a column. */
export interface Held {
  /** Not 0 where the prefix with this id is held. */
  get(id: number): number;
}

/**
 * All prefixes of one family, in the order of their bits: exact match, longest match, and ordered walks,
 * without a hash. Prefixes shorter than `headBits` stand in a plain array, the implicit binary tree. Under
 * each of the 2^headBits values there is a Patricia trie of those that begin with it.
 *
 * A link is 0 (nothing), `~id` (negative: a prefix with nothing below it), or the word offset of a branch. A
 * branch tests one bit; it has a prefix id where a prefix ends just there, else two children. Bits between
 * branches are not tested on the way down but compared once, with the prefix at the end of it.
 *
 * No update touches more than the links around one prefix, so a default route that comes and goes costs what
 * any other does. Prefixes that cover an address are those met on the way down.
 */
export class PrefixTrie {
  readonly prefixes: PrefixRecords;
  readonly headBits: number;
  /** 2^headBits links, then branches. */
  readonly nodes: SharedWords;
  /** Ids of short prefixes, at `1 << length | bits`. */
  readonly short: SharedWords;
  readonly state = new Int32Array(new SharedArrayBuffer(12));
  /** The address that the next call is about, host bits 0: 1 or 4 words of network order. */
  readonly address = new Int32Array(4);
  readonly #way = new Int32Array(DEEPEST);
  readonly #covering = new Int32Array(DEEPEST);
  #depth = 0;

  constructor(name: string, prefixes: PrefixRecords, headBits: number, maxPrefixes: number) {
    this.prefixes = prefixes;
    this.headBits = headBits;
    const heads = 1 << headBits;
    this.nodes = new SharedWords(`${name} trie`, heads + maxPrefixes * BRANCH_WORDS);
    this.short = new SharedWords(`${name} short prefixes`, heads);
    this.nodes.ensure(heads);
    this.short.ensure(heads);
    this.state[END] = heads;
  }

  /** Branches in use. */
  get branches(): number {
    return this.state[BRANCHES]!;
  }

  /** Words in use. */
  get wordsInUse(): number {
    return (1 << this.headBits) + this.branches * BRANCH_WORDS;
  }

  /** The id of the prefix `address`/`length`, or 0. */
  find(length: number): number {
    const { address, prefixes } = this;
    if (length < this.headBits) return this.short.words[this.shortIndex(length)]!;
    const nodes = this.nodes.words;
    let link = nodes[this.head()]!;
    while (link > 0) {
      const meta = nodes[link + META]!;
      const position = meta & 0xff;
      if (position >= length) {
        const id = meta >>> 8;
        return position === length && id !== 0 && prefixes.commonBits(id, address) >= length ? id : 0;
      }
      link = nodes[link + ((address[position >>> 5]! >>> (~position & 31)) & 1)]!;
    }
    if (link === 0) return 0;
    return prefixes.length(~link) === length && prefixes.commonBits(~link, address) >= length ? ~link : 0;
  }

  /**
   * The id of the prefix `address`/`length`, which is created where it is new, or 0 where there are too many.
   */
  findOrAdd(length: number): number {
    const found = this.find(length);
    return found === 0 ? this.#add(length) : found;
  }

  #add(length: number): number {
    const { address, prefixes } = this;
    if (!this.nodes.ensure(this.state[END]! + BRANCH_WORDS)) return 0;
    const id = prefixes.create(address, length);
    if (id === 0) return 0;
    if (length < this.headBits) {
      this.short.words[this.shortIndex(length)] = id;
      return id;
    }
    const nodes = this.nodes.words;
    const head = this.head();
    if (nodes[head] === 0) {
      nodes[head] = ~id;
      return id;
    }
    // Down by the tested bits alone, then up again to where the prefix met there ceases to agree.
    const sample = this.descend(length);
    const agreed = Math.min(length, prefixes.length(sample), prefixes.commonBits(sample, address));
    const edge = this.#edgeAt(agreed);
    const link = nodes[edge]!;
    const position = link < 0 ? prefixes.length(~link) : nodes[link + META]! & 0xff;
    if (link === 0) {
      nodes[edge] = ~id;
    } else if (agreed === length) {
      // Above what is there, or at a branch that had no prefix.
      if (position === length) nodes[link + META] = (id << 8) | length;
      else nodes[edge] = this.#branch(id, length, prefixes.bit(sample, length), link, 0);
    } else {
      const side = (address[agreed >>> 5]! >>> (~agreed & 31)) & 1;
      if (position > agreed) nodes[edge] = this.#branch(0, agreed, side, ~id, link);
      else if (link < 0) nodes[edge] = this.#branch(~link, agreed, side, ~id, 0);
      else nodes[link + side] = ~id;
    }
    return id;
  }

  /** Takes the prefix `address`/`length` out and frees its id. It must be there. */
  remove(length: number): void {
    const { address, prefixes } = this;
    if (length < this.headBits) {
      const index = this.shortIndex(length);
      prefixes.remove(this.short.words[index]!);
      this.short.words[index] = 0;
      return;
    }
    const nodes = this.nodes.words;
    let above = -1;
    let parent = 0;
    let edge = this.head();
    let link = nodes[edge]!;
    while (link > 0 && (nodes[link + META]! & 0xff) < length) {
      const position = nodes[link + META]! & 0xff;
      above = edge;
      parent = link;
      edge = link + ((address[position >>> 5]! >>> (~position & 31)) & 1);
      link = nodes[edge]!;
    }
    if (link > 0) {
      prefixes.remove(nodes[link + META]! >>> 8);
      nodes[link + META] = length;
      this.#unbranch(edge, link);
      return;
    }
    prefixes.remove(~link);
    nodes[edge] = 0;
    if (above !== -1) this.#unbranch(above, parent);
  }

  /** The longest prefix that covers `address` (all of its bits) and that `held` holds, or 0. */
  longestMatch(held: Held): number {
    const { address, prefixes } = this;
    const nodes = this.nodes.words;
    const covering = this.#covering;
    let count = 0;
    let link = nodes[this.head()]!;
    while (link > 0) {
      const meta = nodes[link + META]!;
      if (meta >>> 8 !== 0) covering[count++] = meta >>> 8;
      const position = meta & 0xff;
      link = nodes[link + ((address[position >>> 5]! >>> (~position & 31)) & 1)]!;
    }
    if (link < 0) covering[count++] = ~link;
    if (count > 0) {
      // What stands above the last one begins with the same bits, so one comparison does for all.
      const agreed = prefixes.commonBits(covering[count - 1]!, address);
      while (count > 0) {
        const id = covering[--count]!;
        if (prefixes.length(id) <= agreed && held.get(id) !== 0) return id;
      }
    }
    const short = this.short.words;
    for (let index = (1 << (this.headBits - 1)) | (this.head() >>> 1); index > 0; index >>>= 1) {
      const id = short[index]!;
      if (id !== 0 && held.get(id) !== 0) return id;
    }
    return 0;
  }

  /** The value of the first `headBits` bits of `address`: the word offset of its link, too. */
  head(): number {
    return this.address[0]! >>> (32 - this.headBits);
  }

  /** Where the short prefix `address`/`length` stands in `short`. */
  shortIndex(length: number): number {
    return length === 0 ? 1 : (1 << length) | (this.address[0]! >>> (32 - length));
  }

  /**
   * Goes down under {@link head} by the bits of `address`/`length` that branches test, and gives the id of a
   * prefix met at the end: none agrees with it in more bits. There must be something under the head.
   */
  descend(length: number): number {
    const { address } = this;
    const nodes = this.nodes.words;
    const way = this.#way;
    let edge = this.head();
    let depth = 0;
    for (;;) {
      way[depth] = edge;
      this.#depth = depth;
      const link = nodes[edge]!;
      if (link < 0) return ~link;
      const meta = nodes[link + META]!;
      const position = meta & 0xff;
      if (position >= length) return this.#anyBelow(link);
      edge = link + ((address[position >>> 5]! >>> (~position & 31)) & 1);
      depth++;
      if (nodes[edge] === 0) {
        way[depth] = edge;
        this.#depth = depth;
        return meta >>> 8;
      }
    }
  }

  /**
   * On the way that {@link descend} went, the highest link to something that is decided at bit `position` or
   * later.
   */
  #edgeAt(position: number): number {
    const nodes = this.nodes.words;
    const way = this.#way;
    let depth = this.#depth;
    while (depth > 0 && (nodes[nodes[way[depth - 1]!]! + META]! & 0xff) >= position) depth--;
    return way[depth]!;
  }

  #anyBelow(from: number): number {
    const nodes = this.nodes.words;
    let link = from;
    while (link > 0) {
      const id = nodes[link + META]! >>> 8;
      if (id !== 0) return id;
      link = nodes[link]!;
    }
    return ~link;
  }

  #branch(id: number, position: number, side: number, child: number, other: number): number {
    const nodes = this.nodes.words;
    const { state } = this;
    let link = state[FREE_BRANCH]!;
    if (link === 0) {
      link = state[END]!;
      state[END] = link + BRANCH_WORDS;
    } else {
      state[FREE_BRANCH] = nodes[link]!;
    }
    nodes[link + side] = child;
    nodes[link + 1 - side] = other;
    nodes[link + META] = (id << 8) | position;
    state[BRANCHES] = state[BRANCHES]! + 1;
    return link;
  }

  /** Frees the branch that `edge` links to where it decides nothing any more. */
  #unbranch(edge: number, link: number): void {
    const nodes = this.nodes.words;
    const id = nodes[link + META]! >>> 8;
    const left = nodes[link]!;
    const right = nodes[link + 1]!;
    if (left !== 0 && right !== 0) return;
    if (id !== 0 && left !== right) return;
    nodes[edge] = id !== 0 ? ~id : left !== 0 ? left : right;
    nodes[link] = this.state[FREE_BRANCH]!;
    this.state[FREE_BRANCH] = link;
    this.state[BRANCHES] = this.state[BRANCHES]! - 1;
  }
}
