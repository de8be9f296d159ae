import assert from "node:assert/strict";
import { Socket } from "node:net";
import { beforeEach, describe, it } from "node:test";
import type { VerdictOutcome } from "@netferry/relay";
import { ConnectionBounds, createLogger } from "@netferry/service";
import { CapturedStream, ManualClock } from "@netferry/service/testing";
import { Arrivals, INGEST_WAIT_MS, MAX_UNDECIDED } from "./arrivals.ts";
import {
  CONNECTION_RATE,
  connectionLimits,
  MAX_SESSIONS,
  MAX_SESSIONS_PER_ADDRESS,
} from "./connection-limits.ts";
import { type AgentCounters, createCounters } from "./counters.ts";
import { REFUSAL_LINES } from "./refusals.ts";
import { VerdictCache } from "./verdicts.ts";
import { ALLOW, BLOCK } from "./testing/verdicts.ts";

const MAX_DESCRIPTORS = 65_536;

/** As a listener hands one over, without a connection under it. */
function socketFrom(remoteAddress: string | undefined, fd = 30): Socket {
  const socket = new Socket();
  const handle = { fd, close: (done: () => void) => done() };
  const values = { remoteAddress, remotePort: 40_000, localAddress: "192.0.2.254", localPort: 179 };
  for (const [name, value] of Object.entries(values)) Object.defineProperty(socket, name, { value });
  Object.defineProperty(socket, "_handle", { value: handle, writable: true });
  return socket;
}

const address = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

