import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { encodeMessage } from "@netferry/bgp";
import { createCounters } from "./counters.ts";
import { DeviceTotals } from "./device-totals.ts";
import { countMessages, SessionTraffic } from "./traffic.ts";

const KEEPALIVE = encodeMessage({ type: "keepalive" });

it("bytes and messages are counted each way: for the session, its device and the agent", () => {
  const counters = createCounters();
  const totals = new DeviceTotals();
  const [first, second] = [
    new SessionTraffic(counters, totals.began("a")),
    new SessionTraffic(counters, totals.began("a"), { up: 7, down: 1 }),
  ];
  first.fromDevice(Buffer.concat([KEEPALIVE, KEEPALIVE, KEEPALIVE]));
  first.toDevice(KEEPALIVE);
  second.fromDevice(KEEPALIVE);
  assert.deepEqual(
    [first.messages, second.messages],
    [
      { up: 3, down: 1 },
      { up: 8, down: 1 },
    ],
  );
  assert.deepEqual(totals.handed(), [["a", 76, 19, 4, 1]]);
  const { bytesUp, bytesDown, messagesUp, messagesDown } = counters;
  assert.deepEqual([bytesUp, bytesDown, messagesUp, messagesDown], [76, 19, 4, 1]);
});

it("counting ends, whatever an ingest sends", () => {
  assert.equal(countMessages(new Uint8Array(1000)), 0);
  assert.equal(countMessages(Buffer.concat([KEEPALIVE, new Uint8Array(30)])), 1);
  assert.equal(countMessages(KEEPALIVE.subarray(0, 18)), 0);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const counted = countMessages(bytes);
      assert.ok(counted >= 0 && counted <= bytes.length / 19);
    }),
  );
});
