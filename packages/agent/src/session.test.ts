import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeMessage, encodeMessage, IPV4_UNICAST, type Message, sessionOpen } from "@netferry/bgp";
import { type AgentFrame, FlowBudget, type IngestFrame, type StreamHandlers } from "@netferry/relay";
import { type Clock, createLogger } from "@netferry/service";
import { AttachTurns, MAX_ATTACHING } from "./attach-turns.ts";
import { type AgentCounters, createCounters } from "./counters.ts";
import { RetentionBudget } from "./retention.ts";
import { ESTABLISH_TIMEOUT_MS, MAX_UNESTABLISHED_BYTES, OPEN_TIMEOUT_MS } from "./opening.ts";
import type { OpenedStream } from "./session-options.ts";
import { DeviceSession } from "./session.ts";

/** A stream whose other end never answers. */
class Silence {
  readonly serverMetadata = new Map<string, string>();
  readonly sent: AgentFrame[] = [];
  ended = false;
  #handlers: StreamHandlers<IngestFrame> | undefined;

  listen(handlers: StreamHandlers<IngestFrame>): void {
    this.#handlers = handlers;
  }

  send(frame: AgentFrame): boolean {
    this.sent.push(frame);
    return true;
  }

  halfClose(): void {}
  pause(): void {}
  resume(): void {}

  end(): void {
    this.ended = true;
    this.#handlers?.onEnd({ code: "cancelled", message: "" });
  }
}

