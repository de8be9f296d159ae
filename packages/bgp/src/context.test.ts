import assert from "node:assert/strict";
import { test } from "node:test";
import type { Capability } from "./capability/capability.ts";
import { negotiate } from "./context.ts";
import { familyOf, IPV4_UNICAST, IPV6_UNICAST } from "./family.ts";
import type { OpenMessage } from "./message/open.ts";

function open(capabilities: readonly Capability[], changes: Partial<OpenMessage> = {}): OpenMessage {
  return {
    type: "open",
    version: 4,
    myAs: 65001,
    holdTime: 90,
    bgpIdentifier: 1,
    parameters: capabilities.map((capability) => ({ type: "capabilities", capabilities: [capability] })),
    extendedParameters: false,
    ...changes,
  };
}

const V4: Capability = { kind: "multiprotocol", family: IPV4_UNICAST };
const V6: Capability = { kind: "multiprotocol", family: IPV6_UNICAST };
const EVPN: Capability = { kind: "multiprotocol", family: familyOf(25, 70) };

test("two plain OPENs: RFC 4271 and nothing more", () => {
  const context = negotiate(open([], { bgpIdentifier: 7 }), open([], { myAs: 65002, holdTime: 30 }));
  assert.deepEqual(context, {
    localAsn: 65001,
    peerAsn: 65002,
    internal: false,
    localIdentifier: 7,
    peerIdentifier: 1,
    holdTime: 30,
    fourOctetAs: false,
    extendedMessage: false,
    maxMessageLength: 4096,
    maxSendLength: 4096,
    routeRefresh: false,
    enhancedRouteRefresh: false,
    families: new Set([IPV4_UNICAST]),
    addPathReceive: new Set(),
    addPathSend: new Set(),
    extendedNextHop: new Set(),
    notificationRestart: false,
  });
});

test("what both sides have is used", () => {
  const both: Capability[] = [
    V4,
    V6,
    { kind: "route-refresh" },
    { kind: "enhanced-route-refresh" },
    { kind: "extended-message" },
  ];
  const context = negotiate(
    open([...both, { kind: "four-octet-as", asn: 4200000000 }], { myAs: 23456, holdTime: 0 }),
    open([...both, EVPN, { kind: "four-octet-as", asn: 4200000000 }], { myAs: 23456 }),
  );
  assert.equal(context.internal, true);
  assert.equal(context.localAsn, 4200000000);
  assert.equal(context.fourOctetAs, true);
  assert.equal(context.extendedMessage, true);
  assert.equal(context.routeRefresh && context.enhancedRouteRefresh, true);
  assert.equal(context.holdTime, 0);
  assert.deepEqual(context.families, new Set([IPV4_UNICAST, IPV6_UNICAST]));
});

test("families are those of both; none named is IPv4 unicast", () => {
  assert.deepEqual(negotiate(open([V4, V6]), open([])).families, new Set([IPV4_UNICAST]));
  assert.deepEqual(negotiate(open([V6]), open([])).families, new Set());
  assert.deepEqual(negotiate(open([V6, EVPN]), open([EVPN])).families, new Set([familyOf(25, 70)]));
});

test("each side sends as long messages as the other can receive", () => {
  const extended: Capability = { kind: "extended-message" };
  const ours = negotiate(open([extended]), open([]));
  assert.deepEqual([ours.maxMessageLength, ours.maxSendLength, ours.extendedMessage], [65535, 4096, false]);
  const theirs = negotiate(open([]), open([extended]));
  assert.deepEqual(
    [theirs.maxMessageLength, theirs.maxSendLength, theirs.extendedMessage],
    [4096, 65535, false],
  );
});

const addPath = (v4: 1 | 2 | 3, v6: 1 | 2 | 3): Capability => ({
  kind: "add-path",
  families: [
    { family: IPV4_UNICAST, mode: v4 },
    { family: IPV6_UNICAST, mode: v6 },
  ],
});

test("ADD-PATH goes by direction and family", () => {
  const context = negotiate(open([V4, V6, addPath(1, 3)]), open([V4, V6, addPath(2, 1)]));
  assert.deepEqual(context.addPathReceive, new Set([IPV4_UNICAST]));
  assert.deepEqual(context.addPathSend, new Set([IPV6_UNICAST]));
  // A family outside the session has none.
  assert.deepEqual(
    negotiate(open([V4, addPath(1, 1)]), open([V4, addPath(2, 2)])).addPathReceive,
    new Set([IPV4_UNICAST]),
  );
  assert.deepEqual(negotiate(open([V4, addPath(1, 1)]), open([V4, addPath(1, 1)])).addPathReceive, new Set());
});

const nextHop = (...entries: { family: number; nextHopAfi: number }[]): Capability => ({
  kind: "extended-next-hop",
  entries,
});

test("extended next hop takes both sides and an address family of another kind", () => {
  const v4OverV6 = nextHop({ family: IPV4_UNICAST, nextHopAfi: 2 });
  assert.deepEqual(
    negotiate(open([V4, v4OverV6]), open([V4, v4OverV6])).extendedNextHop,
    new Set([IPV4_UNICAST]),
  );
  assert.deepEqual(negotiate(open([V4, v4OverV6]), open([V4])).extendedNextHop, new Set());
  const native = nextHop({ family: IPV4_UNICAST, nextHopAfi: 1 });
  assert.deepEqual(negotiate(open([V4, native]), open([V4, native])).extendedNextHop, new Set());
  const linkState = familyOf(16388, 71);
  const large = nextHop({ family: linkState, nextHopAfi: 2 });
  const withLinkState: Capability[] = [{ kind: "multiprotocol", family: linkState }, large];
  assert.deepEqual(negotiate(open(withLinkState), open(withLinkState)).extendedNextHop, new Set([linkState]));
});

const restart = (notification: boolean): Capability & { kind: "graceful-restart" } => ({
  kind: "graceful-restart",
  restarting: false,
  notification,
  restartTime: 120,
  families: [],
});

test("what the peer tells of itself", () => {
  const theirs: Capability[] = [
    restart(true),
    { kind: "role", role: 3 },
    { kind: "hostname", hostname: "r1", domain: "example" },
    { kind: "software-version", version: "1.2" },
  ];
  const context = negotiate(open([restart(true), { kind: "role", role: 0 }]), open(theirs));
  assert.deepEqual(context.gracefulRestart, restart(true));
  assert.equal(context.notificationRestart, true);
  assert.deepEqual([context.localRole, context.peerRole], [0, 3]);
  assert.deepEqual(
    [context.peerHostname, context.peerDomain, context.peerSoftwareVersion],
    ["r1", "example", "1.2"],
  );
  assert.equal(negotiate(open([restart(false)]), open(theirs)).notificationRestart, false);
  assert.equal(negotiate(open([]), open(theirs)).notificationRestart, false);
});
