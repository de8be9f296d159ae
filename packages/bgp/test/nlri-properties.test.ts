import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codecFamilies,
  decodeNlri,
  encodeNlri,
  familyCodec,
  familyName,
  formatNlri,
  toHex,
} from "@netferry/bgp";
import fc from "fast-check";
import { nlriValue } from "./nlri-arbitraries.ts";

for (const family of codecFamilies) {
  const value = nlriValue(family);
  assert.ok(value !== undefined);

  test(`${familyName(family)}: decode of encode is the value`, () => {
    fc.assert(
      fc.property(value, (one) => {
        const bytes = encodeNlri(family, one);
        assert.deepEqual(decodeNlri(family, bytes), one);
        const text = formatNlri(family, bytes);
        assert.match(text, /^[^\n]+$/);
        assert.notEqual(text, `0x${toHex(bytes)}`);
      }),
      { numRuns: 300 },
    );
  });

  test(`${familyName(family)}: a field is what its NLRI are, and one that is cut short is none`, () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), fc.nat(), (values, cut) => {
        const codec = familyCodec(family);
        assert.ok(codec !== undefined);
        const list = values.map((one) => encodeNlri(family, one));
        const field = Uint8Array.from(list.flatMap((bytes) => [...bytes]));
        assert.equal(codec.count(field, 0, field.length, false), list.length);
        const split = codec.split(field, 0, field.length, false);
        assert.deepEqual(
          split.map(({ bytes }) => toHex(bytes)),
          list.map((bytes) => toHex(bytes)),
        );
        const last = list.at(-1)?.length ?? 0;
        const shorter = field.subarray(0, field.length - 1 - (cut % last));
        const whole = shorter.length === field.length - last;
        assert.equal(codec.count(shorter, 0, shorter.length, false), whole ? list.length - 1 : -1);
      }),
      { numRuns: 100 },
    );
  });

  test(`${familyName(family)}: octets changed give a value, or none`, () => {
    let values = 0;
    fc.assert(
      fc.property(value, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), (one, changes) => {
        const bytes = encodeNlri(family, one);
        for (const [at, octet] of changes) bytes[at % bytes.length] = octet;
        const decoded = decodeNlri(family, bytes);
        if (decoded === undefined) return;
        values++;
        // Host bits and reserved ones are not kept: what is encoded says the same.
        const again = encodeNlri(family, decoded);
        assert.deepEqual(decodeNlri(family, again), decoded);
        assert.equal(again.length, bytes.length);
      }),
      { numRuns: 500 },
    );
    assert.ok(values > 0);
  });

  test(`${familyName(family)}: any octets give a value, or none`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, addPath) => {
        const codec = familyCodec(family);
        assert.ok(codec !== undefined);
        const count = codec.count(bytes, 0, bytes.length, addPath);
        if (count >= 0) assert.equal(codec.split(bytes, 0, bytes.length, addPath).length, count);
        assert.equal(typeof formatNlri(family, bytes), "string");
      }),
      { numRuns: 300 },
    );
  });
}