describe("connections that come", () => {
  let clock: ManualClock;
  let stream: CapturedStream;
  let counters: AgentCounters;
  let verdicts: VerdictCache;
  let bounds: ConnectionBounds;
  let allowed: Socket[];
  /** Questions that are open, by device. */
  let questions: Map<string, (outcome: VerdictOutcome | undefined) => void>;
  let asked: number;
  let hasIngest: boolean;
  let arrivals: Arrivals;

  beforeEach(() => {
    clock = new ManualClock();
    stream = new CapturedStream();
    counters = createCounters();
    verdicts = new VerdictCache(() => clock.monotonic());
    bounds = new ConnectionBounds(connectionLimits(MAX_DESCRIPTORS, 10), () => clock.monotonic());
    allowed = [];
    questions = new Map();
    asked = 0;
    hasIngest = true;
    arrivals = new Arrivals({
      bounds,
      verdicts,
      source: {
        ask: ({ deviceIp }) => {
          asked += 1;
          return new Promise((resolve) => questions.set(deviceIp, resolve));
        },
      },
      md5: undefined,
      hasIngest: () => hasIngest,
      onAllowed: (socket) => allowed.push(socket),
      counters,
      clock,
      logger: createLogger({ destination: stream, now: () => clock.now() }),
    });
  });

  const come = (from: string | undefined, fd?: number): Socket => {
    const socket = socketFrom(from, fd);
    arrivals.accept(socket);
    return socket;
  };
  const answer = async (from: string, outcome: VerdictOutcome | undefined): Promise<void> => {
    await clock.settle();
    if (outcome !== undefined) verdicts.remember(from, outcome);
    questions.get(from)?.(outcome);
    await clock.settle();
  };

  it("of one device ask once, and all get the answer", async () => {
    const sockets = [come("10.0.0.1"), come("10.0.0.1"), come("10.0.0.1")];
    assert.equal(arrivals.undecided, 3);
    await answer("10.0.0.1", ALLOW);
    assert.deepEqual([asked, allowed.length, arrivals.undecided], [1, 3, 0]);
    come("10.0.0.2");
    come("10.0.0.2");
    await answer("10.0.0.2", BLOCK);
    assert.deepEqual([asked, counters.rejectedBlocked, bounds.from("10.0.0.2")], [2, 2, 0]);
    assert.ok(sockets.every(({ destroyed }) => !destroyed));
    assert.ok(come("10.0.0.2").destroyed);
    assert.deepEqual([asked, counters.rejectedBlocked], [2, 3]);
  });

  it("that open and close in a loop leave nothing behind, and are refused once they come too often", async () => {
    hasIngest = false;
    for (let n = 0; n < 10_000; n += 1) come("10.0.0.1").destroy();
    await clock.settle();
    assert.deepEqual([arrivals.undecided, bounds.total], [CONNECTION_RATE.burst, 0]);
    assert.equal(counters.rejectedTooOften, 10_000 - CONNECTION_RATE.burst);
    clock.advance(INGEST_WAIT_MS);
    await answer("10.0.0.1", undefined);
    assert.deepEqual([arrivals.undecided, clock.timers, asked], [0, 0, 1]);
    assert.equal(stream.lines.length, 1);
    assert.match(stream.text, /connects too often \(32 times at once, then every 5 s\)/);
  });

  it("are bounded by address, told once, and make room when they close", async () => {
    const sockets = Array.from({ length: 20 }, () => come("10.0.0.1"));
    assert.equal(counters.rejectedTooManyFromAddress, 20 - MAX_SESSIONS_PER_ADDRESS);
    assert.match(stream.text, /16 connections of this address are open/);
    assert.equal(stream.lines.length, 1);
    sockets[0]?.destroy();
    await clock.settle();
    assert.ok(!come("10.0.0.1").destroyed);
  });

  it("of unknown addresses wait up to a bound; a device that was allowed before is still asked about", async () => {
    verdicts.remember("192.0.2.1", ALLOW);
    verdicts.clear();
    for (let n = 0; n < MAX_UNDECIDED + 500; n += 1) come(address(n));
    assert.deepEqual([arrivals.undecided, counters.rejectedUndecided], [MAX_UNDECIDED, 500]);
    assert.ok(!come("192.0.2.1").destroyed);
    assert.equal(arrivals.undecided, MAX_UNDECIDED + 1);
    await answer("192.0.2.1", ALLOW);
    assert.equal(allowed.length, 1);
    assert.ok(!come("192.0.2.1").destroyed);
    assert.equal(allowed.length, 2);
    assert.match(stream.text, /too many unknown addresses connect at once/);
    assert.equal(stream.lines.length, 1);
  });

  it("are bounded in all", () => {
    for (let n = 0; n < MAX_SESSIONS; n += 1) {
      verdicts.remember(address(n), ALLOW);
      come(address(n));
    }
    assert.equal(allowed.length, MAX_SESSIONS);
    verdicts.remember("192.0.2.1", ALLOW);
    assert.ok(come("192.0.2.1").destroyed);
    assert.deepEqual([counters.rejectedTooMany, bounds.total], [1, MAX_SESSIONS]);
    assert.match(stream.text, /20000 are open, the most that an agent takes/);
  });

  it("are refused before the process runs out of descriptors, which is told with the remedy", () => {
    assert.ok(!come("10.0.0.1", MAX_DESCRIPTORS - 65).destroyed);
    assert.ok(come("10.0.0.2", MAX_DESCRIPTORS - 64).destroyed);
    assert.equal(counters.rejectedNoDescriptors, 1);
    assert.match(stream.text, /LimitNOFILE= in the unit, ulimit -n/);
  });

  it("from ever more addresses are told at a bounded rate, with how many were left out", () => {
    for (let n = 0; n < 200; n += 1) for (let m = 0; m < 17; m += 1) come(address(n));
    assert.equal(counters.rejectedTooManyFromAddress, 200);
    assert.equal(stream.lines.length, REFUSAL_LINES.burst);
    clock.advance(10_000);
    come(address(5));
    for (let m = 0; m < 17; m += 1) come(address(300));
    assert.equal(stream.lines.length, REFUSAL_LINES.burst + 1);
    assert.match(stream.lines.at(-1) ?? "", /"suppressed":181/);
  });

  it("that are gone already, and those that nobody answers for, are closed and counted", async () => {
    assert.ok(come(undefined).destroyed);
    const closed = socketFrom("10.0.0.2");
    closed.destroy();
    arrivals.accept(closed);
    assert.deepEqual([counters.aborted, bounds.total], [2, 0]);
    const waiting = come("10.0.0.1");
    await answer("10.0.0.1", undefined);
    assert.ok(waiting.destroyed);
    assert.equal(counters.rejectedNoVerdict, 1);
    assert.match(stream.text, /no ingest says whether this device may peer/);
  });

  it("stay as they are while the agent rests, and are asked about again if it goes on", async () => {
    const socket = come("10.0.0.1");
    await clock.settle();
    const resting = arrivals.rest();
    await answer("10.0.0.1", ALLOW);
    assert.deepEqual([resting.length, allowed.length, socket.destroyed], [1, 0, false]);
    arrivals.resume();
    await answer("10.0.0.1", ALLOW);
    assert.deepEqual([asked, allowed.length, arrivals.undecided], [2, 1, 0]);
  });
});

describe("the most connections", () => {
  it("follow from the descriptors of the process, with some kept for the rest of it", () => {
    assert.deepEqual(connectionLimits(1_024, 10).total, 872);
    assert.deepEqual(connectionLimits(1_024, 1).total, 480);
    assert.equal(connectionLimits(65_536, 10).total, MAX_SESSIONS);
    assert.equal(connectionLimits(undefined, 10).total, MAX_SESSIONS);
    assert.deepEqual([connectionLimits(10, 10).total, connectionLimits(10, 10).descriptors], [1, -54]);
  });
});