function setUp(
  ingest: { available: boolean } = { available: true },
  attachTurns = new AttachTurns(),
): {
  session: DeviceSession;
  streams: Silence[];
  released: () => number;
  runTimers: (longestMs?: number) => void;
  timers: () => number;
  /** What the device was sent; "end" for the end. */
  told: (Message | "end")[];
  counters: AgentCounters;
  closed: () => boolean;
} {
  const streams: Silence[] = [];
  const timers = new Set<{ readonly delayMs: number; readonly run: () => void }>();
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    later: (delayMs, run) => {
      const timer = { delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  let released = 0;
  const openStream = (): OpenedStream | undefined => {
    if (!ingest.available) return undefined;
    const stream = new Silence();
    streams.push(stream);
    let gone = false;
    return {
      stream,
      backend: "ingest:8443",
      release: () => {
        if (!gone) released += 1;
        gone = true;
      },
    };
  };
  const told: (Message | "end")[] = [];
  const counters = createCounters();
  let closed = false;
  const device = {
    pause() {},
    resume() {},
    write(run: Uint8Array, done: () => void) {
      const decoded = decodeMessage(run);
      assert.ok(decoded.ok);
      told.push(decoded.message);
      done();
    },
    end: () => void told.push("end"),
    established() {},
  };
  const session = new DeviceSession(device, {
    identity: { email: "e", token: "t", version: "1", instance: "i", siteId: 0 },
    session: { sessionId: "s", deviceIp: "192.0.2.1", devicePort: 1, proxyIp: "192.0.2.2", proxyPort: 179 },
    label: "1:r1-ipv4",
    echo: new Map(),
    backendPin: () => "",
    clock,
    random: () => 0,
    logger: createLogger({ destination: { write: (_text, done) => done() } }),
    counters,
    total: { bytesUp: 0, bytesDown: 0, messagesUp: 0, messagesDown: 0 },
    maxOutageMs: 1e9,
    retention: new RetentionBudget({ perSession: 1, total: 1 }),
    inFlight: new FlowBudget(1e9),
    attachTurns,
    openStream,
    onClosed: () => (closed = true),
  });
  return {
    session,
    streams,
    released: () => released,
    timers: () => timers.size,
    told,
    counters,
    closed: () => closed,
    runTimers: (longestMs = 5000) => {
      for (const timer of [...timers]) {
        if (timer.delayMs > longestMs) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

describe("a session that is attaching over a connection that never comes to be", () => {
  it("attaches anew when the ingest can be reached again", () => {
    const { session, streams, released, runTimers } = setUp();
    session.start();
    assert.equal(session.phase, "attaching");
    session.ingestAvailable(100);
    assert.deepEqual([session.phase, streams[0]?.ended, released()], ["waiting", true, 1]);
    runTimers();
    assert.deepEqual([session.phase, streams.length, released()], ["attaching", 2, 1]);
  });

  it("attaches anew when no answer comes, over another connection", () => {
    const { session, streams, released, runTimers } = setUp();
    session.start();
    runTimers();
    assert.deepEqual([session.phase, streams[0]?.ended, released()], ["waiting", true, 1]);
    runTimers();
    assert.deepEqual([session.phase, streams.length], ["attaching", 2]);
  });
});

describe("sessions that all want to attach at once", () => {
  it("ask the ingest some at a time, and make room when they give up or are closed", () => {
    const turns = new AttachTurns();
    const sessions = Array.from({ length: MAX_ATTACHING + 4 }, () => setUp(undefined, turns));
    for (const { session } of sessions) session.start();
    const attaching = (): number => sessions.filter(({ session }) => session.phase === "attaching").length;
    assert.deepEqual([attaching(), turns.waiting], [MAX_ATTACHING, 4]);
    // No answer: it is the turn of one that waits.
    sessions[0]?.runTimers();
    assert.deepEqual([attaching(), turns.waiting], [MAX_ATTACHING, 3]);
    // One that waits leaves the queue for a successor, or comes back to it.
    sessions.at(-1)?.session.freeze();
    assert.equal(turns.waiting, 2);
    sessions.at(-1)?.session.thaw();
    assert.equal(turns.waiting, 3);
    // One that is over in the queue opens no stream any more; one that is over while it attaches makes room.
    sessions.at(-2)?.session.stop("over");
    sessions[1]?.session.stop("over");
    assert.deepEqual([attaching(), turns.waiting], [MAX_ATTACHING, 1]);
    assert.equal(sessions.at(-2)?.streams.length, 0);
  });
});

const OPEN = encodeMessage(
  sessionOpen({
    localAsn: 65_001,
    localIdentifier: 0x0a000001,
    holdTime: 90,
    passive: false,
    families: [IPV4_UNICAST],
  }),
);
const UPDATE = encodeMessage({ type: "update", withdrawn: [], attributes: [], nlri: [] });

/** Code and subcode of the NOTIFICATION that came before the end. */
function goodbyeOf(told: readonly (Message | "end")[]): readonly (number | string)[] {
  const [notification, end] = told.slice(-2);
  assert.ok(notification !== undefined && notification !== "end" && notification.type === "notification");
  return [notification.code, notification.subcode, end === "end" ? end : "no end"];
}

describe("a session whose device does not get it established", () => {
  it("without an ingest keeps so much of what it sends and no more: then it is over, and leaves nothing", () => {
    const { session, told, counters, closed, timers } = setUp({ available: false });
    session.start();
    session.deviceSent(OPEN);
    const most = Math.floor((MAX_UNESTABLISHED_BYTES - OPEN.length) / UPDATE.length);
    for (let n = 0; n < most; n += 1) session.deviceSent(UPDATE);
    assert.deepEqual([told, session.bytesBuffered <= MAX_UNESTABLISHED_BYTES], [[], true]);
    for (let n = 0; n < 1_000; n += 1) session.deviceSent(UPDATE);
    assert.deepEqual(goodbyeOf(told), [5, 2, "end"]);
    assert.deepEqual([told.length, counters.tooMuchTooEarly, closed(), timers()], [2, 1, true, 0]);
  });

  it("ends after a minute without an OPEN, before one as unexpected", () => {
    const { session, told, counters, closed, runTimers } = setUp({ available: false });
    session.start();
    runTimers(OPEN_TIMEOUT_MS);
    assert.deepEqual(goodbyeOf(told), [4, 0, "end"]);
    assert.deepEqual([counters.neverOpened, closed()], [1, true]);
    const early = setUp();
    early.session.start();
    early.session.deviceSent(new Uint8Array(MAX_UNESTABLISHED_BYTES + 1).fill(0xff));
    assert.deepEqual(goodbyeOf(early.told), [5, 1, "end"]);
  });

  it("ends after four minutes with an OPEN alone", () => {
    const { session, told, counters, closed, runTimers } = setUp({ available: false });
    session.start();
    session.deviceSent(OPEN);
    runTimers(OPEN_TIMEOUT_MS);
    assert.deepEqual(told, []);
    runTimers(ESTABLISH_TIMEOUT_MS);
    assert.deepEqual(goodbyeOf(told), [4, 0, "end"]);
    assert.deepEqual([counters.neverEstablished, closed()], [1, true]);
  });

  it("is over with its connection where no ingest knows of it, and else when the ingest was told", () => {
    const unknown = setUp({ available: false });
    unknown.session.start();
    unknown.session.deviceSent(OPEN);
    unknown.session.deviceClosed("gone");
    assert.deepEqual([unknown.closed(), unknown.timers()], [true, 0]);
    const known = setUp();
    known.session.start();
    known.session.deviceClosed("gone");
    assert.deepEqual([known.closed(), known.session.deviceGone], [false, true]);
  });
});
