import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMilliseconds, formatTally, plural } from "./format.ts";

test("numbers for people", () => {
  assert.equal(formatMilliseconds(0.25), "0.3 ms");
  assert.equal(formatMilliseconds(12.4), "12 ms");
  assert.equal(plural(1, "route"), "1 route");
  assert.equal(plural(1200, "route"), "1,200 routes");
  assert.equal(formatTally({ Idle: 1, Established: 1200, Active: 0 }), "Established 1,200, Idle 1");
  assert.equal(formatTally({}), "");
});
