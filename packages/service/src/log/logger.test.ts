import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CapturedStream } from "../testing/captured-stream.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { createLogger, type Logger, type LoggerOptions } from "./logger.ts";

function setUp(options: LoggerOptions = {}): {
  logger: Logger;
  clock: ManualClock;
  stream: CapturedStream;
  records: () => Record<string, unknown>[];
} {
  const stream = new CapturedStream();
  const clock = new ManualClock();
  const logger = createLogger({ destination: stream, now: () => clock.now(), ...options });
  const records = (): Record<string, unknown>[] =>
    stream.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, clock, stream, records };
}

describe("JSON lines", () => {
  it("have level, time, fields and message", () => {
    const { logger, stream } = setUp();
    logger.info({ device: "r1", routes: 5 }, "opening Data stream");
    logger.warn("no fields");
    assert.deepEqual(stream.lines, [
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","device":"r1","routes":5,"msg":"opening Data stream"}',
      '{"level":"warn","time":"2026-01-01T00:00:00.000Z","msg":"no fields"}',
    ]);
  });

  it("have the fields of child loggers, and a line's own fields win", () => {
    const { logger, records } = setUp({ fields: { service: "agent" } });
    const child = logger.child({ device: "r1", state: "old" }).child({ peer: "p" });
    child.error({ state: "new" }, "m");
    const [record] = records();
    assert.deepEqual(
      [record?.["service"], record?.["device"], record?.["peer"], record?.["state"]],
      ["agent", "r1", "p", "new"],
    );
  });

  it("keep their own keys, whatever fields are called", () => {
    const { logger, stream, records } = setUp();
    logger.info({ level: 3, msg: "x", time: 1 }, "m");
    const [record] = records();
    assert.deepEqual([record?.["level"], record?.["msg"], record?.["level_"]], ["info", "m", 3]);
    assert.equal(stream.text.split('"level":').length, 2);
  });

  it("leave out fields without a value", () => {
    const { logger, stream } = setUp();
    logger.info({ a: undefined }, "m");
    assert.doesNotMatch(stream.text, /"a"/);
  });
});

describe("levels", () => {
  it("hold lines below them back, for the whole family, changeable at run time", () => {
    const { logger, records } = setUp({ level: "warn" });
    const child = logger.child({ a: 1 });
    child.info("1");
    child.level = "debug";
    logger.debug("2");
    logger.trace("3");
    logger.level = "fatal";
    child.error("4");
    child.fatal("5");
    assert.deepEqual(
      records().map((record) => record["msg"]),
      ["2", "5"],
    );
    assert.deepEqual([logger.isEnabled("error"), logger.isEnabled("fatal")], [false, true]);
  });
});

describe("errors", () => {
  const error = new Error("cannot connect", { cause: new Error("ECONNREFUSED\nsecond line") });

  it("are one line of text with their causes; the stack comes at debug only", () => {
    const { logger, records } = setUp();
    logger.error({ err: error, nested: { why: error } }, "m");
    logger.level = "debug";
    logger.error({ err: error }, "m");
    const [plain, debug] = records();
    assert.equal(plain?.["err"], "cannot connect: ECONNREFUSED\\nsecond line");
    assert.deepEqual(plain?.["nested"], { why: "cannot connect: ECONNREFUSED\\nsecond line" });
    assert.equal(plain?.["stack"], undefined);
    assert.match(String(debug?.["stack"]), /logger\.test\.ts/);
  });
});

describe("secrets", () => {
  it("are in no line: not by key, not by value, not in messages, errors, stacks or earlier children", () => {
    for (const human of [false, true]) {
      const { logger, stream } = setUp({ level: "trace", human });
      const child = logger.child({ note: "uses tok-12345678", "x-ch-auth-api-token": "other-secret" });
      logger.redactValue("tok-12345678");
      child.error({ err: new Error("bad tok-12345678"), deep: [{ password: "pw-1" }] }, "got tok-12345678");
      assert.doesNotMatch(stream.text, /12345678|other-secret|pw-1/);
      assert.match(stream.text, /\[redacted\]/);
    }
  });
});

