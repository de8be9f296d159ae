import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import {
  decodeMessage,
  encodeMessage,
  endOfRib,
  IPV4_UNICAST,
  type Message,
  type OpenMessage,
  parsePrefix,
} from "@netferry/bgp";
import { createMemoryRegistry } from "@netferry/registry";
import { Rib } from "@netferry/rib";
import { type Clock, createLogger } from "@netferry/service";
import type { Transport, TransportHandlers } from "../session/transport.ts";
import { DeviceRuntimes } from "./device-runtimes.ts";
import { Peering } from "./peering.ts";

const ADDRESS = "192.0.2.1";
const ASN = 65_001;
const STILL: Clock = { now: () => 0, monotonic: () => 0, later: () => () => undefined };

/** What an agent relays of one connection of the device. */
class Relay implements Transport {
  readonly id: string;
  readonly via = "relay";
  readonly agentInstance: string;
  readonly accountId = 1;
  readonly deviceAddress = ADDRESS;
  readonly peer = `${ADDRESS}:50000`;
  readonly local: string;
  readonly beganMs: number;
  readonly bytesUp = 0;
  readonly bytesDown = 0;
  readonly unconfirmed = false;
  readonly sent: Message[] = [];
  #handlers: TransportHandlers | undefined;

  constructor(id: string, agentInstance = "agent", local = "192.0.2.2:179", beganMs = 0) {
    this.beganMs = beganMs;
    this.id = id;
    this.agentInstance = agentInstance;
    this.local = local;
  }

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }

  /** The agent ends it. */
  over(): void {
    this.#handlers?.onDown({ kind: "peer-closed" });
  }

  send(messages: Uint8Array): void {
    const decoded = decodeMessage(messages);
    if (decoded.ok) this.sent.push(decoded.message);
  }

  close(): void {
    this.#handlers = undefined;
  }

  /** Its stream is lost, or back. */
  detached(detached: boolean): void {
    this.#handlers?.onDetached(detached);
  }

  say(...messages: readonly Message[]): void {
    for (const message of messages) this.#handlers?.onRun(encodeMessage(message));
  }
}

const OPEN: OpenMessage = {
  type: "open",
  version: 4,
  myAs: ASN,
  holdTime: 90,
  bgpIdentifier: 0x0a000002,
  parameters: [
    {
      type: "capabilities",
      capabilities: [{ kind: "multiprotocol", family: IPV4_UNICAST }, { kind: "route-refresh" }],
    },
  ],
  extendedParameters: false,
};

function announcement(prefix = "198.51.100.0/24"): Message {
  const bytes = parsePrefix(prefix)?.nlri;
  assert.ok(bytes !== undefined);
  return {
    type: "update",
    withdrawn: [],
    attributes: [
      { type: "origin", origin: "igp" },
      { type: "as-path", segments: [] },
      { type: "next-hop", address: Uint8Array.of(192, 0, 2, 1) },
      { type: "local-pref", value: 100 },
    ],
    nlri: [{ bytes }],
  };
}

function bench(): { peering: Peering; devices: DeviceRuntimes } {
  const registry = createMemoryRegistry();
  registry.addDevice({ name: "router", type: "peer", asn: ASN, addresses: [ADDRESS] });
  const rib = new Rib({ seed: [1, 2] });
  const logger = createLogger({ level: "error", human: false, destination: new PassThrough() });
  const devices = new DeviceRuntimes({ rib, clock: STILL, logger, staleTimeMs: 300_000 });
  const peering = new Peering({
    registry,
    rib,
    devices,
    clock: STILL,
    logger,
    routerId: 1,
    localAsn: undefined,
    version: "1",
  });
  return { peering, devices };
}

