import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { relayConnector } from "./grpc/client.ts";
import { ConnectionPool, type Lease } from "./pool.ts";

/** Connections that are never opened: they would be on their first stream. */
const connector = relayConnector({
  authority: "127.0.0.1:1",
  host: "127.0.0.1",
  trust: { kind: "insecure" },
});

suite("Connections for data streams", () => {
  test("carry at most --multi sessions each, and are closed with their last one", () => {
    const pool = new ConnectionPool(connector, 10);
    const leases: Lease[] = Array.from({ length: 25 }, () => pool.lease());
    assert.equal(pool.connections, 3);
    assert.equal(new Set(leases.slice(0, 10).map(({ connection }) => connection)).size, 1);
    assert.notEqual(leases[9]?.connection, leases[10]?.connection);
    // A place that was given back, once, is the next session's.
    leases[3]?.release(false);
    leases[3]?.release(false);
    const next = pool.lease();
    assert.equal(next.connection, leases[0]?.connection);
    assert.notEqual(pool.lease().connection, leases[0]?.connection);
    for (const lease of leases.slice(10, 20)) lease.release(false);
    assert.equal(pool.connections, 2);
  });

  test("take no more sessions once they are broken", () => {
    const pool = new ConnectionPool(connector, 10);
    const [first, second] = [pool.lease(), pool.lease()];
    assert.equal(first.connection, second.connection);
    first.release(true);
    assert.notEqual(pool.lease().connection, first.connection);
    assert.equal(pool.connections, 2);
    second.release(false);
    assert.equal(pool.connections, 1);
  });
});
