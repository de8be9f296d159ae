import assert from "node:assert/strict";
import { test } from "node:test";
import { IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import { Rib, type RibTable } from "@netferry/rib";

function open(rib: Rib): RibTable {
  const table = rib.createTable();
  assert.ok(table);
  return table;
}

function randomFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** An IPv4 or IPv6 prefix out of `count`, of a length that goes with its number. */
function prefixInto(buffer: Uint8Array, number: number, isIPv6: boolean): number {
  const bits = isIPv6 ? 33 + (number % 32) : 9 + (number % 16);
  const spread = Math.imul(number, 0x9e37_79b1);
  for (let i = 1; i < 9; i++) buffer[i] = spread >>> (8 * (i & 3));
  buffer[0] = bits;
  return 1 + ((bits + 7) >>> 3);
}

test("prefixes, paths and attributes that come and go by the million leave memory as it was", () => {
  const rib = new Rib({ seed: [5, 7] });
  const random = randomFrom(3);
  const tables = [open(rib), open(rib), open(rib)];
  const nlri = new Uint8Array(16);
  const attributes = new Uint8Array(120);
  const view = new DataView(attributes.buffer);
  const churn = (turns: number, prefixes: number): void => {
    for (let turn = 0; turn < turns; turn++) {
      const isIPv6 = random(4) === 0;
      const family = isIPv6 ? IPV6_UNICAST : IPV4_UNICAST;
      // Every now and then all prefixes are others.
      const end = prefixInto(nlri, random(prefixes) + Math.floor(turn / 100_000) * prefixes, isIPv6);
      const table = tables[random(tables.length)]!;
      if (random(3) === 0) {
        table.withdraw(family, nlri, 0, end, false);
      } else {
        view.setUint32(0, random(20_000) + Math.floor(turn / 50_000) * 20_000);
        const id = rib.attributes.intern(attributes, 0, 40 + random(80));
        table.announce(family, nlri, 0, end, false, id);
        rib.attributes.release(id);
      }
      if (turn % 50_000 === 49_999) {
        table.markStale(family);
        table.sweepStale(family);
      }
      if (turn % 100_000 === 99_999) for (const one of tables) one.clear();
    }
  };
  churn(200_000, 30_000);
  const { allocatedBytes } = rib.stats();
  churn(1_000_000, 30_000);
  const grown = rib.stats().allocatedBytes - allocatedBytes;
  assert.ok(grown <= allocatedBytes / 4, `${grown} octets more than ${allocatedBytes}`);
  for (const table of tables) table.close();
  const { paths, attributeSets, prefixes } = rib.stats();
  assert.deepEqual([paths, attributeSets, ...prefixes.values()], [0, 0, 0, 0]);
});

test("a table that was given up leaves room for the next, whatever that one holds", () => {
  const rib = new Rib({ seed: [5, 7] });
  const nlri = new Uint8Array(16);
  const id = rib.attributes.intern(nlri, 0, 16);
  const fill = (from: number): RibTable => {
    const table = open(rib);
    for (let i = from; i < from + 50_000; i++) {
      table.announce(IPV4_UNICAST, nlri, 0, prefixInto(nlri, i, false), false, id);
    }
    return table;
  };
  fill(0).close();
  const { allocatedBytes } = rib.stats();
  for (let round = 1; round < 6; round++) fill(round * 1_000_003).close();
  assert.ok(rib.stats().allocatedBytes < allocatedBytes * 1.2);
});
