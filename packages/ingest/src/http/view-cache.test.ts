import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_CACHED_CHARACTERS, MAX_CACHED_VIEWS, ViewCache } from "./view-cache.ts";

/** A cache over sets that the test may change under it, and how often it rendered. */
function bench(render: (bytes: Uint8Array) => string) {
  const sets = new Map<number, Uint8Array>();
  const counter = { rendered: 0 };
  const table = {
    bytes: (id: number): Uint8Array => {
      const bytes = sets.get(id);
      assert.ok(bytes !== undefined);
      return bytes;
    },
  };
  const cache = new ViewCache(table, (bytes) => {
    counter.rendered += 1;
    return render(bytes);
  });
  return { sets, counter, cache };
}

test("a set is rendered once", () => {
  const { sets, counter, cache } = bench((bytes) => `text ${bytes[0]}`);
  sets.set(7, new Uint8Array([1]));
  assert.equal(cache.text(7), "text 1");
  assert.equal(cache.text(7), "text 1");
  assert.equal(counter.rendered, 1);
});

test("an id that came back with other bytes is rendered anew, even where they are changed in place", () => {
  const { sets, counter, cache } = bench((bytes) => `text ${bytes[0]}`);
  const memory = new Uint8Array([1]);
  sets.set(7, memory);
  assert.equal(cache.text(7), "text 1");
  memory[0] = 2;
  assert.equal(cache.text(7), "text 2");
  sets.set(7, new Uint8Array([2, 3]));
  assert.equal(cache.text(7), "text 2");
  assert.equal(counter.rendered, 3);
  assert.equal(cache.size, 1);
});

test("the number of sets is bounded, and the one longest unused goes first", () => {
  const { sets, counter, cache } = bench((bytes) => `text ${bytes[0]}`);
  for (let id = 0; id < MAX_CACHED_VIEWS + 1; id += 1) {
    sets.set(id, new Uint8Array([id & 255]));
    cache.text(id);
    // Used all the time, so it stays.
    cache.text(0);
  }
  assert.equal(cache.size, MAX_CACHED_VIEWS);
  const before = counter.rendered;
  cache.text(0);
  assert.equal(counter.rendered, before);
  cache.text(1);
  assert.equal(counter.rendered, before + 1);
});

test("the text is bounded, whatever a set decodes to", () => {
  const long = "x".repeat(MAX_CACHED_CHARACTERS / 4);
  const { sets, cache } = bench(() => long);
  for (let id = 0; id < 10; id += 1) {
    sets.set(id, new Uint8Array([id]));
    assert.equal(cache.text(id), long);
  }
  assert.equal(cache.size, 4);
});
