import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Interner } from "./interner.ts";

const SEED = [0x1234_5678, 0x9abc_def0] as const;

function interner(limits: { maxEntries?: number; maxBytes?: number } = {}): Interner {
  return new Interner({ name: "test", seed: SEED, maxEntries: 100_000, maxBytes: 1 << 24, ...limits });
}

function add(to: Interner, name: string): number {
  const bytes = Buffer.from(name);
  const id = to.findOrAdd(bytes, 0, bytes.length);
  if (id !== 0) to.retain(id);
  return id;
}

function text(of: Interner, id: number): string {
  return Buffer.from(of.bytes(id)).toString();
}

test("equal bytes have one id, wherever they stand", () => {
  const table = interner();
  const id = add(table, "next hop 192.0.2.1");
  const buffer = Buffer.from("xxnext hop 192.0.2.1yy");
  assert.equal(table.find(buffer, 2, buffer.length - 2), id);
  assert.equal(table.find(buffer, 2, buffer.length - 1), 0);
  assert.equal(text(table, id), "next hop 192.0.2.1");
});

test("an id lives as long as somebody refers to it, then serves others", () => {
  const table = interner();
  const id = add(table, "a");
  assert.equal(add(table, "a"), id);
  table.release(id);
  assert.equal(add(table, "a"), id);
  table.release(id);
  table.release(id);
  assert.equal(table.size, 0);
  assert.equal(add(table, "b"), id);
  assert.equal(text(table, id), "b");
});

test("what was added and not retained can be discarded; what is referred to cannot", () => {
  const table = interner();
  const id = table.findOrAdd(Buffer.from("a"), 0, 1);
  table.retain(id);
  table.discard(id);
  assert.equal(table.size, 1);
  const other = table.findOrAdd(Buffer.from("b"), 0, 1);
  table.discard(other);
  assert.equal(table.size, 1);
});

test("limits refuse what is new, and nothing else", () => {
  const few = interner({ maxEntries: 2 });
  assert.deepEqual([add(few, "a"), add(few, "b"), add(few, "c"), add(few, "a")], [1, 2, 0, 1]);
  few.release(2);
  assert.equal(add(few, "c"), 2);

  const small = interner({ maxBytes: 64 });
  const ids = ["1", "2", "3"].map((name) => add(small, name.repeat(20)));
  assert.deepEqual(ids, [1, 2, 0]);
  small.release(1);
  assert.equal(add(small, "3".repeat(20)), 1);
});

test("holds what a Map would, through any additions and releases", () => {
  const operation = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 300 }));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 2000, size: "max" }), (operations) => {
      const table = interner();
      const held = new Map<string, { id: number; references: number }>();
      for (const [adds, key] of operations) {
        const name = `${key}`.repeat(1 + (key % 40));
        const entry = held.get(name);
        if (adds) {
          const id = add(table, name);
          assert.equal(id, entry?.id ?? id);
          held.set(name, { id, references: (entry?.references ?? 0) + 1 });
        } else if (entry !== undefined) {
          table.release(entry.id);
          if (--entry.references === 0) held.delete(name);
        }
      }
      assert.equal(table.size, held.size);
      for (const [name, { id, references }] of held) {
        assert.equal(text(table, id), name);
        assert.equal(table.references(id), references);
      }
    }),
    { numRuns: 40 },
  );
});

test("millions of sets that come and go do not grow it: twice what is live, and a constant", () => {
  const table = interner();
  const live: number[] = Array.from({ length: 20_000 }, () => 0);
  const octets = new Uint8Array(256);
  const view = new DataView(octets.buffer);
  let state = 1;
  let most = 0;
  let allocated = 0;
  for (let turn = 0; turn < 2_000_000; turn++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const slot = (state >>> 8) % live.length;
    if (live[slot] !== 0) table.release(live[slot]!);
    view.setUint32(0, turn);
    // Sizes shift, as they would with another mix of paths: what freed space fits today may not tomorrow.
    const id = table.findOrAdd(octets, 0, 40 + Math.floor(turn / 20_000) + (state >>> 28));
    table.retain(id);
    live[slot] = id;
    most = Math.max(most, table.arena.liveBytes);
    if (turn === 200_000) allocated = table.arena.log.allocatedBytes;
  }
  assert.ok(allocated > 0);
  assert.ok(
    table.arena.log.allocatedBytes < 2.3 * most + 100_000,
    `${table.arena.log.allocatedBytes} for ${most}`,
  );
  assert.ok(table.idLimit <= live.length + 1);
  for (const id of live) if (id !== 0) table.release(id);
  assert.equal(table.arena.liveBytes, 0);
  assert.equal(table.size, 0);
});
