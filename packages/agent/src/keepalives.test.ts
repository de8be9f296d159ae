import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "@netferry/service";
import { Keepalives } from "./keepalives.ts";

/** One timer, which is all that is needed here. */
function bench(): { keepalives: Keepalives; count: () => number; advance: (ms: number) => void } {
  let [now, count] = [0, 0];
  let timer: { at: number; run: () => void } | undefined;
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    later(delayMs, run) {
      timer = { at: now + delayMs, run };
      return () => (timer = undefined);
    },
  };
  const advance = (ms: number): void => {
    const end = now + ms;
    while (timer !== undefined && timer.at <= end) {
      const { at, run } = timer;
      timer = undefined;
      now = at;
      run();
    }
    now = end;
  };
  return { keepalives: new Keepalives(clock, () => (count += 1)), count: () => count, advance };
}

test("alone: at once, then at a third of the hold time", () => {
  const { keepalives, count, advance } = bench();
  keepalives.alone(9);
  assert.equal(count(), 1);
  advance(8_999);
  assert.equal(count(), 3);
  advance(1);
  assert.equal(count(), 4);
});

test("attended: none as long as the ingest sends its own", () => {
  const { keepalives, count, advance } = bench();
  keepalives.attended(9);
  for (let round = 0; round < 20; round += 1) {
    advance(3_000);
    keepalives.sent();
    keepalives.attended(9);
  }
  assert.equal(count(), 0);
});

test("attended: a device that hears nothing is sent one within half its hold time, and goes on hearing", () => {
  const { keepalives, count, advance } = bench();
  advance(60_000);
  keepalives.sent();
  keepalives.attended(9);
  advance(4_499);
  assert.equal(count(), 0);
  advance(1);
  assert.equal(count(), 1);
  advance(9_000);
  assert.equal(count(), 3);
});

test("an ingest that goes and comes back changes the pace; a closed session has none", () => {
  const { keepalives, count, advance } = bench();
  keepalives.attended(9);
  keepalives.alone(9);
  advance(3_000);
  assert.equal(count(), 2);
  keepalives.sent();
  keepalives.attended(9);
  advance(4_000);
  assert.equal(count(), 2);
  keepalives.stop();
  advance(100_000);
  assert.equal(count(), 2);
});

test("no hold time, no KEEPALIVEs", () => {
  const { keepalives, count, advance } = bench();
  keepalives.alone(0);
  keepalives.attended(0);
  advance(100_000);
  assert.equal(count(), 0);
});
