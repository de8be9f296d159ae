import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ceaseNotification } from "./cease.ts";
import type { DownReason } from "./down-reason.ts";
import { downReasonText } from "./down-reason.ts";

const error = { code: 2, subcode: 2, data: new Uint8Array(0), text: "AS 65010 in OPEN, expected 65001" };
const notification = ceaseNotification(2, "maintenance");

const TEXTS: readonly (readonly [DownReason, string])[] = [
  [{ kind: "peer-closed" }, "peer closed the connection"],
  [{ kind: "transport-failed", text: "ECONNRESET" }, "connection lost: ECONNRESET"],
  [{ kind: "connect-failed", text: "no answer" }, "cannot connect: no answer"],
  [
    { kind: "notification-received", notification },
    'peer sent NOTIFICATION Cease / Administrative Shutdown: "maintenance"',
  ],
  [
    { kind: "stopped", notification },
    'stopped, sent NOTIFICATION Cease / Administrative Shutdown: "maintenance"',
  ],
  [{ kind: "stopped", notification: undefined }, "stopped"],
  [{ kind: "open-rejected", error }, "AS 65010 in OPEN, expected 65001"],
  [{ kind: "protocol-error", error: { ...error, text: "bad marker" } }, "bad marker"],
  [
    { kind: "unexpected-message", messageType: "route-refresh", state: "open-sent" },
    "unexpected ROUTE-REFRESH message in state open-sent",
  ],
  [
    { kind: "unexpected-event", event: "keepalive timer", state: "open-sent" },
    "unexpected keepalive timer in state open-sent",
  ],
  [{ kind: "hold-timer-expired", seconds: 90, state: "established" }, "hold timer expired after 90 s"],
  [{ kind: "hold-timer-expired", seconds: 240, state: "open-sent" }, "no OPEN from the peer within 240 s"],
  [
    { kind: "send-hold-timer-expired", seconds: 480 },
    "send hold timer expired: the peer has taken nothing for 480 s",
  ],
  [{ kind: "collision" }, "closed in favour of another connection to the same peer (connection collision)"],
  [{ kind: "not-started" }, "connection refused, the session is not started"],
];

describe("downReasonText", () => {
  for (const [reason, text] of TEXTS) {
    it(`says "${text}"`, () => assert.equal(downReasonText(reason), text));
  }
});
