import assert from "node:assert/strict";
import { it } from "node:test";
import { DeviceTotals, MAX_DEVICE_TOTALS } from "./device-totals.ts";

it("a device's sessions count together, one after the other, also in the next process", () => {
  const totals = new DeviceTotals();
  const first = totals.began("1:r1-ipv4");
  first.bytesUp += 100;
  first.messagesUp += 3;
  const beside = totals.began("1:r1-ipv4");
  beside.bytesDown += 19;
  beside.messagesDown += 1;
  totals.ended("1:r1-ipv4");
  assert.deepEqual(
    [...totals.entries()],
    [
      {
        label: "1:r1-ipv4",
        total: { bytesUp: 100, bytesDown: 19, messagesUp: 3, messagesDown: 1 },
        sessions: 1,
      },
    ],
  );
  const next = new DeviceTotals(totals.handed());
  next.began("1:r1-ipv4").bytesUp += 1;
  assert.deepEqual(next.handed(), [["1:r1-ipv4", 101, 19, 3, 1]]);
});

it("of too many devices one that has no session is forgotten, and counted", () => {
  const totals = new DeviceTotals();
  totals.began("kept");
  for (let n = 1; n < MAX_DEVICE_TOTALS; n += 1) {
    totals.began(`${n}`);
    totals.ended(`${n}`);
  }
  assert.equal(totals.forgotten, 0);
  totals.began("one more");
  const labels = [...totals.entries()].map(({ label }) => label);
  assert.equal(labels.length, MAX_DEVICE_TOTALS);
  assert.deepEqual([labels[0], labels[1], labels.at(-1), totals.forgotten], ["kept", "2", "one more", 1]);
});
