import assert from "node:assert/strict";
import { test } from "node:test";
import { displayWidth } from "@netferry/service/command-line";
import fc from "fast-check";
import { renderPairs, renderTable, TextTable } from "./text-table.ts";
import type { Column } from "./text-table.ts";

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "NAME", value: (row) => row.name, shrinkTo: 4 },
  { title: "COUNT", value: (row) => String(row.count), right: true },
  { title: "NOTE", value: (row) => row.note, shrinkTo: 6 },
];

const ROWS: readonly Row[] = [
  { name: "a", count: 1, note: "short" },
  { name: "a longer name", count: 123456, note: "a note that is longer than the others" },
];

test("columns are as wide as what is in them", () => {
  assert.equal(
    renderTable(COLUMNS, ROWS, undefined),
    [
      "NAME            COUNT  NOTE",
      "a                   1  short",
      "a longer name  123456  a note that is longer than the others",
      "",
    ].join("\n"),
  );
});

test("on a narrow terminal the widest columns give way, and say so", () => {
  const text = renderTable(COLUMNS, ROWS, 32);
  assert.equal(
    text,
    ["NAME          COUNT  NOTE", "a                 1  short", "a longer n…  123456  a note tha…", ""].join(
      "\n",
    ),
  );
  for (const line of text.split("\n")) assert.ok(displayWidth(line) <= 32, line);
});

test("a terminal too narrow for anything still gets its width of it", () => {
  assert.equal(renderTable(COLUMNS, ROWS, 20).split("\n")[2], "a l…  123456  a not…");
  assert.equal(renderTable(COLUMNS, ROWS, 12).split("\n")[2], "a l…  12345…");
});

test("an open table keeps room for what may come", () => {
  const columns = [{ title: "NAME", value: (row: Row) => row.name, roomFor: 8 }, ...COLUMNS.slice(1)];
  const row = { name: "a", count: 1, note: "x" };
  const at = { terminalColumns: undefined };
  assert.equal(new TextTable(columns, [row], { ...at, open: true }).row(row), "a             1  x\n");
  assert.equal(new TextTable(columns, [row], { ...at, open: false }).row(row), "a         1  x\n");
});

test("rows that come later than the widths were settled are cut, or push their line out", () => {
  const table = new TextTable(COLUMNS, ROWS.slice(0, 1), { terminalColumns: 80, open: false });
  assert.equal(table.row({ name: "much longer", count: 1234567, note: "x" }), "muc…  1234567  x\n");
});

test("what devices send can't steer the terminal", () => {
  const hostile = "a\u001b[31mred\u0007\nnext";
  const text = renderTable(COLUMNS, [{ name: hostile, count: 1, note: "" }], undefined);
  assert.equal(text.split("\n").length, 3);
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f]/);
  assert.equal(renderPairs([["name", hostile]]).split("\n").length, 2);
});

test("no line of a table is wider than the terminal", () => {
  const row = fc.record({
    name: fc.string({ unit: "grapheme" }),
    count: fc.nat(),
    note: fc.string({ unit: "grapheme" }),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 1, max: 120 }), (rows, width) => {
      for (const line of renderTable(COLUMNS, rows, width).split("\n"))
        assert.ok(displayWidth(line) <= width, line);
    }),
  );
});

test("pairs stand in two columns, without those that have no value", () => {
  assert.equal(
    renderPairs([
      ["a", "1"],
      ["longer", "2"],
      ["none", undefined],
    ]),
    "a       1\nlonger  2\n",
  );
});
