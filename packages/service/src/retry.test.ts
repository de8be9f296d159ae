import assert from "node:assert/strict";
import { test } from "node:test";
import { doubling, retryDelays } from "./retry.ts";

function firstSix(random: number): number[] {
  const delays = retryDelays({ firstMs: 100, maxMs: 1000, random: () => random });
  return Array.from({ length: 6 }, () => delays.next().value);
}

test("delays double up to the maximum and are spread over half of it", () => {
  assert.deepEqual(firstSix(0), [50, 100, 200, 400, 500, 500]);
  assert.deepEqual(firstSix(1), [100, 200, 400, 800, 1000, 1000]);
});

test("patience doubles up to its maximum", () => {
  const times = doubling(3, 10);
  assert.deepEqual(
    Array.from({ length: 4 }, () => times.next().value),
    [3, 6, 10, 10],
  );
});
