import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Column, table } from "./table.ts";
import { cutToWidth, displayWidth } from "./text-width.ts";

interface Device {
  readonly name: string;
  readonly asn: number;
  readonly site?: string;
}

const COLUMNS: Column<Device>[] = [
  { header: "NAME", value: ({ name }) => name },
  { header: "ASN", value: ({ asn }) => asn },
  { header: "SITE", value: ({ site }) => site },
];

describe("a table", () => {
  it("aligns texts left and numbers right, without spaces at line ends", () => {
    const rows = [
      { name: "r1", asn: 65_001, site: "lab" },
      { name: "router-two", asn: 1 },
    ];
    assert.equal(
      table(rows, COLUMNS),
      ["NAME          ASN  SITE", "r1          65001  lab", "router-two      1  -", ""].join("\n"),
    );
  });

  it("has its header without rows", () => {
    assert.equal(table([], COLUMNS), "NAME  ASN  SITE\n");
  });

  it("takes an alignment", () => {
    const columns: Column<string>[] = [{ header: "RATE", value: (text) => text, align: "right" }];
    assert.equal(table(["1 k/s", "20 k/s"], columns), "  RATE\n 1 k/s\n20 k/s\n");
  });

  it("shows control characters of a cell instead of obeying them", () => {
    const text = table([{ name: "a\n\u001b[2Jb", asn: 1 }], COLUMNS);
    assert.equal(text.split("\n").length, 3);
    assert.ok(text.includes("a\\n\\u001b[2Jb"));
  });

  it("aligns wide characters by the columns that they take", () => {
    const lines = table(
      [
        { name: "日本", asn: 1 },
        { name: "abcd", asn: 2 },
        { name: "é🚀", asn: 3 },
      ],
      COLUMNS.slice(0, 2),
    ).split("\n");
    assert.deepEqual(lines, ["NAME  ASN", "日本    1", "abcd    2", "é🚀     3", ""]);
  });

  it("is cut to a width", () => {
    const text = table([{ name: "x".repeat(50), asn: 1 }], COLUMNS, { width: 20 });
    assert.deepEqual(text.split("\n")[1], `${"x".repeat(19)}…`);
  });
});

describe("text that is cut", () => {
  it("is never wider than asked, and whole where it fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, width) => {
        const cut = cutToWidth(text, width);
        assert.ok(displayWidth(cut) <= width);
        if (displayWidth(text) <= width) assert.equal(cut, text);
      }),
    );
  });
});
