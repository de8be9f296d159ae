import assert from "node:assert/strict";
import { test } from "node:test";
import { type Family, IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import { type Path, Rib, type RibTable, type Route } from "@netferry/rib";
import fc from "fast-check";
import { addressBits, type Bits, NaiveTable, naively, nlriOf, octetsOf, runOf } from "./naive-rib.ts";

const TABLES = 3;
const FAMILIES = [IPV4_UNICAST, IPV6_UNICAST];
const ATTRIBUTES = ["a", "b", "attributes that are longer", ""];

/** Prefixes that nest, diverge at few bits, and have all lengths: the first bits are few of the many. */
function prefixOf(family: Family): fc.Arbitrary<Bits> {
  const most = addressBits(family);
  return fc
    .record({
      fork: fc.array(fc.constantFrom("0", "1"), { minLength: 5, maxLength: 5 }),
      length: lengthUpTo(most),
    })
    .map(({ fork, length }) => {
      const bits = Array.from("1010".repeat(most / 4));
      for (const [index, bit] of fork.entries()) bits[[0, 7, 17, 20, most - 1][index]!] = bit;
      return bits.join("").slice(0, length);
    });
}

function lengthUpTo(most: number): fc.Arbitrary<number> {
  return fc.oneof(fc.nat(most), fc.constantFrom(0, 1, 8, 15, 16, 17, 18, 19, 21, 24, most - 1, most));
}

const inFamily = fc.constantFrom(...FAMILIES).chain((family) =>
  fc.record({
    family: fc.constant(family),
    prefixes: fc.array(prefixOf(family), { minLength: 1, maxLength: 6 }),
    pathIds: fc.option(
      fc.array(fc.constantFrom(0, 1, 0x8000_0000, 0xffff_ffff), { minLength: 6, maxLength: 6 }),
    ),
  }),
);

const operation = fc.record({
  table: fc.nat(TABLES - 1),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("announce" as const) },
    { weight: 6, arbitrary: fc.constant("withdraw" as const) },
    { weight: 1, arbitrary: fc.constantFrom("clear", "close", "mark", "sweep") },
  ),
  attributes: fc.constantFrom(...ATTRIBUTES),
  at: inFamily,
});

/** A RIB and its model, side by side. */
class Pair {
  readonly rib = new Rib({
    seed: [1, 2],
    limits: { prefixes: 10_000, attributeSets: 1000, attributeBytes: 1 << 20 },
  });
  readonly tables: RibTable[] = [];
  readonly naive: Map<Family, NaiveTable>[] = [];

  constructor() {
    for (let i = 0; i < TABLES; i++) this.#open(i);
  }

