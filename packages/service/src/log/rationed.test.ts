import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CapturedStream } from "../testing/captured-stream.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { createLogger } from "./logger.ts";
import { RationedLines } from "./rationed.ts";

describe("rationed lines", () => {
  it("come once for a key in their time, at a bounded rate for all keys, and say how many were left out", () => {
    const clock = new ManualClock();
    const stream = new CapturedStream();
    const logger = createLogger({ destination: stream });
    const rate = { perSecond: 0.1, burst: 3 };
    const lines = new RationedLines({ logger, clock, everySeconds: 60, rate });
    const messages = (): unknown[] =>
      stream.lines.map((line) => {
        const { msg, suppressed } = JSON.parse(line) as Record<string, unknown>;
        return suppressed === undefined ? msg : [msg, suppressed];
      });
    for (let n = 0; n < 5; n += 1) lines.write("a", "warn", { n }, "a");
    assert.deepEqual(messages(), ["a"]);
    for (const key of ["b", "c", "d", "e"]) lines.write(key, "warn", {}, key);
    assert.deepEqual(messages(), ["a", ["b", 4], "c"]);
    clock.advance(10_000);
    lines.write("f", "warn", {}, "f");
    lines.write("g", "warn", {}, "g");
    assert.deepEqual(messages().slice(3), [["f", 2]]);
    clock.advance(60_000);
    lines.write("a", "warn", {}, "a");
    assert.deepEqual(messages().slice(4), [["a", 1]]);
  });
});
