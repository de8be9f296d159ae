import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";

import { resultsPage } from "./results.ts";
import { rowOf, type Row } from "./row.ts";
import { summaries, summaryText } from "./summary.ts";

const ROW: Row = {
  fault: "drain",
  title: "ingest drained",
  daemon: "bird",
  transport: "IPv4",
  holdTime: 9,
  flaps: 0,
  wrong: 0,
  seconds: 1.5,
  bytesReplayed: 100,
  refreshRequests: 0,
  routesRefreshed: 10,
  messagesDropped: 0,
  outcome: "ok",
  notes: [],
};

test("a fault's line is the sum of its sessions, and the slowest of them", () => {
  const [line] = summaries([ROW, { ...ROW, daemon: "frr", seconds: 3, bytesReplayed: 11, notes: ["why"] }]);
  assert.ok(line !== undefined);
  const { sessions, seconds, bytesReplayed, routesRefreshed, outcome, notes } = line;
  assert.deepEqual(
    [sessions, seconds, bytesReplayed, routesRefreshed, outcome, notes],
    [2, 3, 111, 20, "ok", ["why"]],
  );
});

test("one session that failed, or is not known of, shows", () => {
  const [line] = summaries([ROW, { ...ROW, wrong: undefined, seconds: undefined, outcome: "FAILED" }]);
  assert.deepEqual([line?.wrong, line?.seconds, line?.outcome], [undefined, undefined, "FAILED"]);
  const [, text] = stripVTControlCharacters(summaryText(line === undefined ? [] : [line])).split("\n");
  assert.match(text ?? "", /^drain +2 +0 +\? +never +200 +20 +0 +FAILED$/);
});

test("a session that has to end once is right only if it did so once", () => {
  const fault = { name: "x", title: "x", restartsOnce: "it has to" };
  const router = { options: { daemon: "bird", transport: 4, holdTime: 9, number: 1 } } as const;
  const outcomes = [0, 1, 2].map((flaps) => {
    const counts = { bytesReplayed: 0, refreshRequests: 0, routesRefreshed: 0, messagesDropped: 0 };
    return rowOf(fault, { router, flaps, wrong: 0, seconds: 1, ...counts, notes: [] }).outcome;
  });
  assert.deepEqual(outcomes, ["FAILED", "ok", "FAILED"]);
});

test("the page that is kept has both tables, and no colours", () => {
  const rows: Row[] = [{ ...ROW, outcome: "FAILED" }];
  const table = { ipv4: 80_000, ipv6: 20_000, churn: 50 };
  const page = resultsPage({
    quick: false,
    table,
    rows,
    summaries: summaries(rows),
    skipped: ["clock: not run, no library"],
    failures: [],
  });
  assert.equal(page, stripVTControlCharacters(page));
  assert.equal(page.split("FAILED").length, 3);
  assert.match(page, /100,000 routes, of which 50 change/);
  assert.match(page, /clock: not run/);
});
