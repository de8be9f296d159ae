import assert from "node:assert/strict";
import { it } from "node:test";
import { formatBytes, formatCount, formatDuration, formatRate } from "./units.ts";

it("bytes are shown in binary units", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [1024 * 1024 - 1, "1.0 MiB"],
    [5.25 * 1024 ** 3, "5.3 GiB"],
    [3e15, "2728.5 TiB"],
    [-2048, "-2.0 KiB"],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

it("counts have separators", () => {
  assert.equal(formatCount(1_230_000), "1,230,000");
  assert.equal(formatCount(12.6), "13");
});

it("rates are shown in decimal units", () => {
  const cases: [number, string][] = [
    [0, "0 /s"],
    [0.5, "0.5 /s"],
    [12.4, "12 /s"],
    [999.4, "999 /s"],
    [999.6, "1.0 k/s"],
    [1234, "1.2 k/s"],
    [45_000, "45 k/s"],
    [5_000_000, "5 M/s"],
    [3e12, "3000 G/s"],
  ];
  for (const [rate, text] of cases) assert.equal(formatRate(rate), text);
});

it("durations are shown in their two largest units", () => {
  const cases: [number, string][] = [
    [-5, "0s"],
    [Number.NaN, "0s"],
    [0.2, "1ms"],
    [350, "350ms"],
    [999.6, "1.0s"],
    [1500, "1.5s"],
    [12_300, "12s"],
    [59_600, "1m"],
    [302_000, "5m 2s"],
    [3_600_000, "1h"],
    [3_605_000, "1h"],
    [90_061_000, "1d 1h"],
    [86_400_000 * 20, "20d"],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});
