import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../log/logger.ts";
import { CapturedStream } from "../testing/captured-stream.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { HealthMonitor, healthStatusCode, MAX_HEALTH_CHECKS } from "./monitor.ts";

const SETTINGS = { intervalSeconds: 10, timeoutSeconds: 5, maxAgeSeconds: 35 };

function setUp(): { clock: ManualClock; health: HealthMonitor; stream: CapturedStream } {
  const clock = new ManualClock();
  const stream = new CapturedStream();
  const logger = createLogger({ destination: stream });
  return { clock, stream, health: new HealthMonitor({ clock, logger, ...SETTINGS }) };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

describe("the state of health", () => {
  it("is initializing until the first run is finished", async () => {
    const { health, clock } = setUp();
    const gate = Promise.withResolvers<void>();
    health.add("slow", () => gate.promise);
    assert.deepEqual(health.state(), { timestamp: "2026-01-01T00:00:00.000Z", status: "initializing" });
    health.start();
    await clock.settle();
    assert.equal(health.state().status, "initializing");
    gate.resolve();
    await clock.settle();
    assert.deepEqual(health.state(), { timestamp: "2026-01-01T00:00:00.000Z", status: "ok" });
    health.stop();
  });

  it("is failing with the reason of each check that says or throws one", async () => {
    const { health } = setUp();
    health.add("fine", () => {});
    health.add("says", () => "no control stream");
    health.add("throws", () => {
      throw new Error("store is gone", { cause: new Error("EIO") });
    });
    health.add("rejects", () => Promise.reject(new Error("no")));
    const state = await health.runNow();
    assert.equal(state.status, "failing");
    assert.deepEqual(state.checks, [
      { name: "says", reason: "no control stream" },
      { name: "throws", reason: "store is gone: EIO" },
      { name: "rejects", reason: "no" },
    ]);
  });

  it("is timeout where a check does not answer, and its signal is aborted", async () => {
    const { health, clock } = setUp();
    let aborted = false;
    health.add("hangs", (signal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return never();
    });
    const run = health.runNow();
    clock.advance(4999);
    await clock.settle();
    assert.equal(health.state().status, "initializing");
    clock.advance(1);
    const state = await run;
    assert.equal(state.status, "timeout");
    assert.deepEqual(state.checks, [{ name: "hangs", reason: "no answer within 5 s" }]);
    assert.equal(aborted, true);
    assert.equal(clock.timers, 0);
  });

  it("is failing where one check fails and another does not answer", async () => {
    const { health, clock } = setUp();
    health.add("hangs", never);
    health.add("fails", () => "broken");
    const run = health.runNow();
    await clock.settle();
    clock.advance(5000);
    const { status, checks } = await run;
    assert.equal(status, "failing");
    assert.deepEqual(
      checks?.map(({ name }) => name),
      ["hangs", "fails"],
    );
  });

  it("is old_result when no run ended for too long, and still tells the old one", async () => {
    const { health, clock } = setUp();
    health.add("fails", () => "broken");
    await health.runNow();
    clock.advance(35_000);
    assert.equal(health.state().status, "failing");
    clock.advance(1);
    const state = health.state();
    assert.equal(state.status, "old_result");
    assert.equal(state.timestamp, "2026-01-01T00:00:00.000Z");
    assert.deepEqual(state.checks, [{ name: "fails", reason: "broken" }]);
  });

  it("is 200 for ok alone", () => {
    const timestamp = "";
    assert.equal(healthStatusCode({ timestamp, status: "ok" }), 200);
    for (const status of ["initializing", "timeout", "old_result", "failing"] as const) {
      assert.equal(healthStatusCode({ timestamp, status }), 503);
    }
  });
});

describe("runs", () => {
  it("follow each other at the interval, until stopped", async () => {
    const { health, clock } = setUp();
    let runs = 0;
    health.add("counts", () => {
      runs += 1;
    });
    health.start();
    health.start();
    await clock.settle();
    assert.equal(runs, 1);
    for (const expected of [2, 3]) {
      clock.advance(9999);
      await clock.settle();
      assert.equal(runs, expected - 1);
      clock.advance(1);
      await clock.settle();
      assert.equal(runs, expected);
    }
    health.stop();
    clock.advance(100_000);
    await clock.settle();
    assert.equal(runs, 3);
    assert.equal(clock.timers, 0);
  });

  it("do not start a check again that has not ended, and take its recovery", async () => {
    const { health, clock } = setUp();
    let started = 0;
    const gate = Promise.withResolvers<void>();
    health.add("hangs", () => {
      started += 1;
      return gate.promise;
    });
    const first = health.runNow();
    clock.advance(5000);
    await first;
    assert.equal((await health.runNow()).status, "timeout");
    assert.equal(started, 1);
    gate.resolve();
    await clock.settle();
    assert.equal((await health.runNow()).status, "ok");
    assert.equal(started, 2);
  });

  it("at the same time are one", async () => {
    const { health } = setUp();
    let runs = 0;
    health.add("counts", () => {
      runs += 1;
    });
    await Promise.all([health.runNow(), health.runNow()]);
    assert.equal(runs, 1);
  });

  it("tell the log when the status changes, and only then", async () => {
    const { health, stream } = setUp();
    let reason: string | undefined;
    health.add("link", () => reason);
    await health.runNow();
    await health.runNow();
    reason = "down";
    await health.runNow();
    await health.runNow();
    reason = undefined;
    await health.runNow();
    assert.deepEqual(
      stream.lines.map((line) => {
        const { status, reasons } = JSON.parse(line) as { status: string; reasons?: string };
        return [status, reasons];
      }),
      [
        ["ok", undefined],
        ["failing", "link: down"],
        ["ok", undefined],
      ],
    );
  });
});

it("checks have different names and a bound", () => {
  const { health } = setUp();
  health.add("a", () => {});
  assert.throws(() => health.add("a", () => {}), /there already/);
  for (let index = 1; index < MAX_HEALTH_CHECKS; index += 1) health.add(`c${index}`, () => {});
  assert.throws(() => health.add("b", () => {}), /more than 64/);
});
