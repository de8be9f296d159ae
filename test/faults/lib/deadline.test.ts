import assert from "node:assert/strict";
import { test } from "node:test";

import { LateError, within } from "./deadline.ts";

test("work that ends in time is what it comes to", async () => {
  assert.equal(await within(10_000, () => "nothing", Promise.resolve(7)), 7);
  await assert.rejects(
    within(10_000, () => "nothing", Promise.reject(new Error("broken"))),
    /broken/,
  );
});

test("work that hangs is given up, with what it waited for, also when it fails later", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  let waitingFor = "the first";
  const late = within(20, () => waitingFor, promise);
  waitingFor = "the second";
  await assert.rejects(late, (error) => error instanceof LateError && error.message.includes("the second"));
  reject(new Error("nobody hears this"));
  await new Promise(setImmediate);
});
