import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CollisionInput, Initiator } from "./collision.ts";
import { resolveCollision } from "./collision.ts";

const LOW = { identifier: 1, asn: 65001 };
const HIGH = { identifier: 0xfffffff0, asn: 65002 };

function input(changes: Partial<CollisionInput>): CollisionInput {
  return {
    local: LOW,
    remote: HIGH,
    existing: { state: "open-confirm", initiator: "local" },
    newcomer: { initiator: "remote" },
    ...changes,
  };
}

function other(initiator: Initiator): Initiator {
  return initiator === "local" ? "remote" : "local";
}

describe("resolveCollision (RFC 4271 section 6.8)", () => {
  it("keeps what the end with the higher identifier dialled", () => {
    assert.equal(resolveCollision(input({})), "keep-newcomer");
    assert.equal(resolveCollision(input({ local: HIGH, remote: LOW })), "keep-existing");
    const reversed = {
      existing: { state: "open-confirm", initiator: "remote" },
      newcomer: { initiator: "local" },
    };
    assert.equal(resolveCollision(input(reversed as Partial<CollisionInput>)), "keep-existing");
  });

  it("goes by AS number between equal identifiers (RFC 6286)", () => {
    const local = { identifier: 7, asn: 65001 };
    const remote = { identifier: 7, asn: 65002 };
    assert.equal(resolveCollision(input({ local, remote })), "keep-newcomer");
    assert.equal(resolveCollision(input({ local: remote, remote: local })), "keep-existing");
  });

  it("waits while the other connection has not shown whose it is", () => {
    for (const state of ["connect", "active", "open-sent"] as const) {
      assert.equal(resolveCollision(input({ existing: { state, initiator: "local" } })), "keep-both");
    }
  });

  it("lets an established session win, unless told to include it or the peer restarts gracefully", () => {
    const existing = { state: "established", initiator: "local" } as const;
    assert.equal(resolveCollision(input({ existing })), "keep-existing");
    assert.equal(resolveCollision(input({ existing, detectEstablished: true })), "keep-newcomer");
    assert.equal(resolveCollision(input({ existing, gracefulRestart: true })), "keep-newcomer");
  });

  it("takes a second connection from the same end for the one that counts", () => {
    const existing = { state: "open-confirm", initiator: "remote" } as const;
    assert.equal(resolveCollision(input({ existing, local: HIGH, remote: LOW })), "keep-newcomer");
  });

  it("comes to the same connection on both sides, in whichever order the OPENs come", () => {
    const speakers = [LOW, HIGH, { identifier: 1, asn: 65009 }];
    for (const a of speakers) {
      for (const b of speakers) {
        if (a === b) continue;
        const keptByA = (first: Initiator): Initiator => {
          const newcomer = { initiator: other(first) };
          const existing = { state: "open-confirm", initiator: first } as const;
          return resolveCollision({ local: a, remote: b, existing, newcomer }) === "keep-existing"
            ? first
            : newcomer.initiator;
        };
        const keptByB = (first: Initiator): Initiator => {
          const newcomer = { initiator: other(first) };
          const existing = { state: "open-confirm", initiator: first } as const;
          return resolveCollision({ local: b, remote: a, existing, newcomer }) === "keep-existing"
            ? first
            : newcomer.initiator;
        };
        assert.equal(keptByA("local"), keptByA("remote"));
        assert.equal(keptByA("local"), other(keptByB("local")));
        assert.equal(keptByB("local"), keptByB("remote"));
      }
    }
  });
});
