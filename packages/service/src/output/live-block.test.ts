import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CapturedStream } from "../testing/captured-stream.ts";
import { LiveBlock } from "./live-block.ts";

/** What a terminal shows after this text: obeys line ends and the two sequences that blocks use. */
function screen(text: string): string[] {
  const lines: string[] = [""];
  let row = 0;
  // oxlint-disable-next-line no-control-regex -- escape sequences are what this reads
  for (const part of text.split(/(\n|\r|\u001b\[\d+[AJ])/)) {
    const up = part.match(/^\u001b\[(\d+)A$/); // oxlint-disable-line no-control-regex
    if (up !== null) row -= Number(up[1]);
    else if (part === "\u001b[0J") lines.length = row + 1;
    else if (part === "\n") row += 1;
    else if (part !== "\r" && part !== "") lines[row] = part;
    if (part === "\u001b[0J") lines[row] = "";
    lines[row] ??= "";
    assert.ok(row >= 0, "moved above the screen");
  }
  return lines.slice(0, -1);
}

describe("a live block on a terminal", () => {
  it("replaces itself, also by a shorter one", () => {
    const stream = new CapturedStream({ isTTY: true });
    stream.write("before\n");
    const block = new LiveBlock(stream);
    block.update(["a", "b", "c"]);
    block.update(["d", "e"]);
    assert.deepEqual(screen(stream.text), ["before", "d", "e"]);
  });

  it("is not written again where nothing changed", () => {
    const stream = new CapturedStream({ isTTY: true });
    const block = new LiveBlock(stream);
    block.update(["a"]);
    const once = stream.text;
    block.update(["a"]);
    assert.equal(stream.text, once);
  });

  it("moves down for lines that are printed above it", () => {
    const stream = new CapturedStream({ isTTY: true });
    const block = new LiveBlock(stream);
    block.update(["status 1", "status 2"]);
    block.print("log line\n");
    block.update(["status 3", "status 4"]);
    assert.deepEqual(screen(stream.text), ["log line", "status 3", "status 4"]);
  });

  it("fits the terminal, so that it can be erased again", () => {
    const stream = new CapturedStream({ isTTY: true, columns: 10, rows: 4 });
    const block = new LiveBlock(stream);
    block.update(["x".repeat(50), "2", "3", "4", "5"]);
    assert.deepEqual(screen(stream.text), [`${"x".repeat(9)}…`, "2", "3"]);
    block.update(["small"]);
    assert.deepEqual(screen(stream.text), ["small"]);
  });

  it("stays when it is done, and a later one stands below", () => {
    const stream = new CapturedStream({ isTTY: true });
    const block = new LiveBlock(stream);
    block.update(["a"]);
    block.done();
    block.update(["b"]);
    assert.deepEqual(screen(stream.text), ["a", "b"]);
  });

  it("obeys no escape sequence in its lines", () => {
    const stream = new CapturedStream({ isTTY: true });
    new LiveBlock(stream).update(["name \u001b[2J\nx"]);
    assert.deepEqual(screen(stream.text), ["name \\u001b[2J\\nx"]);
  });
});

describe("a live block elsewhere", () => {
  it("is written at its end, as it is then", () => {
    const stream = new CapturedStream();
    const block = new LiveBlock(stream);
    block.update(["a"]);
    block.update(["b"]);
    assert.equal(stream.text, "");
    block.print("log line");
    block.done();
    block.done();
    assert.equal(stream.text, "log line\nb\n");
  });

  it("is written each time that it changes where that is asked for", () => {
    const stream = new CapturedStream();
    const block = new LiveBlock(stream, { plain: "each" });
    for (const line of ["a", "a", "b"]) block.update([line]);
    block.done();
    assert.equal(stream.text, "a\nb\n");
  });
});
