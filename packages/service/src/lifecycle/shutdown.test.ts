import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import { createLogger } from "../log/logger.ts";
import { CapturedStream } from "../testing/captured-stream.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { Shutdown, type ShutdownOptions } from "./shutdown.ts";

function setUp(options: ShutdownOptions = {}): {
  shutdown: Shutdown;
  events: EventEmitter;
  clock: ManualClock;
  exits: number[];
  stream: CapturedStream;
} {
  const events = new EventEmitter();
  const clock = new ManualClock();
  const stream = new CapturedStream();
  const exits: number[] = [];
  const shutdown = new Shutdown({
    logger: createLogger({ destination: stream }),
    events,
    clock,
    exit: (code) => exits.push(code),
    ...options,
  });
  return { shutdown, events, clock, exits, stream };
}

describe("shutdown", () => {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    it(`on ${signal} runs hooks one after another, the last one first, and ends with 0`, async () => {
      const { shutdown, events, exits, stream, clock } = setUp();
      const order: string[] = [];
      for (const name of ["store", "relay", "http"]) {
        shutdown.add(name, async () => {
          order.push(`${name} begins`);
          await clock.settle();
          order.push(`${name} ends`);
        });
      }
      assert.equal(shutdown.signal.aborted, false);
      events.emit(signal, signal);
      assert.equal(shutdown.signal.aborted, true);
      assert.equal(await shutdown.finished, 0);
      assert.deepEqual(order, [
        "http begins",
        "http ends",
        "relay begins",
        "relay ends",
        "store begins",
        "store ends",
      ]);
      assert.deepEqual(exits, []);
      assert.match(stream.text, new RegExp(`"reason":"${signal}","msg":"shutting down"`));
    });
  }

  it("leaves no listener and no timer behind", async () => {
    const { shutdown, events, clock } = setUp();
    shutdown.begin("done");
    await shutdown.finished;
    assert.equal(events.listenerCount("SIGINT") + events.listenerCount("SIGTERM"), 0);
    assert.equal(clock.timers, 0);
  });

  it("goes on after a hook that fails, and ends with 1", async () => {
    const { shutdown, stream } = setUp();
    let ran = false;
    shutdown.add("store", () => {
      ran = true;
    });
    shutdown.add("http", () => Promise.reject(new Error("stuck")));
    shutdown.begin("test");
    assert.equal(await shutdown.finished, 1);
    assert.equal(ran, true);
    assert.match(stream.text, /"hook":"http","err":"stuck"/);
  });

  it("keeps the exit code of what began it", async () => {
    const { shutdown } = setUp();
    shutdown.add("x", () => Promise.reject(new Error("stuck")));
    shutdown.begin("store is gone", 3);
    shutdown.begin("again", 4);
    assert.equal(await shutdown.finished, 3);
  });

  it("ends the process at the deadline and names what is unfinished", async () => {
    const { shutdown, clock, exits, stream } = setUp({ deadlineSeconds: 5 });
    shutdown.add("store", () => {});
    shutdown.add("http", () => new Promise(() => {}));
    shutdown.begin("test");
    await clock.settle();
    clock.advance(4999);
    assert.deepEqual(exits, []);
    clock.advance(1);
    assert.deepEqual(exits, [1]);
    assert.match(stream.text, /"unfinished":\["http","store"\]/);
  });

  it("ends the process at once on a second signal", async () => {
    for (const [second, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const { shutdown, events, exits } = setUp();
      shutdown.add("http", () => new Promise(() => {}));
      events.emit("SIGTERM", "SIGTERM");
      assert.deepEqual(exits, []);
      events.emit(second, second);
      assert.deepEqual(exits, [code]);
    }
  });

  it("follows the signal of its caller, also one that is aborted already", async () => {
    const controller = new AbortController();
    const { shutdown } = setUp({ signal: controller.signal });
    controller.abort();
    assert.equal(await shutdown.finished, 0);
    const late = setUp({ signal: AbortSignal.abort() });
    assert.equal(await late.shutdown.finished, 0);
  });

  it("does not run hooks that were taken back", async () => {
    const { shutdown } = setUp();
    const takeBack = shutdown.add("x", () => assert.fail("must not run"));
    takeBack();
    takeBack();
    shutdown.begin("test");
    assert.equal(await shutdown.finished, 0);
  });
});
