import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IPV4_UNICAST } from "../family.ts";
import type { Message } from "../message/message.ts";
import { ceaseNotification, notification } from "./cease.ts";
import type { Action, SessionEvent } from "./event.ts";
import { LOCAL, inState, peerOpen } from "./fixture.ts";
import type { StateName } from "./state.ts";
import { step } from "./step.ts";

const message = (content: Message): SessionEvent => ({ type: "message", message: content });
const headerError = { code: 1, subcode: 2, data: Uint8Array.of(0, 5), text: "length 5 in a message header" };
const openError = { code: 2, subcode: 0, data: new Uint8Array(0), text: "malformed OPEN" };
const updateError = { code: 3, subcode: 1, data: new Uint8Array(0), text: "malformed attribute list" };
const updateMessage: Message = { type: "update", withdrawn: [], attributes: [], nlri: [] };

/** The events of RFC 4271 section 8.1 (29: RFC 9687) as this machine takes them, and what is beside them. */
const EVENTS: Readonly<Record<string, SessionEvent>> = {
  "1 start": { type: "start" },
  "2 manual stop": { type: "stop" },
  "8 automatic stop": { type: "stop", automatic: true, notification: ceaseNotification(1) },
  "9 connect-retry": { type: "timer", timer: "connect-retry" },
  "10 hold": { type: "timer", timer: "hold" },
  "11 keepalive": { type: "timer", timer: "keepalive" },
  "16 connected": { type: "transport-up", passive: false },
  "17 accepted": { type: "transport-up", passive: true },
  "18 lost": { type: "transport-down", reason: { kind: "peer-closed" } },
  "19 OPEN": message(peerOpen()),
  "21 bad header": { type: "protocol-error", error: headerError },
  "22 bad OPEN": { type: "protocol-error", error: openError },
  "23 collision": { type: "collision-dump" },
  "24 version NOTIFICATION": message(notification(2, 1)),
  "25 NOTIFICATION": message(ceaseNotification(2)),
  "26 KEEPALIVE": message({ type: "keepalive" }),
  "27 UPDATE": message(updateMessage),
  "27 UPDATEs": { type: "updates" },
  "28 bad UPDATE": { type: "protocol-error", error: updateError },
  "29 send-hold": { type: "timer", timer: "send-hold" },
  "ROUTE-REFRESH": message({ type: "route-refresh", family: IPV4_UNICAST, subtype: 0 }),
  sent: { type: "sent" },
};

/** Actions as short words, in order. */
function words(actions: readonly Action[]): string {
  return actions.map(word).join(" ");
}

function word(action: Action): string {
  switch (action.type) {
    case "send": {
      const { message: content } = action;
      if (content.type !== "notification") return content.type.toUpperCase();
      const data = content.data.length === 0 ? "" : `[${[...content.data].join()}]`;
      return `NOTIFY-${content.code}/${content.subcode}${data}`;
    }
    case "set-timer":
      return `${action.timer}=${action.seconds}`;
    case "clear-timer":
      return `${action.timer}=off`;
    case "close":
      return action.abort ? "abort" : "close";
    case "session-down":
      return `down:${action.reason.kind}`;
    default:
      return action.type;
  }
}

