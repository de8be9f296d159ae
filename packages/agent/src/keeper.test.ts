import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { createLogger } from "@netferry/service";
import { CapturedStream } from "@netferry/service/testing";
import { createCounters } from "./counters.ts";
import { KEEP_RESERVE_BYTES, Keeper } from "./keeper.ts";
import { RetentionBudget } from "./retention.ts";

/** A message of so many octets. */
function message(type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xff, 0, 16);
  bytes[16] = length >>> 8;
  bytes[17] = length;
  bytes[18] = type;
  return bytes;
}

const UPDATE = message(2, 1_000);
const NOTIFICATION = message(3, 21);
const REFRESH = message(5, 23);
const UNKNOWN = message(77, 60_000);

describe("what is kept without an ingest", () => {
  const counters = createCounters();
  let kept: number;
  let keeper: Keeper;
  const keep = (run: Uint8Array): number => {
    const { length } = keeper.keep(run);
    kept += length;
    return length;
  };
  beforeEach(() => {
    Object.assign(counters, createCounters());
    kept = 0;
    const retention = new RetentionBudget({ perSession: 10_000, total: 1e6 });
    const logger = createLogger({ destination: new CapturedStream() });
    keeper = new Keeper({ retention, counters, logger, kept: () => kept }, undefined);
  });

  it("is bounded whatever the device sends: past UPDATEs, only so much of other messages", () => {
    for (let n = 0; n < 11; n += 1) keep(UPDATE);
    assert.deepEqual([kept, keeper.lossy, counters.droppedUpdates], [10_000, true, 1]);
    for (let n = 0; n < 10_000; n += 1) keep(REFRESH);
    assert.equal(keep(UNKNOWN), 0);
    const reserve = Math.floor(KEEP_RESERVE_BYTES / REFRESH.length);
    assert.equal(kept, 10_000 + reserve * REFRESH.length);
    assert.deepEqual([counters.droppedUpdates, counters.droppedOthers], [1, 10_001 - reserve]);
    assert.equal(counters.droppedBytes, 1_000 + 60_000 + (10_000 - reserve) * REFRESH.length);
  });

  it("still has room for how the session ends", () => {
    for (let n = 0; n < 50; n += 1) keep(UPDATE);
    assert.equal(keep(NOTIFICATION), NOTIFICATION.length);
  });

  it("has its room again when an ingest has taken it", () => {
    for (let n = 0; n < 11; n += 1) keep(UPDATE);
    for (let n = 0; n < 1_000; n += 1) keep(REFRESH);
    kept = 0;
    keeper.taken();
    for (let n = 0; n < 11; n += 1) keep(UPDATE);
    assert.equal(keep(REFRESH), REFRESH.length);
  });
});
