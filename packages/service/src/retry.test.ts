import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDelays } from "./retry.ts";

test("delays double up to the maximum and are spread over half of it", () => {
  const delays = (random: number) => {
    const iterator = retryDelays({ firstMs: 100, maxMs: 1000, random: () => random });
    return Array.from({ length: 6 }, () => iterator.next().value);
  };
  assert.deepEqual(delays(0), [50, 100, 200, 400, 500, 500]);
  assert.deepEqual(delays(1), [100, 200, 400, 800, 1000, 1000]);
});
