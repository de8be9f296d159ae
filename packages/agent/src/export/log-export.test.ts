import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogRecord } from "@netferry/service";
import type { PostOutcome } from "./http-post.ts";
import { LogExport, MAX_BATCH_LINES, MAX_WAITING_LINES, MAX_WAITING_OCTETS } from "./log-export.ts";

/** A server whose answers and a clock whose timers are in the test's hands. */
class Bench {
  readonly posted: string[][] = [];
  readonly delays: number[] = [];
  readonly failures: string[] = [];
  answer: PostOutcome = { kind: "taken" };
  readonly exported: LogExport;
  #due: (() => void) | undefined;

  constructor() {
    this.exported = new LogExport({
      post: (records) => {
        this.posted.push(
          records.map((text) => (JSON.parse(text) as { body: { stringValue: string } }).body.stringValue),
        );
        return Promise.resolve(this.answer);
      },
      clock: {
        now: () => 0,
        monotonic: () => 0,
        later: (delayMs, run) => {
          this.delays.push(delayMs);
          this.#due = run;
          return () => {
            this.#due = undefined;
          };
        },
      },
      random: () => 1,
      onFailure: ({ reason }) => this.failures.push(reason),
    });
  }

  log(...messages: string[]): void {
    for (const message of messages) this.exported.push(record(message));
  }

  /** Lets the timer that is set run out. */
  async elapse(): Promise<void> {
    const due = this.#due;
    this.#due = undefined;
    due?.();
    await new Promise(setImmediate);
  }
}

function record(message: string): LogRecord {
  return { time: 0, level: "info", message, fields: {} };
}

describe("the export of the log", () => {
  test("gathers lines and sends them once", async () => {
    const bench = new Bench();
    bench.log("a", "b");
    await bench.elapse();
    bench.log("c");
    await bench.elapse();
    await bench.elapse();
    assert.deepEqual(bench.posted, [["a", "b"], ["c"]]);
    assert.deepEqual(bench.exported.counters, { sent: 3, droppedFull: 0, droppedRefused: 0, failures: 0 });
  });

  test("sends lines again that could not be sent, before later ones, with longer pauses", async () => {
    const bench = new Bench();
    bench.answer = { kind: "later", reason: "away" };
    bench.log("a");
    await bench.elapse();
    bench.log("b");
    await bench.elapse();
    await bench.elapse();
    assert.deepEqual(bench.delays, [2_000, 1_000, 2_000, 4_000]);
    bench.answer = { kind: "taken" };
    await bench.elapse();
    assert.deepEqual(bench.posted.at(-1), ["a", "b"]);
    assert.deepEqual(bench.failures, ["away", "away", "away"]);
    assert.equal(bench.exported.counters.failures, 3);
    bench.log("c");
    assert.equal(bench.delays.at(-1), 2_000);
  });

  test("waits as long as the server says, and drops what it doesn't want", async () => {
    const bench = new Bench();
    bench.answer = { kind: "later", reason: "busy", retryAfterMs: 30_000 };
    bench.log("a");
    await bench.elapse();
    assert.equal(bench.delays.at(-1), 30_000);
    bench.answer = { kind: "refused", reason: "no" };
    await bench.elapse();
    assert.equal(bench.exported.waiting, 0);
    assert.equal(bench.exported.counters.droppedRefused, 1);
  });

  test("keeps within its bounds: the oldest lines go, counted", async () => {
    const bench = new Bench();
    for (let i = 0; i <= MAX_WAITING_LINES; i += 1) bench.log(String(i));
    assert.equal(bench.exported.waiting, MAX_WAITING_LINES);
    assert.equal(bench.exported.counters.droppedFull, 1);
    await bench.elapse();
    assert.equal(bench.posted[0]?.length, MAX_BATCH_LINES);
    assert.equal(bench.posted[0]?.[0], "1");
    const large = "x".repeat(MAX_WAITING_OCTETS / 2);
    bench.log(large, large);
    assert.equal(bench.exported.waiting, 1);
    await bench.elapse();
    assert.deepEqual(bench.posted[1], [large]);
  });

  test("sends what waits when it is stopped, and takes no more", async () => {
    const bench = new Bench();
    bench.log("a");
    await bench.exported.stop();
    bench.log("b");
    await bench.elapse();
    assert.deepEqual(bench.posted, [["a"]]);
  });
});