/** `next state, change of ConnectRetryCounter (= for zeroed): actions`; "-" stands for "nothing happens". */
const TABLE: Readonly<Record<StateName, Readonly<Record<string, string>>>> = {
  idle: {
    "1 start": "connect =: connect-retry=120 connect",
    "2 manual stop": "-",
    "8 automatic stop": "-",
    "9 connect-retry": "-",
    "10 hold": "-",
    "11 keepalive": "-",
    "16 connected": "idle +0: close",
    "17 accepted": "idle +0: close",
    "18 lost": "-",
    "19 OPEN": "-",
    "21 bad header": "-",
    "22 bad OPEN": "-",
    "23 collision": "-",
    "24 version NOTIFICATION": "-",
    "25 NOTIFICATION": "-",
    "26 KEEPALIVE": "-",
    "27 UPDATE": "-",
    "27 UPDATEs": "-",
    "28 bad UPDATE": "-",
    "29 send-hold": "-",
    "ROUTE-REFRESH": "-",
    sent: "-",
  },
  connect: {
    "1 start": "-",
    "2 manual stop": "idle =: connect-retry=off abort down:stopped",
    "8 automatic stop": "idle +1: connect-retry=off abort down:stopped",
    "9 connect-retry": "connect +0: abort connect-retry=120 connect",
    "10 hold": "idle +1: connect-retry=off abort down:unexpected-event",
    "11 keepalive": "idle +1: connect-retry=off abort down:unexpected-event",
    "16 connected": "open-sent +0: connect-retry=off OPEN hold=240",
    "17 accepted": "open-sent +0: connect-retry=off OPEN hold=240",
    "18 lost": "idle +0: connect-retry=off down:connect-failed",
    "19 OPEN": "idle +1: connect-retry=off abort down:unexpected-message",
    "21 bad header": "idle +1: connect-retry=off abort down:protocol-error",
    "22 bad OPEN": "idle +1: connect-retry=off abort down:protocol-error",
    "23 collision": "idle +1: connect-retry=off abort down:collision",
    "24 version NOTIFICATION": "idle +1: connect-retry=off abort down:notification-received",
    "25 NOTIFICATION": "idle +1: connect-retry=off abort down:notification-received",
    "26 KEEPALIVE": "idle +1: connect-retry=off abort down:unexpected-message",
    "27 UPDATE": "idle +1: connect-retry=off abort down:unexpected-message",
    "27 UPDATEs": "idle +1: connect-retry=off abort down:unexpected-message",
    "28 bad UPDATE": "idle +1: connect-retry=off abort down:protocol-error",
    "29 send-hold": "idle +1: connect-retry=off abort down:unexpected-event",
    "ROUTE-REFRESH": "idle +1: connect-retry=off abort down:unexpected-message",
    sent: "-",
  },
  active: {
    "1 start": "-",
    "2 manual stop": "idle =: connect-retry=off down:stopped",
    "8 automatic stop": "idle +1: connect-retry=off down:stopped",
    "9 connect-retry": "connect +0: connect-retry=120 connect",
    "10 hold": "idle +1: connect-retry=off down:unexpected-event",
    "11 keepalive": "idle +1: connect-retry=off down:unexpected-event",
    "16 connected": "open-sent +0: connect-retry=off OPEN hold=240",
    "17 accepted": "open-sent +0: connect-retry=off OPEN hold=240",
    "18 lost": "idle +1: connect-retry=off down:peer-closed",
    "19 OPEN": "idle +1: connect-retry=off down:unexpected-message",
    "21 bad header": "idle +1: connect-retry=off down:protocol-error",
    "22 bad OPEN": "idle +1: connect-retry=off down:protocol-error",
    "23 collision": "idle +1: connect-retry=off down:collision",
    "24 version NOTIFICATION": "idle +1: connect-retry=off down:notification-received",
    "25 NOTIFICATION": "idle +1: connect-retry=off down:notification-received",
    "26 KEEPALIVE": "idle +1: connect-retry=off down:unexpected-message",
    "27 UPDATE": "idle +1: connect-retry=off down:unexpected-message",
    "27 UPDATEs": "idle +1: connect-retry=off down:unexpected-message",
    "28 bad UPDATE": "idle +1: connect-retry=off down:protocol-error",
    "29 send-hold": "idle +1: connect-retry=off down:unexpected-event",
    "ROUTE-REFRESH": "idle +1: connect-retry=off down:unexpected-message",
    sent: "-",
  },
  "open-sent": {
    "1 start": "-",
    "2 manual stop": "idle =: hold=off NOTIFY-6/2 close down:stopped",
    "8 automatic stop": "idle +1: hold=off NOTIFY-6/1 close down:stopped",
    "9 connect-retry": "idle +1: hold=off NOTIFY-5/0 close down:unexpected-event",
    "10 hold": "idle +1: hold=off NOTIFY-4/0 close down:hold-timer-expired",
    "11 keepalive": "idle +1: hold=off NOTIFY-5/0 close down:unexpected-event",
    "16 connected": "-",
    "17 accepted": "-",
    "18 lost": "active +0: hold=off connect-retry=120 down:peer-closed",
    "19 OPEN": "open-confirm +0: KEEPALIVE keepalive=30 hold=90",
    "21 bad header": "idle +1: hold=off NOTIFY-1/2[0,5] close down:protocol-error",
    "22 bad OPEN": "idle +1: hold=off NOTIFY-2/0 close down:protocol-error",
    "23 collision": "idle +1: hold=off NOTIFY-6/7 close down:collision",
    "24 version NOTIFICATION": "idle +0: hold=off close down:notification-received",
    "25 NOTIFICATION": "idle +1: hold=off close down:notification-received",
    "26 KEEPALIVE": "idle +1: hold=off NOTIFY-5/1[4] close down:unexpected-message",
    "27 UPDATE": "idle +1: hold=off NOTIFY-5/1[2] close down:unexpected-message",
    "27 UPDATEs": "idle +1: hold=off NOTIFY-5/1[2] close down:unexpected-message",
    "28 bad UPDATE": "idle +1: hold=off NOTIFY-3/1 close down:protocol-error",
    "29 send-hold": "idle +1: hold=off NOTIFY-5/0 close down:unexpected-event",
    "ROUTE-REFRESH": "idle +1: hold=off NOTIFY-5/1[5] close down:unexpected-message",
    sent: "-",
  },
  "open-confirm": {
    "1 start": "-",
    "2 manual stop": "idle =: hold=off keepalive=off NOTIFY-6/2 close down:stopped",
    "8 automatic stop": "idle +1: hold=off keepalive=off NOTIFY-6/1 close down:stopped",
    "9 connect-retry": "idle +1: hold=off keepalive=off NOTIFY-5/0 close down:unexpected-event",
    "10 hold": "idle +1: hold=off keepalive=off NOTIFY-4/0 close down:hold-timer-expired",
    "11 keepalive": "open-confirm +0: KEEPALIVE keepalive=30",
    "16 connected": "-",
    "17 accepted": "-",
    "18 lost": "idle +1: hold=off keepalive=off down:peer-closed",
    "19 OPEN": "idle +1: hold=off keepalive=off NOTIFY-5/2[1] close down:unexpected-message",
    "21 bad header": "idle +1: hold=off keepalive=off NOTIFY-1/2[0,5] close down:protocol-error",
    "22 bad OPEN": "idle +1: hold=off keepalive=off NOTIFY-2/0 close down:protocol-error",
    "23 collision": "idle +1: hold=off keepalive=off NOTIFY-6/7 close down:collision",
    "24 version NOTIFICATION": "idle +0: hold=off keepalive=off close down:notification-received",
    "25 NOTIFICATION": "idle +1: hold=off keepalive=off close down:notification-received",
    "26 KEEPALIVE": "established +0: hold=90 send-hold=480 established",
    "27 UPDATE": "idle +1: hold=off keepalive=off NOTIFY-5/2[2] close down:unexpected-message",
    "27 UPDATEs": "idle +1: hold=off keepalive=off NOTIFY-5/2[2] close down:unexpected-message",
    "28 bad UPDATE": "idle +1: hold=off keepalive=off NOTIFY-3/1 close down:protocol-error",
    "29 send-hold": "idle +1: hold=off keepalive=off NOTIFY-5/0 close down:unexpected-event",
    "ROUTE-REFRESH": "idle +1: hold=off keepalive=off NOTIFY-5/2[5] close down:unexpected-message",
    sent: "-",
  },
  established: {
    "1 start": "-",
    "2 manual stop": "idle =: hold=off keepalive=off send-hold=off NOTIFY-6/2 close down:stopped",
    "8 automatic stop": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-6/1 close down:stopped",
    "9 connect-retry": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-5/0 close down:unexpected-event",
    "10 hold": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-4/0 close down:hold-timer-expired",
    "11 keepalive": "established +0: KEEPALIVE keepalive=30",
    "16 connected": "-",
    "17 accepted": "-",
    "18 lost": "idle +1: hold=off keepalive=off send-hold=off down:peer-closed",
    "19 OPEN": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-5/3[1] close down:unexpected-message",
    "21 bad header":
      "idle +1: hold=off keepalive=off send-hold=off NOTIFY-1/2[0,5] close down:protocol-error",
    "22 bad OPEN": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-2/0 close down:protocol-error",
    "23 collision": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-6/7 close down:collision",
    "24 version NOTIFICATION":
      "idle +1: hold=off keepalive=off send-hold=off close down:notification-received",
    "25 NOTIFICATION": "idle +1: hold=off keepalive=off send-hold=off close down:notification-received",
    "26 KEEPALIVE": "established +0: hold=90",
    "27 UPDATE": "established +0: hold=90 update",
    "27 UPDATEs": "established +0: hold=90",
    "28 bad UPDATE": "idle +1: hold=off keepalive=off send-hold=off NOTIFY-3/1 close down:protocol-error",
    "29 send-hold": "idle +1: hold=off keepalive=off send-hold=off abort down:send-hold-timer-expired",
    "ROUTE-REFRESH": "established +0: hold=90 route-refresh",
    sent: "established +0: send-hold=480",
  },
};

