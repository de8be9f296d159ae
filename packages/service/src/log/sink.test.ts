import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LogSink, type LostLines, MAX_PENDING_LOG_BYTES } from "./sink.ts";

/** A destination that takes or refuses lines as the test says. */
class Reader {
  writableLength = 0;
  error: Error | undefined;
  readonly lines: string[] = [];

  write(text: string, done: (error?: Error | null) => void): void {
    if (this.error === undefined) this.lines.push(text);
    done(this.error ?? null);
  }
}

function setUp(): { reader: Reader; sink: LogSink; told: Partial<LostLines>[] } {
  const reader = new Reader();
  const told: Partial<LostLines>[] = [];
  return { reader, sink: new LogSink(reader, (lost) => told.push(lost)), told };
}

function failure(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

describe("a log's destination", () => {
  it("that does not take lines has them counted by cause, and is told of them once it does", () => {
    const { reader, sink, told } = setUp();
    for (const code of ["ENOSPC", "ENOSPC", "EPIPE", "EIO"]) {
      reader.error = failure(code);
      sink.write("lost\n");
    }
    reader.error = undefined;
    sink.write("a\n");
    sink.write("b\n");
    assert.deepEqual(sink.lost, { "reader-gone": 1, "reader-slow": 0, "no-space": 2, other: 1 });
    assert.deepEqual(told, [{ "reader-gone": 1, "no-space": 2, other: 1 }]);
    assert.equal(sink.written, 2);
  });

  it("that stands still costs no more memory than the bound", () => {
    const { reader, sink, told } = setUp();
    reader.writableLength = MAX_PENDING_LOG_BYTES + 1;
    sink.write("lost\n");
    assert.deepEqual([reader.lines, sink.lost["reader-slow"]], [[], 1]);
    reader.writableLength = 0;
    sink.write("again\n");
    assert.deepEqual([reader.lines, told], [["again\n"], [{ "reader-slow": 1 }]]);
  });

  it("that throws costs the line, not the caller", () => {
    const sink = new LogSink(
      {
        write: () => {
          throw failure("ERR_STREAM_DESTROYED");
        },
      },
      () => undefined,
    );
    sink.write("lost\n");
    assert.equal(sink.lost["reader-gone"], 1);
  });
});
