import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toHex } from "@netferry/bgp";
import { messagesOfHexLine } from "./hex-line.ts";

const MARKER = "ff".repeat(16);
const KEEPALIVE = `${MARKER}001304`;

function messages(line: string): string[] {
  const result = messagesOfHexLine(line);
  assert.ok(result.ok);
  return result.messages.map((each) => toHex(each));
}

describe("a line of hexadecimal", () => {
  it("may have what people put between digits", () => {
    for (const line of [
      KEEPALIVE,
      KEEPALIVE.toUpperCase(),
      `0x${KEEPALIVE}`,
      ` ${KEEPALIVE.replaceAll(/(..)/g, "$1:")}`,
      KEEPALIVE.replaceAll(/(..)/g, "0x$1, "),
      `${MARKER}:0013:04 # keepalive`,
      "ff..ff 0013 04",
      "ff.. 001304",
      "ffff…0013:04",
      "0013 04",
    ]) {
      assert.deepEqual(messages(line), [KEEPALIVE], line);
    }
  });

  it("may be empty, or a comment", () => {
    for (const line of ["", "  \t", "# ff"]) assert.deepEqual(messages(line), []);
  });

  it("may hold several messages", () => {
    assert.deepEqual(messages(`${KEEPALIVE}${KEEPALIVE}`), [KEEPALIVE, KEEPALIVE]);
  });

  it("may be an UPDATE without its header", () => {
    assert.deepEqual(messages("0000 0000"), [`${MARKER}00170200000000`]);
    assert.deepEqual(messages("0000 0004 40010100 08 0a"), [`${MARKER}001d020000000440010100080a`]);
  });

  it("is left as it is where it is no message", () => {
    assert.deepEqual(messages("0102"), ["0102"]);
    assert.deepEqual(messages(`${KEEPALIVE}00`), [`${KEEPALIVE}00`]);
    assert.deepEqual(messages(MARKER), [MARKER]);
  });

  it("that is none says what is wrong", () => {
    const odd = messagesOfHexLine("fff");
    assert.match(odd.ok ? "" : odd.problem, /3 hexadecimal digits/);
    const wrong = messagesOfHexLine("ffxg");
    assert.match(wrong.ok ? "" : wrong.problem, /"x" is no hexadecimal digit/);
  });
});
