import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codecContext, type Family, IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import fc from "fast-check";
import { RouteCollector, routeDifferences, routeKey } from "../route-collector.ts";
import type { RouteChunk } from "./chunk-writer.ts";
import type { Encoding } from "./encoding.ts";
import { LiveTable } from "./live-table.ts";
import { RouteTable } from "./route-table.ts";

const ENCODING: Encoding = { internal: true, fourOctetAs: true, localAsn: 65001 };
const BOTH: ReadonlySet<Family> = new Set([IPV4_UNICAST, IPV6_UNICAST]);

function makeTable(share = false): LiveTable {
  return new LiveTable(RouteTable.generate({ ipv4: 400, ipv6: 200, seed: 3 }), { seed: 9, share });
}

function apply(collector: RouteCollector, chunks: Iterable<RouteChunk>): void {
  for (const { bytes } of chunks) collector.applyRun(bytes);
}

function assertTruth(table: LiveTable, collector: RouteCollector, families = BOTH): void {
  const truth = new Map<string, Uint8Array>();
  for (const { family, nlri, attributes } of table.expected(ENCODING)) {
    if (families.has(family)) truth.set(routeKey(family, nlri), attributes);
  }
  assert.deepEqual(collector.problems, []);
  assert.deepEqual(routeDifferences(collector.routes, truth), []);
  let present = 0;
  for (const family of families) present += table.routeCount(family);
  assert.equal(collector.routes.size, present);
}

function receive(table: LiveTable): RouteCollector {
  const collector = new RouteCollector(codecContext());
  for (const family of BOTH) apply(collector, table.chunks(family, ENCODING));
  return collector;
}

describe("a table that changes", () => {
  it("is what a receiver of every batch has", () => {
    const table = makeTable();
    const collector = receive(table);
    assertTruth(table, collector);
    for (let epoch = 1; epoch <= 60; epoch += 1) {
      const batch = table.change(25);
      assert.equal(batch.epoch, epoch);
      assert.equal(batch.announced + batch.withdrawn, 25);
      apply(collector, batch.chunks(ENCODING, BOTH));
      assertTruth(table, collector);
    }
    assert.ok(table.routeCount() < 600, "nothing was withdrawn");
    assert.ok(table.routeCount() > 400, "too much was withdrawn");
  });

  it("is what a receiver has that comes late, or catches up now and then", () => {
    const property = fc.property(fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 20 }), (steps) => {
      const table = makeTable();
      const collector = receive(table);
      let epoch = 0;
      for (const [count, catchUp] of steps) {
        table.change(count);
        if (!catchUp) continue;
        apply(collector, table.chunksSince(epoch, ENCODING, BOTH));
        epoch = table.epoch;
        assertTruth(table, collector);
      }
      assertTruth(table, receive(table));
      apply(collector, table.chunksSince(epoch, ENCODING, BOTH));
      assertTruth(table, collector);
      assert.deepEqual([...table.chunksSince(table.epoch, ENCODING, BOTH)], []);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it("is right in the end for a receiver that reads while it changes", () => {
    const table = makeTable();
    const collector = new RouteCollector(codecContext());
    const before = table.epoch;
    for (const family of BOTH) {
      for (const chunk of table.chunks(family, ENCODING)) {
        collector.applyRun(chunk.bytes);
        table.change(50);
      }
    }
    for (let since = before; since < table.epoch;) {
      const now = table.epoch;
      apply(collector, table.chunksSince(since, ENCODING, BOTH));
      since = now;
    }
    assertTruth(table, collector);
  });

  it("tells a session without a family nothing of it", () => {
    const table = makeTable();
    const families = new Set([IPV6_UNICAST]);
    const collector = new RouteCollector(codecContext());
    apply(collector, table.chunks(IPV6_UNICAST, ENCODING));
    for (let round = 0; round < 10; round += 1) apply(collector, table.change(40).chunks(ENCODING, families));
    assertTruth(table, collector, families);
  });

  it("changes in the same way for the same seed", () => {
    const [one, other] = [makeTable(), makeTable()];
    for (let round = 0; round < 5; round += 1) {
      const chunks = one.change(20).chunks(ENCODING, BOTH);
      assert.deepEqual(other.change(20).chunks(ENCODING, BOTH), chunks);
    }
  });

  it("brings back, changes and withdraws", () => {
    const table = makeTable();
    const seen = { changed: 0, back: 0, gone: 0 };
    let known = receive(table).routes;
    for (let round = 0; round < 30; round += 1) {
      table.change(30);
      const { routes } = receive(table);
      for (const key of known.keys()) if (!routes.has(key)) seen.gone += 1;
      for (const [key, attributes] of routes) {
        const before = known.get(key);
        if (before === undefined) seen.back += 1;
        else if (Buffer.compare(before, attributes) !== 0) seen.changed += 1;
      }
      known = routes;
    }
    assert.ok(seen.gone > 50 && seen.back > 20 && seen.changed > 200, JSON.stringify(seen));
  });
});

describe("sharing", () => {
  it("encodes an unchanged table once for all sessions, and a batch as well", () => {
    const table = makeTable(true);
    const chunks = [...table.chunks(IPV4_UNICAST, ENCODING)];
    for (const [index, chunk] of [...table.chunks(IPV4_UNICAST, { ...ENCODING, localAsn: 7 })].entries()) {
      assert.equal(chunk, chunks[index]);
    }
    const external = [...table.chunks(IPV4_UNICAST, { ...ENCODING, internal: false })];
    assert.notDeepEqual(external, chunks);
    const batch = table.change(10);
    assert.equal(batch.chunks(ENCODING, BOTH), batch.chunks(ENCODING, new Set([...BOTH].toReversed())));
    assertTruth(table, receive(table));
  });
});

describe("an empty table", () => {
  it("stays empty", () => {
    const table = new LiveTable(RouteTable.generate({ ipv4: 0, ipv6: 0, seed: 1 }), { seed: 1 });
    assert.equal(table.change(5).announced, 0);
    assert.equal(table.routeCount(), 0);
    assert.deepEqual([...table.expected(ENCODING)], []);
  });
});
