import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IPV4_UNICAST, IPV6_UNICAST } from "../family.ts";
import { openAsn, openCapabilities } from "../message/open.ts";
import { sessionConfigProblem, sessionOpen } from "./config.ts";
import { LOCAL } from "./fixture.ts";
import { createSession } from "./step.ts";

const kinds = (config: typeof LOCAL): string[] =>
  openCapabilities(sessionOpen(config)).map((capability) => capability.kind);

describe("sessionOpen", () => {
  it("offers the families, refresh, long messages and four octets by default", () => {
    assert.deepEqual(kinds(LOCAL), [
      "multiprotocol",
      "multiprotocol",
      "route-refresh",
      "enhanced-route-refresh",
      "extended-message",
      "four-octet-as",
    ]);
    const open = sessionOpen(LOCAL);
    assert.deepEqual(
      [open.version, open.myAs, open.holdTime, open.bgpIdentifier],
      [4, 65001, 90, 0x0a000001],
    );
  });

  it("leaves out what is turned off, and enhanced refresh with plain refresh", () => {
    assert.deepEqual(kinds({ ...LOCAL, routeRefresh: false, extendedMessages: false, families: [] }), [
      "four-octet-as",
    ]);
  });

  it("puts AS_TRANS where the number does not fit", () => {
    const open = sessionOpen({ ...LOCAL, localAsn: 70000 });
    assert.equal(open.myAs, 23456);
    assert.equal(openAsn(open), 70000);
  });

  it("says for each family whether paths come, go, or both", () => {
    const config = { ...LOCAL, addPathReceive: [IPV4_UNICAST, IPV6_UNICAST], addPathSend: [IPV6_UNICAST] };
    const capability = openCapabilities(sessionOpen(config)).find(({ kind }) => kind === "add-path");
    assert.deepEqual(capability, {
      kind: "add-path",
      families: [
        { family: IPV4_UNICAST, mode: 1 },
        { family: IPV6_UNICAST, mode: 3 },
      ],
    });
    const send = openCapabilities(sessionOpen({ ...LOCAL, addPathSend: [IPV4_UNICAST] }));
    assert.deepEqual(
      send.find(({ kind }) => kind === "add-path"),
      { kind: "add-path", families: [{ family: IPV4_UNICAST, mode: 2 }] },
    );
  });

  it("carries what else is configured", () => {
    const gracefulRestart = { restarting: true, restartTime: 5, notification: true, families: [] };
    const open = sessionOpen({
      ...LOCAL,
      families: [],
      extendedNextHop: [IPV4_UNICAST],
      gracefulRestart,
      role: 3,
      hostname: { hostname: "r1", domain: "example.net" },
      softwareVersion: "netferry 1",
      extraCapabilities: [{ kind: "unknown", code: 200, value: Uint8Array.of(1) }],
    });
    const capabilities = openCapabilities(open).slice(4);
    assert.deepEqual(capabilities, [
      { kind: "extended-next-hop", entries: [{ family: IPV4_UNICAST, nextHopAfi: 2 }] },
      { kind: "graceful-restart", ...gracefulRestart },
      { kind: "role", role: 3 },
      { kind: "hostname", hostname: "r1", domain: "example.net" },
      { kind: "software-version", version: "netferry 1" },
      { kind: "unknown", code: 200, value: Uint8Array.of(1) },
    ]);
  });
});

describe("sessionConfigProblem", () => {
  it("finds what cannot be put on the wire or would be rejected", () => {
    assert.equal(sessionConfigProblem(LOCAL), undefined);
    for (const wrong of [
      { localAsn: 0 },
      { localAsn: 23456 },
      { localAsn: 2 ** 32 },
      { localIdentifier: 0 },
      { localIdentifier: -1 },
      { holdTime: 1 },
      { holdTime: 2 },
      { holdTime: 65536 },
      { holdTime: 1.5 },
      { expectedPeerAsn: 0 },
      { gracefulRestart: { restarting: false, restartTime: 4096, notification: false, families: [] } },
    ]) {
      const config = { ...LOCAL, ...wrong };
      const problem = sessionConfigProblem(config);
      assert.ok(problem !== undefined, JSON.stringify(wrong));
      assert.throws(() => createSession(config), new RangeError(problem));
    }
    assert.equal(sessionConfigProblem({ ...LOCAL, holdTime: 0 }), undefined);
    assert.equal(sessionConfigProblem({ ...LOCAL, holdTime: 3 }), undefined);
  });
});
