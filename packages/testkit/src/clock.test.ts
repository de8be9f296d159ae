import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ManualClock } from "./clock.ts";

describe("ManualClock", () => {
  it("runs what falls due, in order, at its time", () => {
    const clock = new ManualClock(1000);
    const ran: string[] = [];
    clock.later(20, () => ran.push(`b ${clock.monotonic()} ${clock.now()}`));
    clock.later(10, () => ran.push(`a ${clock.monotonic()}`));
    clock.later(20, () => ran.push("c"));
    clock.advance(9);
    assert.deepEqual(ran, []);
    clock.advance(11);
    assert.deepEqual(ran, ["a 10", "b 20 1020", "c"]);
    assert.equal(clock.pending, 0);
  });

  it("runs timers that timers set on the way", () => {
    const clock = new ManualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.later(10, tick);
    };
    clock.later(10, tick);
    clock.advance(55);
    assert.equal(ticks, 5);
    assert.equal(clock.pending, 1);
  });

  it("forgets a timer that is taken back", () => {
    const clock = new ManualClock();
    const cancel = clock.later(5, () => assert.fail("ran all the same"));
    cancel();
    cancel();
    clock.advance(10);
    assert.equal(clock.pending, 0);
  });
});
