import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CeaseSubcode, ceaseNotification, type DownReason, ErrorCode, OpenSubcode } from "@netferry/bgp";
import { downReport } from "./down-report.ts";

const NO_DATA = new Uint8Array(0);
const ADMIN_SHUTDOWN = ceaseNotification(CeaseSubcode.administrativeShutdown);

function openRejected(subcode: number, text: string): DownReason {
  return { kind: "open-rejected", error: { code: ErrorCode.open, subcode, data: NO_DATA, text } };
}

function notified(code: number, subcode: number): DownReason {
  return {
    kind: "notification-received",
    notification: { type: "notification", code, subcode, data: NO_DATA },
  };
}

describe("the end of a session", () => {
  it("for a wrong AS is a warning with both numbers and the remedy", () => {
    const reason = openRejected(OpenSubcode.badPeerAs, "AS 65001 in OPEN, expected 65002");
    assert.deepEqual(downReport(reason, false, "r1"), {
      level: "warn",
      message:
        "session not established: AS 65001 in OPEN, expected 65002; set the router's AS number right, or what is registered: netferry device set r1 --asn N",
    });
  });

  it("because the router refuses our AS says what to set here", () => {
    const { level, message } = downReport(notified(ErrorCode.open, OpenSubcode.badPeerAs), false, "r1");
    assert.equal(level, "warn");
    assert.match(message, /netferry device set r1 --local-asn N$/);
  });

  it("is a warning where something broke, and none where somebody wanted it", () => {
    const levels: [DownReason, boolean, "info" | "warn"][] = [
      [{ kind: "stopped", notification: ADMIN_SHUTDOWN }, true, "info"],
      [{ kind: "collision" }, false, "info"],
      [notified(ErrorCode.cease, CeaseSubcode.administrativeShutdown), true, "info"],
      [notified(ErrorCode.holdTimerExpired, 0), true, "warn"],
      [{ kind: "hold-timer-expired", seconds: 9, state: "established" }, true, "warn"],
      [{ kind: "hold-timer-expired", seconds: 240, state: "open-sent" }, false, "warn"],
      [{ kind: "peer-closed" }, true, "warn"],
      [{ kind: "peer-closed" }, false, "info"],
      [openRejected(OpenSubcode.unsupportedCapability, "no common address family"), false, "warn"],
    ];
    for (const [reason, established, level] of levels) {
      assert.equal(downReport(reason, established, "r1").level, level, JSON.stringify(reason));
    }
  });
});
