import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentFrame, IngestFrame, StreamHandlers, StreamStatus } from "@netferry/relay";
import { type Clock, createLogger } from "@netferry/service";
import { RouteSlot } from "../devices/route-slot.ts";
import { DataStreams } from "./data-streams.ts";
import type { DataServerStream } from "./relay-transport.ts";
import { RestoredSessions } from "./restored-sessions.ts";

const CLOCK: Clock = { now: () => 0, monotonic: () => 0, later: () => () => undefined };
const SESSION = "11111111-2222-4333-8444-555555555555";
const ACCOUNT = 3;

/** An agent's stream, as ingest sees it. */
class Stream implements DataServerStream {
  readonly peer = "192.0.2.9:50000";
  readonly metadata = new Map([
    ["session-id", SESSION],
    ["device-ip", "192.0.2.1"],
    ["device-port", "50001"],
    ["proxy-ip", "192.0.2.2"],
    ["proxy-port", "179"],
    ["proto", "BGP"],
  ]);
  status: StreamStatus | undefined;
  handlers: StreamHandlers<AgentFrame> | undefined;

  listen(handlers: StreamHandlers<AgentFrame>): void {
    this.handlers = handlers;
  }

  send(_frame: IngestFrame): boolean {
    return true;
  }

  end(status: StreamStatus): void {
    this.status = status;
  }

  sendMetadata(): void {}
  halfClose(): void {}
  pause(): void {}
  resume(): void {}
}

test("a stream that was opened before the drain and attaches after it leaves its session for the next start", () => {
  const restored = new RestoredSessions();
  const routes = new RouteSlot({
    createTable: () => undefined,
    clock: CLOCK,
    staleTimeMs: 1000,
    onSwept: () => undefined,
  });
  routes.loaded(0);
  restored.add({ sessionId: SESSION, accountId: ACCOUNT, applied: 500, routes });
  let begun = 0;
  const streams = new DataStreams({
    clock: CLOCK,
    logger: createLogger({ destination: { write: (_line, done) => done() } }),
    windowBytes: 65_536,
    holdDetachedMs: 1000,
    begin: () => {
      begun += 1;
      return undefined;
    },
    onIncomplete: () => undefined,
    restored,
  });
  const stream = new Stream();
  streams.accept(stream, ACCOUNT);
  streams.handOver("ingest stops");
  stream.handlers?.onMessage({
    attach: {
      retainedFrom: 500,
      retainedTo: 500,
      delivered: 100,
      lossy: false,
      deviceOpen: new Uint8Array(0),
      ingestOpen: new Uint8Array(0),
      established: true,
      beganMs: 0,
    },
  });
  assert.equal(stream.status?.code, "unavailable");
  assert.equal(begun, 0);
  assert.equal(restored.awaitedWith(routes)?.applied, 500);
});
