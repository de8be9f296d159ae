import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { editDistance, nearest } from "./suggest.ts";

describe("edit distance", () => {
  it("counts insertions, deletions, substitutions and swaps", () => {
    const cases: [string, string, number][] = [
      ["", "abc", 3],
      ["abc", "abc", 0],
      ["abc", "acb", 1],
      ["abc", "abcd", 1],
      ["abc", "xbc", 1],
      ["kitten", "sitting", 3],
      ["listen", "silent", 4],
    ];
    for (const [a, b, expected] of cases) assert.equal(editDistance(a, b), expected, `${a} ${b}`);
  });

  it("is symmetric, and 0 for the same text alone", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.equal(editDistance(a, b) === 0, a === b);
        assert.ok(editDistance(a, b) <= Math.max(a.length, b.length));
      }),
    );
  });
});

describe("the nearest name", () => {
  const known = ["listen", "log-level", "metrics-addr", "metrics-port", "multi", "token"];

  it("is found for typing errors and for beginnings", () => {
    const cases: [string, string | undefined][] = [
      ["tokne", "token"],
      ["log-lvel", "log-level"],
      ["metric-port", "metrics-port"],
      ["metrics", "metrics-addr"],
      ["log", "log-level"],
      ["lo", undefined],
      ["banana", undefined],
      ["", undefined],
    ];
    for (const [typed, expected] of cases) assert.equal(nearest(typed, known), expected, typed);
  });

  it("is not looked for where the text is endless", () => {
    assert.equal(nearest(`token${"x".repeat(1e6)}`, known), undefined);
  });
});
