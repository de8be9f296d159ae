import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PrefixRecords } from "./prefix-records.ts";
import { PrefixTrie } from "./prefix-trie.ts";
import { PrefixWalk } from "./prefix-walk.ts";

/** A prefix as bits: what it covers begins with it, and text order is the order of walks. */
type Bits = string;

const HEAD_BITS = 6;

class Trie {
  readonly width: number;
  readonly records: PrefixRecords;
  readonly trie: PrefixTrie;
  readonly ids = new Map<Bits, number>();

  constructor(width: number, maxPrefixes = 100_000) {
    this.width = width;
    this.records = new PrefixRecords("test", width, maxPrefixes);
    this.trie = new PrefixTrie("test", this.records, HEAD_BITS, maxPrefixes);
  }

  use(bits: Bits): number {
    const padded = bits.padEnd(this.width * 32, "0");
    for (let i = 0; i < this.width; i++)
      this.trie.address[i] = Number.parseInt(padded.slice(i * 32, i * 32 + 32), 2) | 0;
    return bits.length;
  }

  bitsOf(id: number): Bits {
    let bits = "";
    for (let i = 0; i < this.width; i++)
      bits += (this.records.word(id, i) >>> 0).toString(2).padStart(32, "0");
    return bits.slice(0, this.records.length(id));
  }

  add(bits: Bits): void {
    const id = this.trie.findOrAdd(this.use(bits));
    assert.equal(id, this.ids.get(bits) ?? id);
    assert.equal(this.bitsOf(id), bits);
    this.ids.set(bits, id);
  }

  remove(bits: Bits): void {
    if (!this.ids.delete(bits)) return;
    this.trie.remove(this.use(bits));
  }

  longest(address: Bits, held: ReadonlySet<Bits>): Bits | undefined {
    this.use(address);
    const id = this.trie.longestMatch({ get: (one) => (held.has(this.bitsOf(one)) ? 1 : 0) });
    return id === 0 ? undefined : this.bitsOf(id);
  }

  after(bits: Bits): Bits[] {
    const walk = new PrefixWalk(this.trie);
    walk.seekAfter(this.use(bits));
    const found: Bits[] = [];
    for (let id = walk.next(); id !== 0; id = walk.next()) found.push(this.bitsOf(id));
    return found;
  }
}

/** Prefixes of all lengths that agree in long runs of bits and part at few of them. */
function prefixes(width: number): fc.Arbitrary<Bits> {
  const most = width * 32;
  const forks = [0, 2, HEAD_BITS - 1, HEAD_BITS, HEAD_BITS + 1, 20, most - 2, most - 1];
  return fc
    .tuple(
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      fc.oneof(fc.nat(most), fc.constantFrom(...forks, most)),
    )
    .map(([turns, length]) => {
      const bits = Array.from("0110".repeat(most / 4));
      for (const [index, turn] of turns.entries()) bits[forks[index]!] = turn ? "1" : "0";
      return bits.join("").slice(0, length);
    });
}

for (const width of [1, 4]) {
  test(`finds, matches and walks as a list of prefixes would, addresses of ${width * 32} bits`, () => {
    const operation = fc.record({ adds: fc.boolean(), prefix: prefixes(width) });
    const asked = fc.array(prefixes(width), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 150, size: "max" }), asked, (operations, questions) => {
        const trie = new Trie(width);
        for (const { adds, prefix } of operations) {
          if (adds) trie.add(prefix);
          else trie.remove(prefix);
        }
        assert.equal(trie.records.size, trie.ids.size);
        const inOrder = [...trie.ids.keys()].sort();
        const held = new Set(inOrder.filter((_, index) => index % 3 !== 0));
        for (const question of questions) {
          assert.equal(trie.trie.find(trie.use(question)), trie.ids.get(question) ?? 0);
          assert.deepEqual(
            trie.after(question),
            inOrder.filter((prefix) => prefix > question),
          );
          const address = question.padEnd(width * 32, "01");
          const covering = [...held].filter((prefix) => address.startsWith(prefix)).sort();
          assert.equal(trie.longest(address, held), covering.at(-1));
        }
        for (const prefix of inOrder) trie.remove(prefix);
        assert.equal(trie.records.size, 0);
        assert.equal(trie.trie.branches, 0);
        assert.deepEqual(trie.after(""), []);
      }),
      { numRuns: 150 },
    );
  });
}

test("a default route that comes and goes over many prefixes touches none of them", () => {
  const trie = new Trie(1);
  for (let i = 0; i < 1000; i++) trie.add(i.toString(2).padStart(24, "0"));
  const { branches } = trie.trie;
  trie.add("");
  assert.equal(trie.trie.branches, branches);
  assert.equal(trie.longest("1".repeat(32), new Set([""])), "");
  trie.remove("");
  assert.equal(trie.longest("1".repeat(32), new Set([""])), undefined);
});

test("the number of prefixes is bounded; ids of those that went serve others", () => {
  const trie = new Trie(1, 3);
  for (const prefix of ["1".repeat(20), "1".repeat(21), "01"]) trie.add(prefix);
  assert.equal(trie.trie.findOrAdd(trie.use("1".repeat(22))), 0);
  assert.equal(trie.trie.findOrAdd(trie.use("")), 0);
  const id = trie.ids.get("01");
  trie.remove("01");
  assert.equal(trie.trie.findOrAdd(trie.use("1".repeat(22))), id);
});
