import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { columns, paragraphs, textWidth, wrap, wrapCommand } from "./wrap.ts";

describe("wrapped text", () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1, maxLength: 12 }));

  it("keeps its words and its width", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (list, width) => {
        const lines = wrap(list.join(" "), width);
        assert.deepEqual(
          lines
            .join(" ")
            .split(" ")
            .filter((each) => each !== ""),
          list,
        );
        assert.ok(lines.every((line) => line.length <= width));
      }),
    );
  });

  it("keeps paragraphs apart", () => {
    assert.deepEqual(paragraphs("a\nb\n\nc", 40), ["a b", "", "c"]);
  });

  it("is laid out for sensible widths only", () => {
    assert.deepEqual([textWidth(undefined), textWidth(10), textWidth(95), textWidth(500)], [80, 40, 95, 110]);
  });
});

describe("columns", () => {
  it("align descriptions and continue below them", () => {
    assert.deepEqual(
      columns(
        [
          ["-a", "one two three four five six seven"],
          ["--bcd", "x"],
        ],
        40,
      ),
      ["  -a     one two three four five six", "         seven", "  --bcd  x"],
    );
  });

  it("put a long entry, or all where it is narrow, on lines of their own", () => {
    const long = `--${"x".repeat(40)}`;
    assert.deepEqual(
      columns(
        [
          ["-a", "one"],
          [long, "two"],
        ],
        80,
      ),
      ["  -a  one", `  ${long}`, "      two"],
    );
    assert.deepEqual(columns([["--abcdefghij", "one"]], 40), ["  --abcdefghij", "      one"]);
  });
});

describe("a wrapped command", () => {
  it("stands on one line where it fits", () => {
    assert.deepEqual(wrapCommand("netferry demo", 40, 2), ["  netferry demo"]);
  });

  it("is continued by backslashes between words, not inside quotes", () => {
    const command = `netferry device set r1 --note "two words in it" --asn 65001`;
    const lines = wrapCommand(command, 40, 2);
    assert.deepEqual(lines, ["  netferry device set r1 --note \\", `    "two words in it" --asn 65001`]);
    assert.equal(
      lines
        .join("\n")
        .replaceAll(/ \\\n\s+/g, " ")
        .trim(),
      command,
    );
  });
});
