import assert from "node:assert/strict";
import { test } from "node:test";
import { familyOf, formatPrefix, IPV4_UNICAST, parsePrefix } from "@netferry/bgp";
import { Rib, type RibTable, type WalkOptions } from "@netferry/rib";

function open(rib: Rib): RibTable {
  const table = rib.createTable();
  assert.ok(table);
  return table;
}

function apply(rib: Rib, table: RibTable, prefixes: readonly string[], attributes = "x"): void {
  const bytes = Buffer.from(attributes);
  const id = rib.attributes.intern(bytes, 0, bytes.length);
  for (const text of prefixes) {
    const { nlri, family } = parsePrefix(text)!;
    table.announce(family, nlri, 0, nlri.length, false, id);
  }
  rib.attributes.release(id);
}

function drop(table: RibTable, text: string): void {
  const { nlri, family } = parsePrefix(text)!;
  table.withdraw(family, nlri, 0, nlri.length, false);
}

/** All pages, as text; `between` may do to the tables what it likes before each next page. */
function pages(table: RibTable, options: WalkOptions, between?: (page: number) => void): string[] {
  const seen: string[] = [];
  let number = 0;
  let page = table.walk(IPV4_UNICAST, options);
  for (;;) {
    seen.push(...page.routes.map((route) => formatPrefix(route.family, route.nlri)));
    if (page.next === undefined) return seen;
    between?.(number++);
    page = table.walk(IPV4_UNICAST, { ...options, after: page.next });
  }
}

/**
 * A device of few prefixes is walked by sorting them, one of many by the shared trie: the answers are the
 * same.
 */
const SIZES = [
  ["few", 300],
  ["many", 9000],
] as const;

/** Prefixes in walk order. */
function many(count: number): string[] {
  return Array.from({ length: count / 3 }, (_, i) => {
    const net = `10.${i >> 8}.${i & 255}`;
    return [`${net}.0/24`, `${net}.0/25`, `${net}.128/25`];
  }).flat();
}

