import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimerName } from "@netferry/bgp";
import type { Clock } from "@netferry/service";
import { SessionTimers } from "./timers.ts";

const HOLD = 9;

/** A hold timer that runs from 0. `blind` says when the way to the device gives no sign of life. */
function bench(blind: (now: number) => boolean): { expiredAt: (end: number) => number | undefined } {
  let now = 0;
  let timer: { at: number; run: () => void } | undefined;
  let expired: number | undefined;
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    later(delayMs, run) {
      timer = { at: now + delayMs, run };
      return () => (timer = undefined);
    },
  };
  const timers = new SessionTimers(
    clock,
    (name: TimerName) => {
      assert.equal(name, "hold");
      expired ??= now;
    },
    () => blind(now),
  );
  timers.set("hold", HOLD);
  return {
    expiredAt(end) {
      while (timer !== undefined && timer.at <= end) {
        const { at, run } = timer;
        timer = undefined;
        now = at;
        run();
      }
      return expired;
    },
  };
}

test("a silent device on a good way is given up after its hold time", () => {
  const at = bench(() => false).expiredAt(60_000);
  assert.ok(at !== undefined && at >= HOLD * 1000 && at < HOLD * 1000 + 2_000, String(at));
});

test("what is not heard over a way that is silent itself is not held against the device", () => {
  const at = bench((now) => now < 20_000).expiredAt(60_000);
  assert.ok(at !== undefined && at >= 20_000 && at < 22_000, String(at));
});

test("a way that stays so is no excuse for ever", () => {
  const at = bench(() => true).expiredAt(600_000);
  assert.ok(at !== undefined && at < 60_000, String(at));
});
