import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Column } from "./column.ts";
import { ColumnStore } from "./column-store.ts";

function store(maxBytes = 1 << 26): ColumnStore {
  return new ColumnStore(maxBytes, 100, 0x5eed);
}

function create(from: ColumnStore, width: 1 | 2 = 1): Column {
  const column = from.create(width);
  assert.ok(column);
  return column;
}

function octets(of: ColumnStore): number {
  return of.heap.wordsInUse * 4;
}

test("a device with ten routes among a million pays for ten", () => {
  const columns = store();
  const column = create(columns);
  for (let i = 1; i <= 10; i++) column.set(i * 100_000, i);
  assert.ok(octets(columns) <= 256, `${octets(columns)} octets`);
  assert.equal(column.get(300_000), 3);
  assert.equal(column.get(300_001), 0);
});

test("a device with all routes pays little over four octets a route, with path identifiers eight", () => {
  const columns = store();
  const plain = create(columns);
  for (let id = 1; id <= 500_000; id++) plain.set(id, id);
  const once = octets(columns);
  assert.ok(once < 4.2 * 500_000, `${once} octets`);
  const layer = create(columns, 2);
  for (let id = 1; id <= 500_000; id++) layer.set(id, id, -id);
  assert.ok(octets(columns) - once < 8.2 * 500_000);
  assert.equal(layer.second(77_777), -77_777);
});

test("whatever a device holds, it pays 22 octets a route at most, and for little held little", () => {
  const columns = store();
  for (const spread of [1, 3, 10, 100, 1000]) {
    const column = create(columns);
    for (let i = 1; i <= 20_000; i++) column.set(1 + ((i * spread * 7919) % (20_000 * spread)), i);
    assert.ok(
      octets(columns) <= 22 * column.count,
      `spread ${spread}: ${octets(columns) / column.count} octets`,
    );
    // All but a few go, from everywhere: the memory goes with them.
    for (const [index, id] of column.ids().entries()) if (index % 1000 !== 0) column.delete(id);
    assert.ok(
      octets(columns) <= 9 * 2048 + 1024,
      `spread ${spread}: ${octets(columns)} octets for ${column.count}`,
    );
    columns.remove(column);
    assert.equal(octets(columns), 0);
  }
});

test("without memory it refuses what is new and replaces what is there", () => {
  const columns = store(1 << 16);
  const column = create(columns);
  let id = 1;
  while (column.set(id * 3000, 7)) id++;
  assert.equal(column.count, id - 1);
  assert.equal(column.get(id * 3000), 0);
  assert.equal(column.set(3000, 8), true);
  assert.equal(column.get(3000), 8);
  for (let i = 1; i < id; i++) assert.notEqual(column.get(i * 3000), 0);
});

test("records of columns are bounded, and used again", () => {
  const columns = new ColumnStore(1 << 20, 2, 1);
  const first = create(columns);
  create(columns);
  assert.equal(columns.create(1), undefined);
  assert.equal(first.set(1, 1), true);
  columns.remove(first);
  assert.equal(create(columns).get(1), 0);
});

for (const width of [1, 2] as const) {
  test(`holds what a Map would, in both forms and between them, values of ${width}`, () => {
    const operation = fc.record({
      kind: fc.constantFrom("set", "set", "delete", "mark", "fill", "thin"),
      id: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30_000 })),
      value: fc.integer({ min: 1, max: 0x7fff_ffff }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60, size: "max" }), (operations) => {
        const columns = store();
        const column = create(columns, width);
        const other = create(columns, width);
        other.set(17, 4711, 12);
        const held = new Map<number, [number, number]>();
        for (const { kind, id, value } of operations) {
          if (kind === "set") {
            column.set(id, value, ~value);
            held.set(id, [value, ~value]);
          } else if (kind === "delete") {
            column.delete(id);
            held.delete(id);
          } else if (kind === "mark") {
            const marked = column.mark(1 << 31);
            assert.equal(marked, [...held.values()].filter(([word]) => word >= 0).length);
            for (const pair of held.values()) pair[0] |= 1 << 31;
          } else if (kind === "fill") {
            for (let i = id; i < id + 600; i++) {
              column.set(i, value, i);
              held.set(i, [value, i]);
            }
          } else {
            for (const key of held.keys()) {
              if ((key * 31 + id) % 50 === 0) continue;
              column.delete(key);
              held.delete(key);
            }
          }
        }
        assert.equal(column.count, held.size);
        assert.deepEqual(column.ids().sort(), Int32Array.from(held.keys()).sort());
        for (const [id, [value, second]] of held) {
          assert.equal(column.get(id), value);
          if (width === 2) assert.equal(column.second(id), second);
        }
        const stale = [...held].filter(([, [value]]) => value < 0).map(([id]) => id);
        const found = new Int32Array(held.size);
        assert.deepEqual(
          found.subarray(0, column.collect(found, 1 << 31)).sort(),
          Int32Array.from(stale).sort(),
        );
        assert.equal(column.collect(new Int32Array(3), 0), Math.min(3, held.size));
        columns.remove(column);
        assert.equal(other.get(17), 4711);
        columns.remove(other);
        assert.equal(columns.heap.wordsInUse, 0);
      }),
      { numRuns: 60 },
    );
  });
}
