import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedWords } from "./shared-words.ts";

test("grows without moving: what a thread sees through the buffer stays there", () => {
  const shared = new SharedWords("test", 1_000_000);
  assert.equal(shared.ensure(1), true);
  shared.words[0] = 4711;
  const other = new Int32Array(shared.buffer);
  assert.equal(shared.ensure(900_000), true);
  shared.words[899_999] = 12;
  assert.equal(other[0], 4711);
  assert.equal(other[899_999], 12);
});

test("growth is at least an eighth, so that a million small ones are few", () => {
  const shared = new SharedWords("test", 10_000_000);
  let growths = 0;
  for (let length = 1; length <= 10_000_000; length += 1000) {
    const before = shared.words;
    assert.equal(shared.ensure(length), true);
    if (shared.words !== before) growths++;
  }
  assert.ok(growths < 60, `${growths}`);
});

test("never grows past its bound", () => {
  const shared = new SharedWords("test", 100);
  assert.equal(shared.ensure(100), true);
  assert.equal(shared.allocatedBytes, 400);
  assert.equal(shared.ensure(101), false);
  assert.equal(shared.words.length, 100);
});
