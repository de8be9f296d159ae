import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { ManualClock } from "@netferry/service/testing";
import { MAX_VERDICTS, VerdictCache } from "./verdicts.ts";
import { ALLOW, BLOCK } from "./testing/verdicts.ts";

describe("verdicts", () => {
  let clock: ManualClock;
  let cache: VerdictCache;
  beforeEach(() => {
    clock = new ManualClock();
    cache = new VerdictCache(() => clock.monotonic());
  });

  it("hold for their time, blocks that name none for 20 minutes", () => {
    cache.remember("192.0.2.1", ALLOW);
    cache.remember("192.0.2.2", { ...BLOCK, ttlSeconds: 0 });
    clock.advance(299_999);
    assert.equal(cache.find("192.0.2.1"), ALLOW);
    clock.advance(1);
    assert.equal(cache.find("192.0.2.1"), undefined);
    clock.advance(899_999);
    assert.equal(cache.find("192.0.2.2")?.kind, "block");
    clock.advance(1);
    assert.equal(cache.find("192.0.2.2"), undefined);
  });

  it("show who is blocked: why, for how long, and how often it came; a look does not count", () => {
    cache.remember("192.0.2.2", BLOCK);
    cache.remember("192.0.2.1", ALLOW);
    cache.find("192.0.2.2");
    cache.find("192.0.2.2");
    cache.peek("192.0.2.2");
    clock.advance(500_500);
    assert.deepEqual(cache.denials(), [
      { address: "192.0.2.2", cause: "unknown-device", reason: "who?", attempts: 2, secondsLeft: 700 },
    ]);
    clock.advance(700_000);
    assert.deepEqual(cache.denials(), []);
  });

  it("are replaced and forgotten, and forgetting tells of a block", () => {
    cache.remember("192.0.2.1", BLOCK);
    cache.remember("192.0.2.1", ALLOW);
    assert.equal(cache.find("192.0.2.1"), ALLOW);
    assert.equal(cache.forget("192.0.2.1"), false);
    cache.remember("192.0.2.1", ALLOW);
    cache.remember("192.0.2.1", BLOCK);
    assert.equal(cache.find("192.0.2.1"), BLOCK);
    assert.equal(cache.forget("192.0.2.1"), true);
    assert.equal(cache.find("192.0.2.1"), undefined);
    cache.remember("192.0.2.1", BLOCK);
    cache.clear();
    assert.deepEqual(cache.denials(), []);
  });

  it("are bounded: the oldest block goes first, and blocks never push out what is allowed", () => {
    cache.remember("192.0.2.1", ALLOW);
    for (let n = 0; n <= MAX_VERDICTS; n += 1)
      cache.remember(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, BLOCK);
    assert.equal(cache.denials().length, MAX_VERDICTS);
    assert.equal(cache.find("10.0.0.0"), undefined);
    assert.equal(cache.find("10.0.0.1"), BLOCK);
    assert.equal(cache.find("192.0.2.1"), ALLOW);
    assert.deepEqual(cache.forgotten, { allowed: 0, blocked: 1 });
  });

  it("are over when they are old or the ingest is another; who was allowed stays known until the registry changes", () => {
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) cache.remember(address, ALLOW);
    cache.remember("192.0.2.4", BLOCK);
    clock.advance(300_000);
    assert.equal(cache.find("192.0.2.1"), undefined);
    cache.clear();
    assert.deepEqual([cache.find("192.0.2.2"), cache.find("192.0.2.4")], [undefined, undefined]);
    assert.ok(["192.0.2.1", "192.0.2.2", "192.0.2.3"].every((address) => cache.wasAllowed(address)));
    cache.forget("192.0.2.2");
    cache.remember("192.0.2.3", BLOCK);
    const known = ["192.0.2.2", "192.0.2.3", "192.0.2.4"].filter((address) => cache.wasAllowed(address));
    assert.deepEqual(known, []);
  });
});
