import assert from "node:assert/strict";
import { test } from "node:test";
import { halfSipHash } from "./half-sip-hash.ts";

// The published vectors of HalfSipHash-1-3 with a 32-bit key: the hash of 00 01 02 ... for lengths from 0.
const KEY = [0x03020100, 0x07060504] as const;
const VECTORS = [
  1477757078, -404200246, -1135931856, 22255929, 2114297510, -1998333797, -1610085531, -1657218602,
  1467586993, -935736595, -453365041, -1785575698, 1797785964, 1725799638, 375753340, -802850044, -1959668479,
  723308619,
];

test("agrees with the published vectors, wherever the bytes stand in the buffer", () => {
  for (const [length, expected] of VECTORS.entries()) {
    for (const offset of [0, 1, 3]) {
      const bytes = new Uint8Array(offset + length + 4).fill(0xee);
      for (let i = 0; i < length; i++) bytes[offset + i] = i;
      assert.equal(halfSipHash(KEY, bytes, offset, offset + length), expected, `length ${length}`);
    }
  }
});

test("another seed gives another hash", () => {
  const bytes = new Uint8Array([1, 2, 3, 4, 5]);
  assert.notEqual(halfSipHash([1, 2], bytes, 0, 5), halfSipHash([1, 3], bytes, 0, 5));
});
