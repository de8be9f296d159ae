import {
  AFI_IPV4,
  AFI_IPV6,
  afiOf,
  type Family,
  familyName,
  SAFI_MULTICAST,
  SAFI_UNICAST,
  safiOf,
} from "@netferry/bgp";
import { type MemoryUse, memoryUse } from "./memory-use.ts";
import type { NlriDirectory } from "./nlri-directory.ts";
import { PrefixRecords } from "./prefix-records.ts";
import { PrefixTrie } from "./prefix-trie.ts";
import { readPrefix, writePrefix } from "./wire-prefix.ts";

/**
 * First bits that choose a trie: enough that tries of a full table are shallow, few enough that the array of
 * them is small beside the rest. IPv6 prefixes differ later, so more bits would not help them.
 */
const IPV4_HEAD_BITS = 19;
const IPV6_HEAD_BITS = 16;

/** Words of an address of a family whose NLRI are plain prefixes, undefined for other families. */
export function addressWords(family: Family): 1 | 4 | undefined {
  const safi = safiOf(family);
  if (safi !== SAFI_UNICAST && safi !== SAFI_MULTICAST) return undefined;
  const afi = afiOf(family);
  return afi === AFI_IPV4 ? 1 : afi === AFI_IPV6 ? 4 : undefined;
}

/**
 * Whether these octets are one prefix of the family, length octet first, no octet too many. Host bits may be
 * set.
 */
export function isPrefix(family: Family, nlri: Uint8Array): boolean {
  const words = addressWords(family);
  const bits = nlri[0];
  return (
    words !== undefined && bits !== undefined && bits <= words * 32 && nlri.length === 1 + ((bits + 7) >>> 3)
  );
}

/** A prefix in words of network order, host bits 0. */
export interface PrefixKey {
  readonly address: Int32Array;
  readonly bits: number;
}

/** The prefixes of an IPv4 or IPv6 family, exact, longest match and in order. */
export class PrefixDirectory implements NlriDirectory {
  /** Words of an address: 1 or 4. */
  readonly width: 1 | 4;
  readonly trie: PrefixTrie;
  readonly #records: PrefixRecords;

  constructor(family: Family, width: 1 | 4, maxPrefixes: number) {
    const name = familyName(family);
    this.width = width;
    this.#records = new PrefixRecords(name, width, maxPrefixes);
    this.trie = new PrefixTrie(
      name,
      this.#records,
      width === 1 ? IPV4_HEAD_BITS : IPV6_HEAD_BITS,
      maxPrefixes,
    );
  }

  get size(): number {
    return this.#records.size;
  }

  /** Makes the prefix of `bits` bits at an offset the one that calls on the trie are about. */
  read(bytes: Uint8Array, offset: number, bits: number): void {
    readPrefix(this.trie.address, this.width, bytes, offset, bits);
  }

  retain(id: number): void {
    this.#records.addReferences(id, 1);
  }

  /** NB: sets the trie's address where the prefix goes. */
  release(id: number): void {
    this.#records.addReferences(id, -1);
    this.discard(id);
  }

  /** NB: sets the trie's address where the prefix goes. */
  discard(id: number): void {
    if (this.#records.references(id) !== 0) return;
    this.#setAddress(id);
    this.trie.remove(this.#records.length(id));
  }

  nlri(id: number): Uint8Array {
    this.#setAddress(id);
    return writePrefix(this.trie.address, this.#records.length(id));
  }

  /** The order of walks: by address, and the shorter of two at one address first. */
  readonly compare = (a: number, b: number): number => {
    for (let i = 0; i < this.width; i++) {
      const difference = (this.#records.word(a, i) >>> 0) - (this.#records.word(b, i) >>> 0);
      if (difference !== 0) return difference;
    }
    return this.#records.length(a) - this.#records.length(b);
  };

  /** The same order, between a prefix that is held and any. */
  compareWith(id: number, prefix: PrefixKey): number {
    for (let i = 0; i < this.width; i++) {
      const difference = (this.#records.word(id, i) >>> 0) - (prefix.address[i]! >>> 0);
      if (difference !== 0) return difference;
    }
    return this.#records.length(id) - prefix.bits;
  }

  /** Whether a prefix that is held lies within another, or is it. */
  isWithin(id: number, prefix: PrefixKey): boolean {
    return (
      this.#records.length(id) >= prefix.bits && this.#records.commonBits(id, prefix.address) >= prefix.bits
    );
  }

  /** A prefix's address and length; `nlri` must be one of the family. */
  key(nlri: Uint8Array): PrefixKey {
    const address = new Int32Array(4);
    readPrefix(address, this.width, nlri, 1, nlri[0]!);
    return { address, bits: nlri[0]! };
  }

  /** Makes a prefix the one that calls on the trie are about. */
  use(prefix: PrefixKey): void {
    this.trie.address.set(prefix.address);
  }

  memory(): MemoryUse[] {
    const { trie } = this;
    return [
      memoryUse(this.#records.records, this.size * (this.width + 1)),
      memoryUse(trie.nodes, trie.wordsInUse),
      memoryUse(trie.short, 1 << trie.headBits),
    ];
  }

  #setAddress(id: number): void {
    for (let i = 0; i < this.width; i++) this.trie.address[i] = this.#records.word(id, i);
  }
}