  #open(index: number): void {
    const table = this.rib.createTable();
    assert.ok(table);
    this.tables[index] = table;
    this.naive[index] = new Map(FAMILIES.map((family) => [family, new NaiveTable()]));
  }

  apply(op: typeof operation extends fc.Arbitrary<infer T> ? T : never): void {
    const { family, prefixes } = op.at;
    const pathIds = op.at.pathIds ?? undefined;
    const table = this.tables[op.table]!;
    const naive = this.naive[op.table]!.get(family)!;
    const run = runOf(prefixes, pathIds);
    switch (op.kind) {
      case "announce": {
        const id = this.rib.attributes.intern(bytes(op.attributes), 0, op.attributes.length);
        const { added, replaced, unchanged } = table.announce(
          family,
          run,
          0,
          run.length,
          pathIds !== undefined,
          id,
        );
        this.rib.attributes.release(id);
        const counts = { added: 0, replaced: 0, unchanged: 0 };
        for (const [i, prefix] of prefixes.entries())
          counts[naive.announce(prefix, pathIds?.[i], op.attributes)]++;
        assert.deepEqual({ added, replaced, unchanged }, counts);
        break;
      }
      case "withdraw": {
        const removed = table.withdraw(family, run, 0, run.length, pathIds !== undefined);
        assert.equal(removed, prefixes.filter((prefix, i) => naive.withdraw(prefix, pathIds?.[i])).length);
        break;
      }
      case "mark":
        table.markStale(family);
        naive.markStale();
        break;
      case "sweep":
        // In two steps, as one does who must not take too long.
        table.sweepStale(family, 2);
        table.sweepStale(family);
        naive.sweepStale();
        break;
      case "clear":
        table.clear(family, 1);
        table.clear(family);
        naive.routes.clear();
        break;
      case "close":
        table.close();
        this.#open(op.table);
        break;
    }
  }

  attributesOf = (path: Path): string => Buffer.from(this.rib.attributes.bytes(path.attributeId)).toString();

  /** Everything that can be asked gives what the model gives. */
  compare(addresses: readonly { family: Family; address: Bits }[]): void {
    for (const [index, table] of this.tables.entries()) {
      for (const [family, naive] of this.naive[index]!) {
        assert.equal(table.routeCount(family), naive.routes.size);
        assert.equal(table.pathCount(family), naive.paths().length);
        assert.equal(table.staleCount(family), naive.paths().filter((path) => path.stale).length);
        const shown = walkAll(table, family, 3).map((route) => naively(route, this.attributesOf));
        assert.deepEqual(
          shown,
          naive.prefixes().map((prefix) => [prefix, ordered(naive, prefix)]),
        );
        for (const prefix of naive.routes.keys()) {
          assert.equal(table.exact(family, nlriOf(prefix)).length, naive.routes.get(prefix)!.length);
        }
      }
      for (const { family, address } of addresses) {
        const naive = this.naive[index]!.get(family)!;
        const longest = naive.longestMatch(address);
        const route = table.lookup(family, octetsOf(address));
        assert.equal(route && naively(route, this.attributesOf)[0], longest, `longest match of ${address}`);
        const first = longest === undefined ? undefined : ordered(naive, longest)[0];
        const attribute = table.lookupAttribute(family, octetsOf(address));
        assert.equal(
          attribute === 0 ? undefined : text(this.rib.attributes.bytes(attribute)),
          first?.attributes,
        );
        if (longest === undefined) continue;
        const within = walkAll(table, family, 2, nlriOf(longest.slice(0, -1)));
        assert.deepEqual(
          within.map((one) => naively(one, this.attributesOf)[0]),
          naive.prefixes(longest.slice(0, -1)),
        );
      }
    }
    const paths = this.naive.flatMap((families) => [...families.values()].flatMap((naive) => naive.paths()));
    assert.equal(this.rib.attributes.size, new Set(paths.map((path) => path.attributes)).size);
    const { prefixes, stalePaths } = this.rib.stats();
    assert.equal(stalePaths, paths.filter((path) => path.stale).length);
    for (const [family, held] of prefixes) {
      assert.equal(
        held,
        new Set(this.naive.flatMap((families) => [...families.get(family)!.routes.keys()])).size,
      );
    }
  }
}

/** The path without identifier first, the others in order of arrival. */
function ordered(naive: NaiveTable, prefix: Bits): ReturnType<NaiveTable["paths"]> {
  const paths = naive.routes.get(prefix)!;
  return [
    ...paths.filter((path) => path.pathId === undefined),
    ...paths.filter((path) => path.pathId !== undefined),
  ];
}

function walkAll(table: RibTable, family: Family, limit: number, within?: Uint8Array): Route[] {
  const routes: Route[] = [];
  let page = table.walk(family, { limit, within });
  routes.push(...page.routes);
  while (page.next !== undefined) {
    page = table.walk(family, { limit, within, after: page.next });
    routes.push(...page.routes);
  }
  return routes;
}

function bytes(of: string): Uint8Array {
  return Buffer.from(of);
}

function text(of: Uint8Array): string {
  return Buffer.from(of).toString();
}

test("any interleaving of announcements, withdrawals, clears and refreshes leaves what a naive model has", () => {
  const addresses = fc.array(
    fc
      .constantFrom(...FAMILIES)
      .chain((family) =>
        prefixOf(family).map((prefix) => ({ family, address: prefix.padEnd(addressBits(family), "10") })),
      ),
    { minLength: 6, maxLength: 6 },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120, size: "max" }), addresses, (operations, asked) => {
      const pair = new Pair();
      for (const [index, op] of operations.entries()) {
        pair.apply(op);
        if (index % 8 === 7) pair.compare(asked);
      }
      pair.compare(asked);
      for (const table of pair.tables) table.close();
      assertEmpty(pair.rib);
    }),
    { numRuns: 150 },
  );
});

/** Nothing is held, and nothing is used but what stands empty. */
function assertEmpty(rib: Rib): void {
  const stats = rib.stats();
  assert.equal(stats.attributeSets, 0);
  assert.deepEqual(
    [...stats.prefixes.values()].filter((held) => held !== 0),
    [],
  );
  const fixed = /trie|short prefixes|block tags|column records/;
  for (const use of stats.memory) if (!fixed.test(use.name)) assert.equal(use.usedBytes, 0, use.name);
}
