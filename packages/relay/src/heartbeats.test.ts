import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeats } from "./heartbeats.ts";

function beating() {
  let now = 0;
  let next: (() => void) | undefined;
  const sent: number[] = [];
  const told: string[] = [];
  const heartbeats = new Heartbeats({
    intervalMs: 1000,
    monotonic: () => now,
    later: (delayMs, run) => {
      next = () => {
        now += delayMs;
        run();
      };
      return () => {
        next = undefined;
      };
    },
    send: ({ sequence, lastRoundTripUs }) => sent.push(sequence * 1_000_000 + lastRoundTripUs),
    onSilence: () => told.push("silence"),
  });
  return { heartbeats, sent, told, tick: () => next?.(), wait: (ms: number) => (now += ms) };
}

test("the round trip is that of the heartbeat that was answered, and is told with the next one", () => {
  const { heartbeats, sent, tick, wait } = beating();
  heartbeats.start();
  wait(7);
  heartbeats.answered(1);
  assert.equal(heartbeats.roundTripMs, 7);
  tick();
  assert.deepEqual(sent, [1_000_000, 2_007_000]);
});

test("three in a row without an answer are silence; one answer is enough to go on", () => {
  const { heartbeats, told, tick } = beating();
  heartbeats.start();
  tick();
  tick();
  heartbeats.answered(1);
  tick();
  tick();
  tick();
  assert.deepEqual(told, []);
  tick();
  assert.deepEqual(told, ["silence"]);
});

test("nothing is sent after the end", () => {
  const { heartbeats, sent, tick } = beating();
  heartbeats.start();
  heartbeats.stop();
  tick();
  assert.equal(sent.length, 1);
});