describe("every event in every state (RFC 4271 section 8.2.2)", () => {
  for (const name of Object.keys(TABLE) as StateName[]) {
    it(`is what the table says in ${name}`, () => {
      assert.deepEqual(Object.keys(TABLE[name]), Object.keys(EVENTS));
      for (const [label, event] of Object.entries(EVENTS)) {
        const before = { ...inState(name), connectRetryCounter: 5 };
        const { state, actions } = step(before, event);
        const change = state.connectRetryCounter === 0 ? "=" : `+${state.connectRetryCounter - 5}`;
        const happened = `${state.name} ${change}: ${words(actions)}`;
        const nothing = `${name} +0: `;
        const expected = TABLE[name][label] === "-" ? nothing : TABLE[name][label];
        assert.equal(happened, expected, `${name}, event ${label}`);
      }
    });
  }
});

describe("a passive session", () => {
  const passive = { ...LOCAL, passive: true };

  it("waits without a timer and never dials", () => {
    const started = step(inState("idle", passive), { type: "start" });
    assert.equal(started.state.name, "active");
    assert.deepEqual(started.actions, []);
  });

  it("waits on after a connection is lost before its OPEN", () => {
    const waiting = inState("active", passive);
    const opened = step(waiting, { type: "transport-up", passive: true });
    const down = step(opened.state, { type: "transport-down", reason: { kind: "peer-closed" } });
    assert.equal(down.state.name, "active");
    assert.equal(words(down.actions), "hold=off down:peer-closed");
  });

  it("remembers who dialled", () => {
    const { state } = step(inState("active", passive), { type: "transport-up", passive: true });
    assert.equal(state.name === "open-sent" && state.initiator, "remote");
  });
});