describe("repeated lines", () => {
  it("are written once for a key", () => {
    const { logger, records } = setUp();
    for (let index = 0; index < 3; index += 1) {
      logger.once("bad device 10.0.0.1").info({ index }, "denied");
      logger.child({ a: 1 }).once("bad device 10.0.0.2").info({ index }, "denied");
    }
    assert.deepEqual(
      records().map((record) => record["index"]),
      [0, 0],
    );
    assert.equal(logger.statistics().suppressed, 4);
  });

  it("are limited by time, and say how many were held back", () => {
    const { logger, clock, records } = setUp();
    const write = (): void => logger.limited("k", 10).warn({ at: clock.monotonic() }, "m");
    write();
    write();
    clock.advance(9999);
    write();
    clock.advance(1);
    write();
    clock.advance(10_000);
    write();
    assert.deepEqual(
      records().map((record) => [record["at"], record["suppressed"]]),
      [
        [0, undefined],
        [10_000, 2],
        [20_000, undefined],
      ],
    );
  });

  it("do not use up their one line while their level is held back", () => {
    const { logger, records } = setUp();
    logger.once("k").debug("1");
    logger.level = "debug";
    logger.once("k").debug("2");
    assert.deepEqual(
      records().map((record) => record["msg"]),
      ["2"],
    );
  });
});

describe("a destination that fails", () => {
  it("costs lines, which are counted, and says so when it takes some again", () => {
    let failure: Error | undefined = Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" });
    const lines: string[] = [];
    const logger = createLogger({
      destination: {
        write: (line, done) => {
          if (failure === undefined) lines.push(line);
          done(failure);
        },
      },
    });
    logger.info("lost");
    failure = undefined;
    logger.info("kept");
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as Record<string, unknown>)["no-space"]),
      [undefined, 1],
    );
    assert.deepEqual(logger.statistics(), {
      written: 2,
      suppressed: 0,
      lost: { "reader-gone": 0, "reader-slow": 0, "no-space": 1, other: 0 },
    });
  });

  it("for good, as a broken pipe does, is no uncaught error", async () => {
    const stream = new CapturedStream();
    const logger = createLogger({ destination: stream });
    stream.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    logger.info("lost");
    await new Promise(setImmediate);
    assert.equal(logger.statistics().lost["reader-gone"], 1);
  });
});

describe("lines for people", () => {
  it("look like the documented ones: time, level, message, sorted pairs", () => {
    const { logger, stream } = setUp({ human: true });
    logger.info(
      {
        "session-id": "cbce1788",
        device: "1289:a6r",
        "client-metadata": { "device-ip": ["10.250.15.1"] },
        "local-addr": "10.250.12.10:179",
        ttl_seconds: 1200,
      },
      "opening Data stream",
    );
    assert.equal(
      stream.text,
      '2026-01-01T00:00:00.000Z INF opening Data stream client-metadata={"device-ip":["10.250.15.1"]} device=1289:a6r local-addr=10.250.12.10:179 session-id=cbce1788 ttl_seconds=1200\n',
    );
  });

  it("name each level in three letters", () => {
    const { logger, stream } = setUp({ human: true, level: "trace" });
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) logger[level]("m");
    assert.deepEqual(
      stream.lines.map((line) => line.split(" ")[1]),
      ["TRC", "DBG", "INF", "WRN", "ERR", "FTL"],
    );
  });

  it("quote what would be ambiguous, and stay on one line whatever a router says", () => {
    const { logger, stream } = setUp({ human: true });
    logger.info(
      { a: "two words", b: "", c: 'q"', d: "x=y", e: "new\nline\u001b[2J" },
      "line\nbreak \u001b[31m",
    );
    assert.equal(stream.lines.length, 1);
    assert.equal(
      stream.text,
      '2026-01-01T00:00:00.000Z INF line\\nbreak \\u001b[31m a="two words" b="" c="q\\"" d="x=y" e="new\\nline\\u001b[2J"\n',
    );
  });
});
