import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AgentFrame, IngestFrame, StreamHandlers } from "@netferry/relay";
import { type Clock, createLogger } from "@netferry/service";
import { createCounters } from "./counters.ts";
import { RetentionBudget } from "./retention.ts";
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

function setUp(): {
  session: DeviceSession;
  streams: Silence[];
  released: () => number;
  runTimers: () => void;
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
  const openStream = (): OpenedStream => {
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
  const device = { pause() {}, resume() {}, write: (_run: Uint8Array, done: () => void) => done(), end() {} };
  const session = new DeviceSession(device, {
    identity: { email: "e", token: "t", version: "1", instance: "i", siteId: 0 },
    session: { sessionId: "s", deviceIp: "192.0.2.1", devicePort: 1, proxyIp: "192.0.2.2", proxyPort: 179 },
    label: "1:r1-ipv4",
    echo: new Map(),
    backendPin: () => "",
    clock,
    random: () => 0,
    logger: createLogger({ destination: { write: (_text, done) => done() } }),
    counters: createCounters(),
    maxOutageMs: 1e9,
    retention: new RetentionBudget({ perSession: 1, total: 1 }),
    openStream,
    onClosed: () => undefined,
  });
  return {
    session,
    streams,
    released: () => released,
    runTimers: () => {
      for (const timer of [...timers]) {
        if (timer.delayMs > 5000) continue;
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
