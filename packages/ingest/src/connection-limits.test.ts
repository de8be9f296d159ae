import assert from "node:assert/strict";
import { test } from "node:test";
import { ingestLimits, MAX_DIRECT_CONNECTIONS, MAX_RELAY_CONNECTIONS } from "./connection-limits.ts";

test("connections at ingest's ports leave descriptors for the rest of it, and never take each other's", () => {
  for (const most of [20, 256, 1_024, 4_096, 65_536, 1_048_576]) {
    const { direct, relay, descriptors } = ingestLimits(most);
    assert.ok(direct > 0 && relay > 0 && direct + relay <= descriptors && descriptors < most, `${most}`);
  }
  assert.deepEqual(ingestLimits(1_024), { direct: 256, relay: 256, descriptors: 512 });
  assert.deepEqual(ingestLimits(4_640), { direct: 2_000, relay: 2_000, descriptors: 4_000 });
  const { direct, relay } = ingestLimits(undefined);
  assert.deepEqual([direct, relay], [MAX_DIRECT_CONNECTIONS, MAX_RELAY_CONNECTIONS]);
});
