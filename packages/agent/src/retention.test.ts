import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeMessage } from "@netferry/bgp";
import { keepOf, RetentionBudget } from "./retention.ts";

const update = encodeMessage({ type: "update", withdrawn: [], attributes: [], nlri: [] });
const keepalive = encodeMessage({ type: "keepalive" });
const notification = encodeMessage({ type: "notification", code: 6, subcode: 2, data: new Uint8Array(0) });

function runOf(...messages: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(messages));
}

test("KEEPALIVEs are not kept, everything else is", () => {
  const kept = keepOf(runOf(keepalive, update, keepalive, notification), true);
  assert.deepEqual(kept, {
    run: runOf(update, notification),
    messages: 2,
    droppedMessages: 0,
    droppedBytes: 0,
  });
});

test("past the bound whole UPDATEs go, counted; the NOTIFICATION stays", () => {
  const kept = keepOf(runOf(update, update, notification), false);
  assert.deepEqual(kept, {
    run: runOf(notification),
    messages: 1,
    droppedMessages: 2,
    droppedBytes: 2 * update.length,
  });
});

test("a run of nothing but UPDATEs is kept as it is", () => {
  const run = runOf(update, update);
  assert.equal(keepOf(run, true).run, run);
  assert.equal(keepOf(runOf(keepalive), true).run.length, 0);
});

test("the budget of all sessions is never exceeded", () => {
  const budget = new RetentionBudget({ perSession: 10, total: 25 });
  assert.deepEqual([budget.take(10), budget.take(10), budget.take(10), budget.used], [true, true, false, 20]);
  budget.give(10);
  assert.equal(budget.take(15), true);
});
