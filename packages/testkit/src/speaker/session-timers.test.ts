import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ManualClock } from "../clock.ts";
import { SessionTimers } from "./session-timers.ts";

function make(random = 0): { clock: ManualClock; timers: SessionTimers; expired: string[] } {
  const clock = new ManualClock();
  const expired: string[] = [];
  const timers = new SessionTimers(
    clock,
    () => random,
    (timer) => expired.push(`${timer} ${clock.monotonic()}`),
  );
  return { clock, timers, expired };
}

describe("SessionTimers", () => {
  it("expire once, at their time", () => {
    const { clock, timers, expired } = make();
    timers.set("hold", 90);
    timers.set("send-hold", 30);
    clock.advance(200_000);
    assert.deepEqual(expired, ["send-hold 30000", "hold 90000"]);
    assert.equal(clock.pending, 0);
  });

  it("are put off without a timer for each time, and brought forward", () => {
    const { clock, timers, expired } = make();
    timers.set("hold", 90);
    for (let second = 0; second < 80; second += 1) {
      clock.advance(1000);
      timers.set("hold", 90);
    }
    assert.equal(clock.pending, 1);
    clock.advance(89_999);
    assert.deepEqual(expired, []);
    timers.set("hold", 3);
    clock.advance(3000);
    assert.deepEqual(expired, ["hold 172999"]);
    assert.equal(clock.pending, 0);
  });

  it("do not expire once cleared", () => {
    const { clock, timers, expired } = make();
    timers.set("keepalive", 10);
    timers.clear("keepalive");
    timers.clear("hold");
    clock.advance(100_000);
    assert.deepEqual(expired, []);
    assert.equal(clock.pending, 0);
  });

  it("come up to a quarter early where RFC 4271 section 10 wants jitter", () => {
    const { clock, timers, expired } = make(0.999_999);
    timers.set("keepalive", 100);
    timers.set("connect-retry", 100);
    timers.set("hold", 100);
    clock.advance(75_001);
    assert.equal(expired.length, 2);
    clock.advance(25_000);
    assert.equal(expired[2], "hold 100000");
  });
});