test("a session that comes back late, when the device has begun another, is refused and changes nothing", () => {
  const { peering, devices } = bench();
  const current = new Relay("current");
  assert.equal(peering.begin(current, 0), undefined);
  current.say(OPEN, { type: "keepalive" }, announcement());
  const ingestOpen = current.sent.find((message) => message.type === "open");
  assert.ok(ingestOpen?.type === "open");
  const refusal = peering.begin(new Relay("late"), 0, {
    kind: "taken-over",
    deviceOpen: OPEN,
    ingestOpen,
  });
  assert.match(refusal ?? "", /another session/);
  const [table] = [...devices.tables()];
  assert.deepEqual([table?.routeCount(IPV4_UNICAST), table?.staleCount(IPV4_UNICAST)], [1, 0]);
});

function returning(id: string, beganMs: number): Relay {
  return new Relay(id, undefined, undefined, beganMs);
}

test("of two sessions that come back, the one that the device began later stays, whichever comes first", () => {
  const ingestOpen = { ...OPEN, bgpIdentifier: 1 };
  const taken = { kind: "taken-over", deviceOpen: OPEN, ingestOpen } as const;
  const states = ({ devices }: ReturnType<typeof bench>): string[] =>
    [...devices.sessions()].map(({ session }) => `${session.transport.id} ${session.state.name}`);

  // Carried on or not: the earlier one gives way.
  for (const detached of [false, true]) {
    const here = bench();
    const earlier = returning("earlier", 1_000);
    assert.equal(here.peering.begin(earlier, 0, taken), undefined);
    earlier.detached(detached);
    assert.equal(here.peering.begin(returning("later", 2_000), 0, taken), undefined);
    assert.deepEqual(states(here), ["later established"]);
  }
  for (const detached of [false, true]) {
    const here = bench();
    const later = returning("later", 2_000);
    assert.equal(here.peering.begin(later, 0, taken), undefined);
    later.detached(detached);
    assert.match(here.peering.begin(returning("earlier", 1_000), 0, taken) ?? "", /another session/);
    assert.deepEqual(states(here), ["later established"]);
  }
  // Not even while the later one is half established.
  const here = bench();
  const later = returning("later", 2_000);
  assert.equal(here.peering.begin(later, 0), undefined);
  later.say(OPEN);
  later.detached(true);
  assert.match(here.peering.begin(returning("earlier", 1_000), 0, taken) ?? "", /another session/);
  later.detached(false);
  later.say({ type: "keepalive" });
  assert.deepEqual(states(here), ["later established"]);
});

test("of two agents' sessions the older one counts; when its agent is lost, the other's does, once it has all routes", () => {
  const { peering, devices } = bench();
  const [first, second] = [new Relay("first", "a"), new Relay("second", "b", "192.0.2.3:179")];
  for (const relay of [first, second]) {
    assert.equal(peering.begin(relay, 0), undefined);
    relay.say(OPEN, { type: "keepalive" }, announcement());
  }
  const [tableOfFirst, tableOfSecond] = [...devices.tables()];
  const counting = () => devices.tableOf(1, IPV4_UNICAST);
  const standBy = () => [...devices.sessions()].map((live) => devices.standsBy(live));
  first.say(endOfRib(IPV4_UNICAST));
  assert.equal(counting(), tableOfFirst);
  assert.deepEqual(standBy(), [false, true]);
  first.detached(true);
  assert.equal(counting(), tableOfFirst, "the second may still have routes to send");
  second.say(endOfRib(IPV4_UNICAST));
  assert.equal(counting(), tableOfSecond);
  assert.deepEqual(standBy(), [true, false]);
  first.detached(false);
  assert.equal(counting(), tableOfFirst);
});

