import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  bold,
  entry,
  line,
  macro,
  paragraphs,
  prose,
  roffText,
  sentences,
  source,
  verbatim,
} from "./roff.ts";

describe("text as roff", () => {
  it("keeps what a formatter would change or obey", () => {
    assert.equal(roffText("--a-b"), "\\-\\-a\\-b");
    assert.equal(roffText("C:\\dir"), "C:\\edir");
    assert.equal(roffText("'a' \"b\" `c` ^ ~"), "\\(aqa\\(aq \\(dqb\\(dq \\(gac\\(ga \\(ha \\(ti");
    assert.equal(roffText("ä → 𝄞"), "\\[u00E4] \\[u2192] \\[u1D11E]");
  });

  it("makes no line of what has line breaks in it", () => {
    assert.equal(roffText("a\n.so /etc/passwd\tb"), "a .so /etc/passwd b");
  });

  it("keeps a line that begins like a macro from being one", () => {
    assert.equal(line(".so x"), "\\&.so x");
    assert.equal(line("'br"), "\\&'br");
    assert.equal(line("a.b"), "a.b");
    assert.deepEqual(entry(bold("..."), []), [".TP", "\\fB...\\fR", "\\&"]);
    assert.deepEqual(verbatim([".x", "a  b"]).slice(3, 5), ["\\&.x", "a  b"]);
  });

  it("gives a macro each argument as one word", () => {
    assert.equal(macro("SH", "SEE ALSO"), '.SH "SEE ALSO"');
    assert.equal(macro("SS", roffText('the "x"')), '.SS "the \\(dqx\\(dq"');
    assert.equal(macro("TH", "A", ""), '.TH A ""');
  });
});

describe("prose", () => {
  it("sets commands, flags and variables off", () => {
    assert.equal(prose("as 'netferry agent' has it"), "as \\fBnetferry agent\\fR has it");
    assert.equal(prose("with --no-x, or (--y)"), "with \\fB\\-\\-no\\-x\\fR, or (\\fB\\-\\-y\\fR)");
    assert.equal(prose("CAP_NET_RAW and KENTIK_ ones"), "\\fBCAP_NET_RAW\\fR and \\fBKENTIK_\\fR ones");
  });

  it("leaves the rest alone", () => {
    assert.equal(prose("the device's MD5 key, a--b, don't"), "the device\\(aqs MD5 key, a\\-\\-b, don\\(aqt");
  });

  it("has a sentence on each line, and paragraphs", () => {
    assert.deepEqual(sentences("One. 'netferry x' is two. e.g. three"), [
      "One.",
      "\\fBnetferry x\\fR is two. e.g. three",
    ]);
    assert.deepEqual(paragraphs("A\nb.\n\n C."), [".PP", "A b.", ".PP", "C."]);
  });
});

describe("a page's source", () => {
  it("breaks long lines between words, never into macros", () => {
    const text = source([`${"x".repeat(78)} .y ${"z".repeat(90)}`]);
    assert.equal(text, `${"x".repeat(78)}\n\\&.y\n${"z".repeat(90)}\n`);
  });

  it("leaves macros and unfilled lines as they are", () => {
    const long = `a ${"x".repeat(90)}`;
    const lines = [`.SH "${long}"`, ".EX", long, "a  b", ".EE"];
    assert.equal(source(lines), `${lines.join("\n")}\n`);
  });

  it("begins no paragraph right below a heading", () => {
    assert.equal(source([".SH A", ".PP", "b", ".PP", "c"]), ".SH A\nb\n.PP\nc\n");
  });
});
