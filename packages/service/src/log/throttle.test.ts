import assert from "node:assert/strict";
import { it } from "node:test";
import { MAX_THROTTLE_KEYS, Throttle } from "./throttle.ts";

it("remembers a bounded number of keys and forgets the one used longest ago", () => {
  const throttle = new Throttle(() => 0);
  for (let index = 0; index < MAX_THROTTLE_KEYS; index += 1) throttle.pass(`k${index}`, Infinity);
  assert.equal(throttle.pass("k0", Infinity), undefined);
  assert.equal(throttle.pass("one more", Infinity), 0);
  assert.equal(throttle.size, MAX_THROTTLE_KEYS);
  assert.equal(throttle.pass("k0", Infinity), undefined, "k0 was used lately");
  assert.equal(throttle.pass("k1", Infinity), 0, "k1 was forgotten");
});
