import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { ManualClock } from "@netferry/service/testing";
import { ESTABLISH_TIMEOUT_MS, MAX_UNESTABLISHED_BYTES, OPEN_TIMEOUT_MS, Opening } from "./opening.ts";

describe("a session that is not established", () => {
  let clock: ManualClock;
  let progress: { opened: boolean; established: boolean };
  let faults: string[];
  let opening: Opening;
  beforeEach(() => {
    clock = new ManualClock();
    progress = { opened: false, established: false };
    faults = [];
    opening = new Opening(clock, progress, (fault) => faults.push(fault));
    opening.start();
  });

  it("ends without an OPEN after a minute", () => {
    clock.advance(OPEN_TIMEOUT_MS - 1);
    assert.deepEqual(faults, []);
    clock.advance(1);
    assert.deepEqual([faults, clock.timers], [["no-open"], 0]);
  });

  it("ends after four minutes where it only has an OPEN", () => {
    progress.opened = true;
    clock.advance(ESTABLISH_TIMEOUT_MS - 1);
    assert.deepEqual(faults, []);
    clock.advance(1);
    assert.deepEqual([faults, clock.timers], [["not-established"], 0]);
  });

  it("ends where the device sends more than such a session needs, once", () => {
    opening.check(MAX_UNESTABLISHED_BYTES);
    assert.deepEqual(faults, []);
    opening.check(MAX_UNESTABLISHED_BYTES + 1);
    opening.check(MAX_UNESTABLISHED_BYTES + 2);
    clock.advance(ESTABLISH_TIMEOUT_MS);
    assert.deepEqual([faults, clock.timers], [["too-much"], 0]);
  });

  it("gets its time anew after a pause", () => {
    clock.advance(OPEN_TIMEOUT_MS - 1);
    opening.pause();
    clock.advance(ESTABLISH_TIMEOUT_MS);
    assert.deepEqual([faults, clock.timers], [[], 0]);
    progress.opened = true;
    opening.start();
    clock.advance(ESTABLISH_TIMEOUT_MS - 1);
    assert.deepEqual(faults, []);
    clock.advance(1);
    assert.deepEqual([faults, clock.timers], [["not-established"], 0]);
  });

  it("is free of all that once it is established, or over, and keeps no timer", () => {
    progress.opened = true;
    progress.established = true;
    opening.check(MAX_UNESTABLISHED_BYTES + 1);
    assert.equal(clock.timers, 0);
    clock.advance(ESTABLISH_TIMEOUT_MS);
    assert.deepEqual(faults, []);
    const other = new Opening(clock, { opened: false, established: false }, (fault) => faults.push(fault));
    other.start();
    other.stop();
    other.check(MAX_UNESTABLISHED_BYTES + 1);
    assert.deepEqual([faults, clock.timers], [[], 0]);
  });
});