describe("hold time", () => {
  it("is the smaller of the two", () => {
    const { actions } = step(inState("open-sent"), message(peerOpen({ holdTime: 9 })));
    assert.equal(words(actions), "KEEPALIVE keepalive=3 hold=9");
  });

  it("0 runs no timer once established, and still ends a peer that falls silent before", () => {
    const confirm = step(inState("open-sent"), message(peerOpen({ holdTime: 0 })));
    assert.equal(words(confirm.actions), "KEEPALIVE hold=240");
    const established = step(confirm.state, message({ type: "keepalive" }));
    assert.equal(words(established.actions), "hold=off established");
    assert.equal(words(step(established.state, { type: "updates" }).actions), "");
    assert.equal(words(step(established.state, { type: "sent" }).actions), "");
  });

  it("sets the send hold timer to twice itself where that is more than 8 minutes", () => {
    const config = { ...LOCAL, holdTime: 300 };
    const { actions } = step(
      inState("open-confirm", config, peerOpen({ holdTime: 300 })),
      message({ type: "keepalive" }),
    );
    assert.match(words(actions), /send-hold=600/);
  });

  it("leaves the send hold timer off where the configuration says 0", () => {
    const config = { ...LOCAL, sendHoldTime: 0 };
    const { actions, state } = step(inState("open-confirm", config), message({ type: "keepalive" }));
    assert.equal(words(actions), "hold=90 established");
    assert.equal(words(step(state, { type: "sent" }).actions), "");
  });
});
