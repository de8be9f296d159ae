import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Random } from "../random.ts";
import { apportion, pickRuns } from "./spread.ts";

describe("apportion", () => {
  it("gives away exactly what there is, nobody more than one off their share", () => {
    const weights = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 40 });
    const property = fc.property(fc.nat(1_000_000), weights, (total, each) => {
      const parts = apportion(total, each);
      const sum = each.reduce((all, weight) => all + weight, 0);
      assert.equal(parts.length, each.length);
      if (sum === 0) return;
      assert.equal(
        parts.reduce((all, part) => all + part, 0),
        total,
      );
      for (const [index, part] of parts.entries()) {
        assert.ok(Math.abs(part - (total * each[index]!) / sum) < 1 + 1e-6);
      }
    });
    fc.assert(property);
  });
});

describe("pickRuns", () => {
  it("picks that many different places, in order", () => {
    const property = fc.property(
      fc.nat(400),
      fc.integer({ min: 0, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(0xffff_ffff),
      (count, places, adjacency, seed) => {
        const picked: number[] = [];
        pickRuns(count, places, adjacency, new Random(seed), (place) => picked.push(place));
        assert.equal(picked.length, Math.min(count, places));
        for (const [index, place] of picked.entries()) {
          assert.ok(Number.isInteger(place) && place < places && place > (picked[index - 1] ?? -1));
        }
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it("puts the share of neighbours beside each other, in a space of any size", () => {
    for (const places of [20_000, 2 ** 32]) {
      for (const adjacency of [0, 0.3, 0.7]) {
        const picked = new Set<number>();
        pickRuns(5000, places, adjacency, new Random(3), (place) => picked.add(place));
        const beside = [...picked].filter((place) => picked.has(place + 1)).length / 5000;
        assert.ok(Math.abs(beside - adjacency) < 0.05, `${beside} for ${adjacency} in ${places}`);
      }
    }
  });
});