test("of two agents with one address the later session counts once it has all routes; the earlier one is dropped with its agent", () => {
  const { peering, devices } = bench();
  const [before, after] = [new Relay("before", "a"), new Relay("after", "b")];
  for (const relay of [before, after]) {
    assert.equal(peering.begin(relay, 0), undefined);
    relay.say(OPEN, { type: "keepalive" }, announcement());
  }
  const [tableBefore, tableAfter] = [...devices.tables()];
  const counting = () => devices.tableOf(1, IPV4_UNICAST);
  before.say(endOfRib(IPV4_UNICAST));
  assert.equal(counting(), tableBefore, "the later one may still have routes to send");
  after.say(endOfRib(IPV4_UNICAST));
  assert.equal(counting(), tableAfter);
  assert.deepEqual(
    [...devices.sessions()].map((live) => devices.standsBy(live)),
    [true, false],
  );
  assert.equal(devices.find(1)?.flaps, 0);
  before.detached(true);
  assert.deepEqual(
    [...devices.sessions()].map(({ session }) => session.transport.id),
    ["after"],
  );
  assert.deepEqual([...devices.tables()], [tableAfter], "nobody waits for the routes of the earlier one");
  assert.equal(devices.find(1)?.flaps, 1);
  assert.match(devices.find(1)?.lastDown?.reason ?? "", /another connection/);
});

test("a session whose agent is lost is kept until all routes have come over the one that replaces it", () => {
  const { peering, devices } = bench();
  const [before, after] = [new Relay("before", "a"), new Relay("after", "b")];
  assert.equal(peering.begin(before, 0), undefined);
  before.say(OPEN, { type: "keepalive" }, announcement(), endOfRib(IPV4_UNICAST));
  assert.equal(peering.begin(after, 0), undefined);
  after.say(OPEN, { type: "keepalive" });
  before.detached(true);
  assert.equal([...devices.sessions()].length, 2);
  assert.equal(devices.routesOf(1)?.routeCount(IPV4_UNICAST), 1);
  after.say(announcement(), endOfRib(IPV4_UNICAST));
  assert.equal(devices.routesOf(1)?.routeCount(IPV4_UNICAST), 1);
  assert.deepEqual(
    [...devices.sessions()].map(({ session }) => session.transport.id),
    ["after"],
  );
});

test("routes of a session that is over are shown, stale, until another one has sent as many, or all of its own", () => {
  const { peering, devices } = bench();
  const [before, after] = [new Relay("before", "a"), new Relay("after", "b")];
  assert.equal(peering.begin(before, 0), undefined);
  const first = ["198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24"].map(announcement);
  before.say(OPEN, { type: "keepalive" }, ...first, endOfRib(IPV4_UNICAST));
  assert.equal(peering.begin(after, 0), undefined);
  after.say(OPEN, { type: "keepalive" });
  before.over();
  const shown = () => devices.tableOf(1, IPV4_UNICAST);
  const standBy = () => [...devices.sessions()].map((live) => devices.standsBy(live));
  const counts = () => [shown()?.routeCount(IPV4_UNICAST), shown()?.staleCount(IPV4_UNICAST)];
  assert.deepEqual(counts(), [3, 3]);
  assert.equal(devices.staleMark(1, IPV4_UNICAST)?.cause, "session-down");
  assert.deepEqual(standBy(), [false], "it stands by for nobody");
  after.say(announcement("203.0.113.0/24"));
  assert.deepEqual(counts(), [3, 3], "not all of them yet");
  after.say(announcement(), endOfRib(IPV4_UNICAST));
  assert.deepEqual(counts(), [2, 0]);
  assert.equal([...devices.tables()].length, 1);
});

test("a connection that was turned away is shown until a session is up, and is nothing beside one", () => {
  const { peering, devices } = bench();
  peering.refused(1, "it does not sign");
  assert.equal(devices.find(1)?.lastError?.text, "it does not sign");
  const relay = new Relay("up");
  assert.equal(peering.begin(relay, 0), undefined);
  relay.say(OPEN, { type: "keepalive" });
  assert.equal(devices.find(1)?.lastError, undefined);
  peering.refused(1, "it does not sign");
  assert.equal(devices.find(1)?.lastError, undefined);
});