for (const [name, count] of SIZES) {
  const prefixes = many(count);

  test(`${name}: pages of any size give all prefixes in order, the covering one first`, () => {
    const rib = new Rib({ seed: [1, 2] });
    const table = open(rib);
    apply(rib, table, prefixes.toReversed());
    apply(rib, open(rib), ["10.0.0.0/8", "10.0.0.64/26", "9.0.0.0/8"]);
    for (const limit of [7, 1000, prefixes.length, prefixes.length + 1]) {
      assert.deepEqual(pages(table, { limit }), prefixes);
    }
    assert.deepEqual(pages(table, { limit: 100, visits: 60 }), prefixes);
  });

  test(`${name}: within a prefix there are it and its more-specifics`, () => {
    const rib = new Rib({ seed: [1, 2] });
    const table = open(rib);
    apply(rib, table, prefixes);
    const within = (text: string): string[] => pages(table, { limit: 2, within: parsePrefix(text)!.nlri });
    assert.deepEqual(within("10.0.1.0/24"), ["10.0.1.0/24", "10.0.1.0/25", "10.0.1.128/25"]);
    assert.deepEqual(within("10.0.1.128/25"), ["10.0.1.128/25"]);
    assert.deepEqual(within("10.0.1.128/26"), []);
    assert.deepEqual(within("11.0.0.0/8"), []);
    assert.deepEqual(within("10.0.2.0/23"), prefixes.slice(6, 12));
    assert.deepEqual(within("10.0.0.0/22"), prefixes.slice(0, 12));
    assert.deepEqual(within("10.0.0.0/7").length, prefixes.length);
    // A cursor before the range begins at its start, one behind it finds nothing.
    const range = parsePrefix("10.0.1.0/24")!.nlri;
    const before = table.walk(IPV4_UNICAST, {
      limit: 1,
      within: range,
      after: parsePrefix("9.0.0.0/8")!.nlri,
    });
    assert.equal(formatPrefix(IPV4_UNICAST, before.routes[0]!.nlri), "10.0.1.0/24");
    const behind = table.walk(IPV4_UNICAST, {
      limit: 1,
      within: range,
      after: parsePrefix("11.0.0.0/8")!.nlri,
    });
    assert.deepEqual(behind, { routes: [] });
  });

  test(`${name}: only paths with attributes that are asked for`, () => {
    const rib = new Rib({ seed: [1, 2] });
    const table = open(rib);
    apply(rib, table, prefixes, "common");
    const rare = prefixes.filter((_, i) => i % 100 === 50);
    apply(rib, table, rare, "rare");
    const isRare = (id: number): boolean => Buffer.from(rib.attributes.bytes(id)).toString() === "rare";
    assert.deepEqual(pages(table, { limit: 2, attributes: isRare }), rare);
    // A page may be empty and yet not the last, where looking on would take too long.
    assert.deepEqual(pages(table, { limit: 2, attributes: isRare, visits: 10 }), rare);
    const page = table.walk(IPV4_UNICAST, { limit: 2, attributes: isRare, visits: 10 });
    assert.equal(page.routes.length, 0);
    assert.ok(page.next);
  });

  test(`${name}: what stays is seen just once and in order, whatever comes and goes between pages`, () => {
    const rib = new Rib({ seed: [1, 2] });
    const table = open(rib);
    const other = open(rib);
    apply(rib, table, prefixes);
    const stays = new Set(prefixes.filter((_, i) => i % 5 !== 0));
    const order = new Map(prefixes.map((prefix, i) => [prefix, i]));
    let state = 99;
    const random = (bound: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    const seen = pages(table, { limit: Math.ceil(count / 100) }, () => {
      for (let i = 0; i < 40; i++) {
        const prefix = prefixes[random(prefixes.length)]!;
        if (stays.has(prefix)) apply(rib, table, [prefix], `again ${random(9)}`);
        else if (random(2) === 0) drop(table, prefix);
        else apply(rib, table, [prefix]);
        apply(rib, other, [`10.${random(4)}.${random(256)}.0/${20 + random(8)}`]);
        drop(other, `10.${random(4)}.${random(256)}.0/${20 + random(8)}`);
      }
    });
    const positions = seen.map((prefix) => order.get(prefix)!);
    assert.ok(positions.every((position, i) => i === 0 || position > positions[i - 1]!));
    assert.deepEqual(
      seen.filter((prefix) => stays.has(prefix)),
      [...stays],
    );
  });

  test(`${name}: a cursor is good although its prefix, and all before and around it, went`, () => {
    const rib = new Rib({ seed: [1, 2] });
    const table = open(rib);
    apply(rib, table, prefixes);
    const { next } = table.walk(IPV4_UNICAST, { limit: count / 2 });
    assert.ok(next);
    for (const prefix of prefixes.slice(0, count / 2 + 10)) drop(table, prefix);
    const [route] = table.walk(IPV4_UNICAST, { limit: 1, after: next }).routes;
    assert.equal(formatPrefix(IPV4_UNICAST, route!.nlri), prefixes[count / 2 + 10]);
    table.clear();
    assert.deepEqual(table.walk(IPV4_UNICAST, { limit: 1, after: next }), { routes: [] });
  });
}

function octets(i: number): Uint8Array {
  return Uint8Array.of(i >> 8, i, 7);
}

test("opaque NLRI come in no order, but what stays comes just once", () => {
  const family = familyOf(25, 70);
  const rib = new Rib({ seed: [1, 2] });
  const table = open(rib);
  const id = rib.attributes.intern(Uint8Array.of(1), 0, 1);
  for (let i = 0; i < 1000; i++) table.announceOne(family, octets(i), 0, 3, undefined, id);
  const seen: number[] = [];
  let page = table.walk(family, { limit: 60 });
  for (;;) {
    for (const { nlri } of page.routes) seen.push((nlri[0]! << 8) | nlri[1]!);
    if (page.next === undefined) break;
    // Odd ones go, and new ones take their ids.
    const going = seen.length * 2 - 1;
    table.withdrawOne(family, octets(going), 0, 3, undefined);
    table.announceOne(family, octets(5000 + going), 0, 3, undefined, id);
    page = table.walk(family, { limit: 60, after: page.next });
  }
  const even = seen.filter((i) => i < 1000 && i % 2 === 0);
  assert.equal(even.length, 500);
  assert.equal(new Set(even).size, 500);
  assert.deepEqual(table.walk(family, { limit: 1, after: Uint8Array.of(1) }), { routes: [] });
  rib.attributes.release(id);
});
