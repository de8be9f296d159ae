import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CeaseSubcode } from "../errors.ts";
import { IPV4_UNICAST } from "../family.ts";
import type { NotificationMessage } from "../message/notification.ts";
import { ceaseNotification, hardReset, hardResetContent, isHardReset, notification } from "./cease.ts";
import type { Action, SessionEvent } from "./event.ts";
import { LOCAL, inState, peerOpen } from "./fixture.ts";
import { step } from "./step.ts";

const RESTART = { restarting: false, restartTime: 120, notification: false, families: [] };
const THEIR_RESTART = { ...RESTART, families: [{ family: IPV4_UNICAST, forwarding: true }] };

/** What happens to an established session on which both, one or no end sent the capability and its N bit. */
function established(ours: "no" | "plain" | "N", theirs: "no" | "plain" | "N", event: SessionEvent) {
  const config =
    ours === "no" ? LOCAL : { ...LOCAL, gracefulRestart: { ...RESTART, notification: ours === "N" } };
  const open =
    theirs === "no"
      ? peerOpen()
      : peerOpen({}, { gracefulRestart: { ...THEIR_RESTART, notification: theirs === "N" } });
  const { actions } = step(inState("established", config, open), event);
  const down = actions.find((action) => action.type === "session-down");
  return { actions, retain: down?.retainRoutes };
}

function sentNotification(actions: readonly Action[]): NotificationMessage | undefined {
  for (const action of actions) {
    if (action.type === "send" && action.message.type === "notification") return action.message;
  }
  return undefined;
}

const LOST: SessionEvent = {
  type: "transport-down",
  reason: { kind: "transport-failed", text: "ECONNRESET" },
};
const NOTIFIED: SessionEvent = {
  type: "message",
  message: ceaseNotification(CeaseSubcode.administrativeReset),
};
const HARD: SessionEvent = { type: "message", message: hardReset(ceaseNotification(2)) };
const SILENT: SessionEvent = { type: "timer", timer: "hold" };

describe("routes after the end of a session", () => {
  it("survive a lost connection where both ends restart gracefully (RFC 4724)", () => {
    assert.equal(established("plain", "plain", LOST).retain, true);
    assert.equal(established("no", "plain", LOST).retain, false);
    assert.equal(established("plain", "no", LOST).retain, false);
  });

  it("survive NOTIFICATIONs and silence only with the N bit on both ends (RFC 8538)", () => {
    for (const event of [NOTIFIED, SILENT]) {
      assert.equal(established("N", "N", event).retain, true);
      assert.equal(established("plain", "N", event).retain, false);
      assert.equal(established("N", "plain", event).retain, false);
    }
  });

  it("never survive a Hard Reset or a shutdown of ours", () => {
    assert.equal(established("N", "N", HARD).retain, false);
    assert.equal(established("N", "N", { type: "stop" }).retain, false);
  });

  it("are nobody's question before the session is established", () => {
    const { actions } = step(inState("open-confirm"), LOST);
    const down = actions.find((action) => action.type === "session-down");
    assert.deepEqual([down?.established, down?.retainRoutes], [false, false]);
  });
});

function stop(subcode: number, more: { hardReset?: boolean } = {}): SessionEvent {
  return { type: "stop", notification: ceaseNotification(subcode, "maintenance"), ...more };
}

describe("a Cease of ours (RFC 8538 section 3.1)", () => {
  it("goes out as a Hard Reset where its subcode means the end of the routes", () => {
    for (const subcode of [1, 2, 3]) {
      const sent = sentNotification(established("N", "N", stop(subcode)).actions);
      assert.ok(sent !== undefined && isHardReset(sent));
      const content = hardResetContent(sent);
      assert.ok(content !== undefined);
      const inner = ceaseNotification(subcode, "maintenance");
      assert.deepEqual([content.code, content.subcode, ...content.data], [6, subcode, ...inner.data]);
    }
    for (const subcode of [4, 5, 6, 7, 8, 10]) {
      assert.equal(sentNotification(established("N", "N", stop(subcode)).actions)?.subcode, subcode);
    }
  });

  it("obeys a wish to the contrary", () => {
    const graceful = established("N", "N", stop(2, { hardReset: false }));
    assert.equal(sentNotification(graceful.actions)?.subcode, 2);
    assert.equal(graceful.retain, true);
    const hard = established("N", "N", stop(4, { hardReset: true }));
    assert.equal(sentNotification(hard.actions)?.subcode, 9);
    assert.equal(hard.retain, false);
  });

  it("is never a Hard Reset to a peer without the N bit", () => {
    const sent = sentNotification(established("N", "plain", stop(2, { hardReset: true })).actions);
    assert.equal(sent?.subcode, 2);
  });
});

describe("shutdown communication (RFC 9003)", () => {
  it("goes with Administrative Shutdown and Reset alone", () => {
    const text = [11, ...new TextEncoder().encode("maintenance")];
    assert.deepEqual([...ceaseNotification(2, "maintenance").data], text);
    assert.deepEqual([...ceaseNotification(4, "maintenance").data], text);
    assert.deepEqual([...ceaseNotification(3, "maintenance").data], []);
    assert.deepEqual([...ceaseNotification(2).data], []);
  });

  it("is cut at a character boundary", () => {
    const { data } = ceaseNotification(2, "\u20ac".repeat(100));
    assert.equal(data[0], 255);
    assert.equal(data.length, 256);
    const { data: odd } = ceaseNotification(2, `a${"\u20ac".repeat(100)}`);
    assert.equal(odd[0], 253);
    assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(odd.subarray(1)).length, 85);
  });
});

describe("hardResetContent", () => {
  it("is undefined for anything but a Hard Reset with content", () => {
    assert.equal(hardResetContent(ceaseNotification(2)), undefined);
    assert.equal(hardResetContent(notification(6, 9)), undefined);
    assert.equal(hardResetContent(notification(6, 9, Uint8Array.of(6))), undefined);
  });
});
