import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { IPV4_UNICAST, IPV6_UNICAST, familyOf } from "../family.ts";
import type { Message } from "../message/message.ts";
import type { OpenMessage } from "../message/open.ts";
import { notification } from "./cease.ts";
import type { SessionConfig } from "./config.ts";
import { downReasonText } from "./down-reason.ts";
import type { Action, SessionEvent } from "./event.ts";
import { LOCAL, peerOpen } from "./fixture.ts";
import type { SessionState, TimerName } from "./state.ts";
import { runningTimers } from "./state.ts";
import { createSession, step } from "./step.ts";

const bytes = fc.uint8Array({ maxLength: 12 });

const config: fc.Arbitrary<SessionConfig> = fc.record({
  localAsn: fc.constantFrom(65001, 65002, 4_200_000_000),
  localIdentifier: fc.constantFrom(1, 2, 0xffffffff),
  holdTime: fc.constantFrom(0, 3, 90, 300, 65535),
  expectedPeerAsn: fc.constantFrom(undefined, 65002),
  passive: fc.boolean(),
  families: fc.subarray([IPV4_UNICAST, IPV6_UNICAST]),
  sendHoldTime: fc.constantFrom(undefined, 0, 600),
  connectRetryTime: fc.constantFrom(undefined, 5),
  role: fc.constantFrom(undefined, 0, 3),
  strictRole: fc.boolean(),
  gracefulRestart: fc.constantFrom(undefined, {
    restarting: false,
    restartTime: 60,
    notification: true,
    families: [],
  }),
});

const open: fc.Arbitrary<OpenMessage> = fc
  .record({
    changes: fc.record(
      {
        version: fc.constantFrom(3, 4),
        holdTime: fc.constantFrom(0, 1, 2, 3, 180),
        bgpIdentifier: fc.constantFrom(0, 1, 2),
      },
      { requiredKeys: [] },
    ),
    config: fc.record(
      {
        localAsn: fc.constantFrom(0, 65002, 65003),
        families: fc.constantFrom([IPV4_UNICAST], [familyOf(25, 70)]),
        role: fc.constantFrom(0, 3),
      },
      { requiredKeys: [] },
    ),
  })
  .map((made) => peerOpen(made.changes, made.config));

const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Message>({ type: "keepalive" }) },
  { weight: 2, arbitrary: fc.constant<Message>(peerOpen()) },
  open,
  fc.constant<Message>({ type: "update", withdrawn: [], attributes: [], nlri: [] }),
  fc.constant<Message>({ type: "route-refresh", family: IPV4_UNICAST, subtype: 0 }),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), bytes)
    .map(([code, subcode, data]) => notification(code, subcode, data)),
);

const timer = fc.constantFrom<TimerName>("connect-retry", "hold", "keepalive", "send-hold");

/** The way up is made likely, or most sequences would never leave Connect. */
const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<SessionEvent>({ type: "start" }) },
  {
    weight: 6,
    arbitrary: fc.boolean().map((passive): SessionEvent => ({ type: "transport-up", passive })),
  },
  { weight: 8, arbitrary: message.map((content): SessionEvent => ({ type: "message", message: content })) },
  fc.record({ type: fc.constant("stop" as const), automatic: fc.boolean(), hardReset: fc.boolean() }),
  fc.constant<SessionEvent>({ type: "transport-down", reason: { kind: "peer-closed" } }),
  fc.constant<SessionEvent>({
    type: "transport-down",
    reason: { kind: "transport-failed", text: "ECONNRESET" },
  }),
  timer.map((name): SessionEvent => ({ type: "timer", timer: name })),
  fc.constant<SessionEvent>({ type: "updates" }),
  fc.constant<SessionEvent>({ type: "sent" }),
  fc.constant<SessionEvent>({ type: "collision-dump" }),
  bytes.map((data): SessionEvent => ({
    type: "protocol-error",
    error: { code: 3, subcode: 1, data, text: "bad" },
  })),
);

/** What an owner sees of one connection. */
class Owner {
  readonly timers = new Set<TimerName>();
  connected = false;
  sent = new Set<string>();
  heard = new Set<string>();

  before(what: SessionEvent, state: SessionState): void {
    if (what.type === "timer") this.timers.delete(what.timer);
    if (what.type === "transport-up" && (state.name === "connect" || state.name === "active")) {
      this.connected = true;
      this.sent = new Set();
      this.heard = new Set();
    }
    if (what.type === "transport-down") this.connected = false;
    if (what.type === "message") this.heard.add(what.message.type);
  }

  obey(actions: readonly Action[]): void {
    for (const [index, action] of actions.entries()) {
      switch (action.type) {
        case "send":
          assert.ok(this.connected, `${action.message.type} sent without a connection`);
          assert.ok(!actions.slice(0, index).some(({ type }) => type === "session-down" || type === "close"));
          this.sent.add(action.message.type);
          break;
        case "set-timer":
          assert.ok(
            Number.isFinite(action.seconds) && action.seconds > 0,
            `${action.timer} = ${action.seconds}`,
          );
          this.timers.add(action.timer);
          break;
        case "clear-timer":
          this.timers.delete(action.timer);
          break;
        case "close":
          this.connected = false;
          break;
        case "session-down":
          assert.match(downReasonText(action.reason), /^[^\n\r]+$/);
          break;
        case "established":
          assert.deepEqual([...this.sent].sort(), ["keepalive", "open"]);
          assert.ok(this.heard.has("open") && this.heard.has("keepalive"));
          break;
        case "connect":
        case "update":
        case "route-refresh":
          break;
      }
    }
  }
}

describe("any sequence of events", () => {
  it("keeps timers, transport and states in order", () => {
    const seen = new Set<string>();
    const property = fc.property(config, fc.array(event, { maxLength: 40 }), (made, events) => {
      const owner = new Owner();
      let state = createSession(made);
      for (const next of events) {
        owner.before(next, state);
        const result = step(state, next);
        owner.obey(result.actions);
        const came = result.actions.some(({ type }) => type === "established");
        const entered = result.state.name === "established" && state.name !== "established";
        assert.equal(came, entered);
        const left = state.name === "established" && result.state.name !== "established";
        const down = result.actions.filter((action) => action.type === "session-down");
        assert.equal(
          down.some(({ established }) => established),
          left,
        );
        if (state.name === "idle") assert.ok(!result.actions.some(({ type }) => type === "send"));
        assert.deepEqual([...owner.timers].sort(), [...runningTimers(result.state)].sort());
        assert.equal(
          owner.connected,
          ["open-sent", "open-confirm", "established"].includes(result.state.name),
        );
        state = result.state;
        seen.add(state.name);
      }
    });
    fc.assert(property, { numRuns: 8000 });
    assert.equal(seen.size, 6, `only ${[...seen].join()} were reached`);
  });

  it("is a function: the same events lead to the same state", () => {
    const property = fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const last = (): unknown => {
        let state = createSession(LOCAL);
        for (const next of events) state = step(state, next).state;
        return state;
      };
      assert.deepEqual(last(), last());
    });
    fc.assert(property, { numRuns: 200 });
  });
});
