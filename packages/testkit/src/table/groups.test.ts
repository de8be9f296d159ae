import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IPV6_UNICAST } from "@netferry/bgp";
import fc from "fast-check";
import { generatePrefixes } from "./generate-prefixes.ts";
import { groupOf, groupStarts, MAX_GROUP } from "./groups.ts";
import { MAX_NLRI_RUN } from "./update-writer.ts";

describe("groups of equal attributes", () => {
  it("divide every prefix set, each small enough for one UPDATE", () => {
    const property = fc.property(fc.nat(2000), fc.nat(), (count, seed) => {
      const set = generatePrefixes(IPV6_UNICAST, count, 1);
      const starts = groupStarts(set, seed);
      assert.equal(starts[0], 0);
      assert.equal(starts.at(-1), count);
      for (let group = 0; group + 1 < starts.length; group += 1) {
        const [start, end] = [starts[group]!, starts[group + 1]!];
        assert.ok(end > start && end - start <= MAX_GROUP);
        assert.ok(set.offsets[end]! - set.offsets[start]! <= MAX_NLRI_RUN);
        assert.equal(groupOf(starts, start), group);
        assert.equal(groupOf(starts, end - 1), group);
      }
    });
    fc.assert(property, { numRuns: 50 });
  });
});
