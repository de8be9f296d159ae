import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BlockHeap, orderOf, SMALLEST_BLOCK } from "./block-heap.ts";

test("the order of a block is that of the next power of two, from 16 words on", () => {
  assert.deepEqual([1, 16, 17, 32, 33, 512, 513].map(orderOf), [0, 0, 1, 1, 2, 5, 6]);
});

test("blocks are zeroed, aligned, never at 0, and do not overlap", () => {
  const operation = fc.tuple(fc.boolean(), fc.nat(8));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300, size: "max" }), (operations) => {
      const heap = new BlockHeap("test", 1 << 24);
      const blocks: { offset: number; order: number }[] = [];
      for (const [takes, number] of operations) {
        if (takes) {
          const offset = heap.allocate(number);
          const size = SMALLEST_BLOCK << number;
          assert.ok(offset > 0 && offset % size === 0);
          const words = heap.memory.words.subarray(offset, offset + size);
          assert.ok(words.every((word) => word === 0));
          words.fill(offset);
          blocks.push({ offset, order: number });
        } else if (blocks.length > 0) {
          const [block] = blocks.splice(number % blocks.length, 1);
          heap.release(block!.offset, block!.order);
        }
      }
      for (const { offset, order } of blocks) {
        const words = heap.memory.words.subarray(offset, offset + (SMALLEST_BLOCK << order));
        assert.ok(
          words.every((word) => word === offset),
          "somebody else wrote here",
        );
      }
      const inUse = blocks.reduce((sum, { order }) => sum + (SMALLEST_BLOCK << order), 0);
      assert.equal(heap.wordsInUse, inUse);
    }),
    { numRuns: 60 },
  );
});

test("freed neighbours join: what was many small blocks is one large one again", () => {
  const heap = new BlockHeap("test", 1 << 20);
  const offsets = Array.from({ length: 4096 }, () => heap.allocate(0));
  const taken = heap.memory.allocatedBytes;
  for (const offset of offsets) heap.release(offset, 0);
  assert.notEqual(heap.allocate(11), 0);
  assert.equal(heap.memory.allocatedBytes, taken);
});

test("refuses what is past its bound, and goes on serving what is not", () => {
  const heap = new BlockHeap("test", 64 * 1024);
  assert.equal(heap.allocate(12), 0);
  const offsets: number[] = [];
  for (let offset = heap.allocate(4); offset !== 0; offset = heap.allocate(4)) offsets.push(offset);
  assert.ok(offsets.length > 60 && offsets.length < 65);
  heap.release(offsets[5]!, 4);
  assert.equal(heap.allocate(4), offsets[5]);
  assert.ok(heap.memory.allocatedBytes <= 64 * 1024);
});
