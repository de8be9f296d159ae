/** Verdicts for tests. */
import type { VerdictOutcome } from "@netferry/relay";

export const ALLOW: VerdictOutcome = {
  kind: "allow",
  deviceId: 1,
  deviceName: "r1",
  label: "1:r1-ipv4",
  ttlSeconds: 300,
  md5Key: new Uint8Array(0),
  md5Required: false,
  metadata: new Map(),
};

export const BLOCK: VerdictOutcome = {
  kind: "block",
  cause: "unknown-device",
  reason: "who?",
  ttlSeconds: 1_200,
};
