import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codecContext } from "../codec-context.ts";
import { formatAsPath } from "../path-view.ts";
import { mergeAs4, splitAs4 } from "./as4.ts";
import type { AsPathSegment } from "./as-path-segments.ts";
import type { Attribute } from "./attribute.ts";
import { decodeAttributes, encodeAttributes } from "./list.ts";

const TRANS = 23456;
const BIG = 4200000000;
const ADDRESS = Uint8Array.of(10, 0, 0, 1);
const OTHER = Uint8Array.of(10, 0, 0, 2);
const sequence = (...asns: number[]): AsPathSegment => ({ type: "sequence", asns });
const set = (...asns: number[]): AsPathSegment => ({ type: "set", asns });
const confederation = (...asns: number[]): AsPathSegment => ({ type: "confed-sequence", asns });
const path = (...segments: AsPathSegment[]): Attribute => ({ type: "as-path", segments });
const as4 = (...segments: AsPathSegment[]): Attribute => ({ type: "as4-path", segments });

test("AS_PATH and AS4_PATH become one path (RFC 6793 section 4.2.3)", () => {
  const cases: readonly (readonly [AsPathSegment[], AsPathSegment[], string])[] = [
    // As many: the AS4_PATH.
    [[sequence(1, TRANS)], [sequence(1, BIG)], `1 ${BIG}`],
    // What two-octet speakers put in front since.
    [[sequence(3, 2, 1, TRANS)], [sequence(1, BIG)], `3 2 1 ${BIG}`],
    // Fewer: the AS4_PATH is out of date.
    [[sequence(TRANS)], [sequence(1, BIG)], `${TRANS}`],
    [[], [sequence(1, BIG)], ""],
    // A set counts as one, whatever is in it.
    [[sequence(2, TRANS), set(5, 6, 7)], [sequence(BIG), set(5, 6)], `2 ${BIG} {5,6}`],
    [[set(8, 9), sequence(TRANS)], [sequence(BIG)], `{8,9} ${BIG}`],
    // Confederation segments count as none: the leading one and the one next to what is taken go along.
    [[confederation(64512), sequence(1, TRANS)], [sequence(1, BIG)], `(64512) 1 ${BIG}`],
    [[sequence(2), confederation(64512), sequence(TRANS)], [sequence(BIG)], `2 (64512) ${BIG}`],
    // In an AS4_PATH they are passed over (section 6).
    [[sequence(1, TRANS)], [confederation(64512), sequence(1, BIG)], `1 ${BIG}`],
    [[sequence(1, TRANS)], [confederation(64512)], `1 ${TRANS}`],
    // Several segments in the leading part.
    [[sequence(4), set(2, 3), sequence(1, TRANS)], [sequence(1, BIG)], `4 {2,3} 1 ${BIG}`],
  ];
  for (const [segments, as4Segments, text] of cases) {
    const merged = mergeAs4([path(...segments), as4(...as4Segments)]);
    assert.equal(merged.length, 1);
    assert.ok(merged[0]?.type === "as-path");
    assert.equal(formatAsPath(merged[0].segments), text);
  }
});

test("a sequence stays within 255 AS numbers", () => {
  const long = Array.from({ length: 250 }, () => 7);
  const merged = mergeAs4([
    path(sequence(...long), sequence(8, 9, 10, 11, 12, TRANS)),
    as4(sequence(12, BIG)),
  ]);
  assert.ok(merged[0]?.type === "as-path");
  assert.deepEqual(merged[0].segments, [sequence(...long), sequence(8, 9, 10, 11, 12, BIG)]);
});

test("AGGREGATOR and AS4_AGGREGATOR", () => {
  const as4Aggregator: Attribute = { type: "as4-aggregator", asn: BIG, address: OTHER };
  const ofTrans: Attribute = { type: "aggregator", asn: TRANS, address: ADDRESS };
  const ofOther: Attribute = { type: "aggregator", asn: 65001, address: ADDRESS };
  const paths = [path(sequence(1, TRANS)), as4(sequence(1, BIG))];
  const merged = path(sequence(1, BIG));
  assert.deepEqual(mergeAs4([...paths, ofTrans, as4Aggregator]), [
    merged,
    { type: "aggregator", asn: BIG, address: OTHER },
  ]);
  // Another aggregator since: neither AS4_AGGREGATOR nor AS4_PATH hold.
  assert.deepEqual(mergeAs4([...paths, ofOther, as4Aggregator]), [path(sequence(1, TRANS)), ofOther]);
  assert.deepEqual(mergeAs4([...paths, ofTrans]), [merged, ofTrans]);
  assert.deepEqual(mergeAs4([...paths, as4Aggregator]), [merged]);
});

test("attributes for a two-octet peer are read back as they were", () => {
  const asn = fc.integer({ min: 1, max: 0xffffffff });
  const segment = fc.record(
    {
      type: fc.constantFrom("sequence" as const, "set" as const),
      asns: fc.array(asn, { minLength: 1, maxLength: 4 }),
    },
    { noNullPrototype: true },
  );
  const two = codecContext({ fourOctetAs: false });
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 4 }), asn, (segments, aggregator) => {
      fc.pre(aggregator !== TRANS);
      const list: Attribute[] = [
        path(...segments),
        { type: "aggregator", asn: aggregator, address: ADDRESS },
        { type: "multi-exit-disc", value: 1 },
      ];
      const received = decodeAttributes(encodeAttributes(splitAs4(list), two), two);
      assert.deepEqual(mergeAs4(received), list);
    }),
  );
});

test("what fits two octets gets no AS4 attributes", () => {
  const list: Attribute[] = [path(sequence(1, 65535)), { type: "aggregator", asn: 65535, address: ADDRESS }];
  assert.deepEqual(splitAs4(list), list);
  // A confederation's number alone is none that AS4_PATH could carry.
  assert.deepEqual(splitAs4([path(confederation(BIG))]), [path(confederation(BIG))]);
});
