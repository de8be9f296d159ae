import assert from "node:assert/strict";
import { test } from "node:test";
import { quotationOf } from "./readme-examples.ts";

for (const name of ["bgp", "formats"] as const) {
  test(`README of ${name} quotes every example and what it prints; else run node scripts/readme-examples.ts`, () => {
    const { found, wanted, missing } = quotationOf(name);
    assert.deepEqual(missing, []);
    assert.equal(found, wanted);
  });
}
