import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatPrefix, IPV4_UNICAST, parsePrefix } from "@netferry/bgp";
import fc from "fast-check";
import { PrefixSetBuilder } from "./prefix-set.ts";

describe("PrefixSetBuilder", () => {
  it("keeps each prefix once, in the order of their coming", () => {
    const prefix = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 10 })).map(([address, length]) => {
      const parsed = parsePrefix(`${address}/${length}`);
      assert.ok(parsed !== undefined);
      return parsed.nlri;
    });
    const property = fc.property(fc.array(prefix, { maxLength: 300 }), (prefixes) => {
      const builder = new PrefixSetBuilder(IPV4_UNICAST);
      const expected: string[] = [];
      for (const nlri of prefixes) {
        const text = formatPrefix(IPV4_UNICAST, nlri);
        assert.equal(builder.add(nlri, 0, nlri.length), !expected.includes(text));
        if (!expected.includes(text)) expected.push(text);
      }
      const set = builder.finish();
      assert.equal(set.size, expected.length);
      const all = expected.map((_, index) => formatPrefix(IPV4_UNICAST, set.nlri(index)));
      assert.deepEqual(all, expected);
    });
    fc.assert(property);
  });

  it("does not look for duplicates where the caller knows better", () => {
    const builder = new PrefixSetBuilder(IPV4_UNICAST, { distinct: true });
    const nlri = Uint8Array.of(8, 10);
    assert.equal(builder.add(nlri, 0, 2), true);
    assert.equal(builder.add(nlri, 0, 2), true);
    assert.equal(builder.finish().size, 2);
  });
});
