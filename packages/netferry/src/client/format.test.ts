import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatTally,
  plural,
} from "./format.ts";

test("numbers for people", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatBytes(0), "0 B");
  assert.equal(formatBytes(1023), "1023 B");
  assert.equal(formatBytes(1536), "1.5 KiB");
  assert.equal(formatBytes(500 * 1024 * 1024), "500 MiB");
  assert.equal(formatMilliseconds(0.25), "0.3 ms");
  assert.equal(formatMilliseconds(12.4), "12 ms");
  assert.equal(plural(1, "route"), "1 route");
  assert.equal(plural(1200, "route"), "1,200 routes");
  assert.equal(formatTally({ Idle: 1, Established: 1200, Active: 0 }), "Established 1,200, Idle 1");
  assert.equal(formatTally({}), "");
});

test("durations show their two largest units", () => {
  const pairs: readonly (readonly [number, string])[] = [
    [-1, "0s"],
    [0.9, "0s"],
    [59, "59s"],
    [60, "1m00s"],
    [3599, "59m59s"],
    [3600, "1h00m"],
    [86399, "23h59m"],
    [90000, "1d01h"],
  ];
  for (const [seconds, text] of pairs) assert.equal(formatDuration(seconds), text);
});
