import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { ManualClock } from "../testing/manual-clock.ts";
import { ConnectionBounds, type ConnectionLimits, MAX_RATED_ADDRESSES } from "./connection-bounds.ts";

const LIMITS: ConnectionLimits = {
  total: 10,
  perAddress: 3,
  rate: { perSecond: 0.5, burst: 4 },
  descriptors: 100,
};

describe("connections", () => {
  let clock: ManualClock;
  let bounds: ConnectionBounds;
  beforeEach(() => {
    clock = new ManualClock();
    bounds = new ConnectionBounds(LIMITS, () => clock.monotonic());
  });

  it("are bounded by address and in all, and make room when they close", () => {
    for (let n = 0; n < 10; n += 1) {
      const address = `192.0.2.${n >> 1}`;
      assert.equal(bounds.bound(address, 20), undefined);
      bounds.opened(address);
    }
    assert.equal(bounds.bound("192.0.2.99", 20), "total");
    bounds.closed("192.0.2.0");
    bounds.opened("192.0.2.1");
    bounds.closed("192.0.2.4");
    assert.deepEqual([bounds.total, bounds.from("192.0.2.1"), bounds.from("192.0.2.4")], [9, 3, 1]);
    assert.equal(bounds.bound("192.0.2.1", 20), "address");
    assert.equal(bounds.bound("192.0.2.4", 20), undefined);
  });

  it("of one address come in a burst, then at their rate; those refused do not use it up, others are not touched", () => {
    for (let n = 0; n < 4; n += 1) assert.equal(bounds.bound("2001:db8::1", 20), undefined);
    for (let n = 0; n < 1000; n += 1) assert.equal(bounds.bound("2001:db8::1", 20), "rate");
    assert.equal(bounds.bound("2001:db8::2", 20), undefined);
    clock.advance(1_999);
    assert.equal(bounds.bound("2001:db8::1", 20), "rate");
    clock.advance(1);
    assert.equal(bounds.bound("2001:db8::1", 20), undefined);
    assert.equal(bounds.bound("2001:db8::1", 20), "rate");
  });

  it("are refused where descriptors run out, whoever has the others", () => {
    assert.equal(bounds.bound("192.0.2.1", 99), undefined);
    assert.equal(bounds.bound("192.0.2.1", 100), "descriptors");
  });

  it("of ever more addresses are remembered up to a bound: the oldest begins anew", () => {
    const tooOften = (address: string): boolean => {
      for (let n = 0; n < 4; n += 1) bounds.bound(address, 20);
      return bounds.bound(address, 20) === "rate";
    };
    assert.ok(tooOften("first"));
    for (let n = 1; n < MAX_RATED_ADDRESSES; n += 1) bounds.bound(`address ${n}`, 20);
    assert.equal(bounds.bound("first", 20), "rate");
    for (let n = 0; n < MAX_RATED_ADDRESSES; n += 1) bounds.bound(`other ${n}`, 20);
    assert.equal(bounds.bound("first", 20), undefined);
  });

  it("never pass a bound, whatever comes and goes", () => {
    const step = fc.record({ address: fc.nat(5), opens: fc.boolean(), after: fc.nat(3_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const counts = new ConnectionBounds(LIMITS, () => clock.monotonic());
        const open = new Map<string, number>();
        for (const { address, opens, after } of steps) {
          clock.advance(after);
          const name = String(address);
          const held = open.get(name) ?? 0;
          if (opens && counts.bound(name, 0) === undefined) {
            counts.opened(name);
            open.set(name, held + 1);
          } else if (!opens && held > 0) {
            counts.closed(name);
            open.set(name, held - 1);
          }
          const total = [...open.values()].reduce((sum, count) => sum + count, 0);
          assert.deepEqual([counts.total, counts.from(name)], [total, open.get(name) ?? 0]);
          assert.ok(total <= LIMITS.total && counts.from(name) <= LIMITS.perAddress);
        }
      }),
    );
  });
});
