import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AgentControl,
  decodeAgentControl,
  decodeIngestControl,
  encodeAgentControl,
  encodeIngestControl,
  type IngestControl,
} from "./control.ts";

const ADDRESS = Uint8Array.of(192, 0, 2, 1);

describe("messages of the control stream", () => {
  const fromAgent: readonly AgentControl[] = [
    { type: "hello", hostname: "h", listeners: ["0.0.0.0:179"], siteId: 7, sessions: 2 },
    { type: "heartbeat", sequence: 3, lastRoundTripUs: 1500 },
    { type: "heartbeat-reply", sequence: 3 },
    {
      type: "verdict-request",
      requestId: 9,
      deviceAddress: ADDRESS,
      proxyAddress: ADDRESS,
      wantsMd5Key: true,
    },
  ];
  for (const message of fromAgent) {
    it(`${message.type} comes out as it went in`, () => {
      assert.deepEqual(decodeAgentControl(encodeAgentControl(message)), message);
    });
  }

  const allow = {
    kind: "allow",
    deviceId: 1,
    deviceName: "r1",
    label: "1:r1-ipv4",
    ttlSeconds: 300,
    md5Key: Uint8Array.of(1, 2, 255),
    md5Required: true,
    metadata: new Map([["device-id", "1"]]),
  } as const;
  const fromIngest: readonly IngestControl[] = [
    {
      type: "welcome",
      ingestInstance: "i",
      version: "1",
      heartbeatIntervalMs: 10,
      backendPin: "p",
      registryRevision: 7,
    },
    { type: "verdict", requestId: 9, deviceAddress: ADDRESS, outcome: allow },
    {
      type: "verdict",
      requestId: 0,
      deviceAddress: ADDRESS,
      outcome: { kind: "block", reason: "no", ttlSeconds: 1200, cause: "unknown-device" },
    },
    ...(["added", "changed", "removed", "key-rotated"] as const).map((kind): IngestControl => ({
      type: "device-changed",
      deviceAddresses: [ADDRESS],
      kind,
      deviceId: 4,
      deviceName: "r4",
      registryRevision: 8,
    })),
    { type: "drain", reason: "bye", deadlineMs: 3 },
  ];
  for (const message of fromIngest) {
    const what = message.type === "device-changed" ? `${message.type} (${message.kind})` : message.type;
    it(`${what} comes out as it went in`, () => {
      assert.deepEqual(decodeIngestControl(encodeIngestControl(message)), message);
    });
  }

  it("what an older ingest says of a change is understood: addresses alone, of whatever kind", () => {
    // DeviceChanged with field 1 only, as IngestControl.device_changed (field 5).
    const bytes = Uint8Array.of(0x2a, 6, 0x0a, 4, 192, 0, 2, 1);
    assert.deepEqual(decodeIngestControl(bytes), {
      type: "device-changed",
      deviceAddresses: [ADDRESS],
      kind: "changed",
      deviceId: 0,
      deviceName: "",
      registryRevision: 0,
    });
  });

  it("an older agent's question asks for no key", () => {
    // VerdictRequest with fields 1 and 2 only, as AgentControl.verdict_request (field 4).
    const bytes = Uint8Array.of(0x22, 8, 0x08, 9, 0x12, 4, 192, 0, 2, 1);
    const message = decodeAgentControl(bytes);
    assert.ok(message?.type === "verdict-request");
    assert.deepEqual([message.requestId, message.wantsMd5Key], [9, false]);
  });
});
