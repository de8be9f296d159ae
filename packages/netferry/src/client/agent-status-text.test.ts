import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AgentReport } from "./agent-client.ts";
import { agentStatusLines } from "./agent-status-text.ts";

type Session = AgentReport["sessions"]["Sessions"][number];

function session(address: string, more: Partial<Session> = {}): Session {
  return {
    Peer: `${address}:40000`,
    Device: `1:${address}`,
    Time: "2026-01-01T00:00:00.000Z",
    DurationMs: 60_000,
    Connected: true,
    State: "established",
    ASN: 65_001,
    Messages: { Up: 1_234_567, Down: 12 },
    Buffered: 0,
    Lossy: false,
    DetachedSince: null,
    Ingest: "ingest.example.net:443",
    ...more,
  };
}

function report(sessions: readonly Session[], denied = 0): AgentReport {
  return {
    health: {
      timestamp: "2026-01-01T00:00:00.000Z",
      status: "failing",
      checks: [{ name: "heartbeats", reason: "none was answered" }],
    },
    status: {
      InstanceID: "9ef12a66",
      Version: "0.1.0",
      ControlStream: { Connected: true, DurationMs: 60_000 },
      Heartbeats: { MsSinceLastTx: 1_000, MsSinceLastRx: 990, LastTxRTTMs: 10 },
      ActiveSessions: sessions.length,
      SessionsByState: { opening: 0, established: sessions.length, detached: 0, closing: 0 },
      RetainedBytes: 2_048,
      DeniedDevices: denied,
      Counters: { bytesUp: 1_024, bytesDown: 19, messagesUp: 2, messagesDown: 1 },
      Process: {
        UptimeMs: 3_600_000,
        ResidentBytes: 104_857_600,
        OpenDescriptors: 70,
        MaxDescriptors: 20_000,
        EventLoopLagMs: { P50: 0.1, P99: 1.25, Max: 40 },
      },
      Config: { Listeners: ["0.0.0.0:179"], ProxyTarget: "a:443", Targets: ["a:443", "b:443"] },
    },
    sessions: { NumSessions: sessions.length, Sessions: [...sessions] },
    denied: {
      NumDenied: denied,
      Denied: Array.from({ length: denied }, (_, index) => ({
        Address: `198.51.100.${index + 1}`,
        Cause: "unknown-device",
        Reason: "no device has the address",
        Attempts: index,
        SecondsLeft: 1_190,
      })),
    },
  };
}

const PIPE = { columns: undefined };

describe("the status of an agent", () => {
  it("says what fails, what is in use, and how the process stands", () => {
    const text = agentStatusLines("http://a", report([session("192.0.2.1")]), undefined, PIPE).join("\n");
    for (const line of [
      /^agent +http:\/\/a, netferry 0\.1\.0, up 1h, instance 9ef12a66$/m,
      /^health +failing at 2026-01-01T00:00:00\.000Z$/m,
      /^ +heartbeats: none was answered$/m,
      /^ingest +a:443, connected for 1m; also b:443$/m,
      /^sessions +1 \(established 1\)$/m,
      /^traffic +up 2 messages, 1\.0 KiB; down 1 message, 19 B$/m,
      /^kept +0 B not acknowledged, 2\.0 KiB for want of an ingest$/m,
      /^process +100\.0 MiB resident, 70 of 20,000 descriptors, lag 0\.1 ms, 99 % within 1\.3 ms, worst 40 ms$/m,
      /^192\.0\.2\.1 +65001 +established +1m +1\.2M +12 +0 B +ingest\.example\.net:443 +1:192\.0\.2\.1$/m,
    ]) {
      assert.match(text, line);
    }
  });

  it("shows first what needs attention, then by address, and says how many it leaves out", () => {
    const sessions = [
      session("192.0.2.10"),
      session("192.0.2.9"),
      session("192.0.2.1", { State: "opening", Connected: false, ASN: null }),
      session("[2001:db8::1]", { Lossy: true }),
      session("192.0.2.7", { State: "detached", DetachedSince: "2026-01-01T00:00:50.000Z" }),
      session("192.0.2.11"),
    ];
    const lines = agentStatusLines("http://a", report(sessions, 2), 5, PIPE);
    const rows = lines.slice(lines.findIndex((line) => line.startsWith("ADDRESS")) + 1);
    assert.deepEqual(
      rows.slice(0, 5).map((line) => line.split(/ {2,}/)[0]?.trim()),
      ["192.0.2.7", "2001:db8::1", "192.0.2.1", "192.0.2.9", "192.0.2.10"],
    );
    assert.match(rows[0] ?? "", /detached +10s/);
    assert.match(rows[1] ?? "", /established, lossy/);
    assert.equal(rows[5], "1 more session not shown");
    // Of those denied, the one that tries most.
    assert.match(rows[8] ?? "", /^198\.51\.100\.2 +19m 50s +1 +no device/);
  });

  it("fits a screen, whatever there is to show", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => session(`10.0.${index >> 8}.${index & 255}`));
    for (const [columns, rows] of [
      [60, 30],
      [80, 40],
      [200, 50],
    ] as const) {
      const lines = agentStatusLines("http://a", report(many, 50), undefined, { columns, rows });
      assert.ok(lines.length <= rows, `${lines.length} lines of ${rows}`);
      assert.ok(lines.some((line) => /^\d,\d+ more sessions not shown$/.test(line)));
      assert.ok(lines.includes("45 more denied devices not shown"));
      const table = lines.slice(lines.findIndex((line) => line.startsWith("ADDRESS")));
      assert.ok(table.every((line) => line.length <= columns));
      assert.equal(table[0]?.includes("DEVICE"), columns >= 100);
    }
  });
});
