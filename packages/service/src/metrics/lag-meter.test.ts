import assert from "node:assert/strict";
import { it } from "node:test";
import { LagMeter } from "./lag-meter.ts";

/** Holds the loop up. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

it("a loop that was held up shows in its window, and not in the next one", async () => {
  const meter = new LagMeter();
  assert.deepEqual(meter.peek(), { p50: 0, p99: 0, max: 0 });
  await pause(50);
  block(300);
  await pause(50);
  assert.ok(meter.peek().max >= 200);
  const lag = meter.take();
  assert.ok(lag.max >= 200, `${lag.max} ms`);
  assert.ok(lag.p50 <= lag.p99 && lag.p99 <= lag.max);
  assert.deepEqual(meter.peek(), { p50: 0, p99: 0, max: 0 });
  meter.stop();
});
