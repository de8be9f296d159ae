import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RouteChunk } from "./chunk-writer.ts";
import { SharedChunks } from "./shared-chunks.ts";

function* source(made: { count: number }): Generator<RouteChunk> {
  for (let routes = 0; routes < 4; routes += 1) {
    made.count += 1;
    yield { bytes: Uint8Array.of(routes), routes };
  }
}

describe("SharedChunks", () => {
  it("makes each chunk once, when the first reader comes to it", () => {
    const made = { count: 0 };
    const chunks = new SharedChunks(source(made));
    const [one, other] = [chunks[Symbol.iterator](), chunks[Symbol.iterator]()];
    const first = one.next().value;
    assert.equal(made.count, 1);
    assert.equal(other.next().value, first);
    assert.deepEqual(
      [...other].map(({ routes }) => routes),
      [1, 2, 3],
    );
    assert.deepEqual(
      [...one].map(({ routes }) => routes),
      [1, 2, 3],
    );
    assert.deepEqual(
      [...chunks].map(({ routes }) => routes),
      [0, 1, 2, 3],
    );
    assert.equal(made.count, 4);
  });
});
