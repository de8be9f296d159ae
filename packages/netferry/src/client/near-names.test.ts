import assert from "node:assert/strict";
import { test } from "node:test";
import { nearNames } from "./near-names.ts";

const KNOWN = ["core-r1", "core-r2", "edge-r1", "sw-basement"];

test("names that were likely meant, the nearest first", () => {
  assert.deepEqual(nearNames("core-r3", KNOWN), ["core-r1", "core-r2"]);
  assert.deepEqual(nearNames("CORE-R1", KNOWN)[0], "core-r1");
  assert.deepEqual(nearNames("basement", KNOWN), ["sw-basement"]);
  assert.deepEqual(nearNames("xyz", KNOWN), []);
  assert.deepEqual(nearNames("x".repeat(10_000), KNOWN), []);
});
