/** The HTTP API over a real RIB and a registry in memory, without BGP: for tests of the API and of its clients. */
import { randomUUID } from "node:crypto";
import { encodeAttributes, IPV4_UNICAST, parseAddress, parsePrefix } from "@netferry/bgp";
import type { Attribute } from "@netferry/bgp";
import { createMemoryRegistry } from "@netferry/registry";
import type { Registry } from "@netferry/registry";
import { Rib } from "@netferry/rib";
import type { RibTable } from "@netferry/rib";
import { serveHttp } from "@netferry/service";
import { AgentTelemetry } from "../../telemetry/agent-telemetry.ts";
import { createIngestApi } from "../api.ts";
import type { HttpStats } from "../http-stats.ts";
import type { AgentView, DeviceState, HealthView, IngestStatus, IngestView, SessionView } from "../view.ts";

/** What a route of a test is made of. */
export interface FakeRoute {
  readonly prefix: string;
  readonly asPath?: readonly number[];
  /** Default 192.0.2.254 or 2001:db8::fe. */
  readonly nextHop?: string;
  readonly localPref?: number;
  readonly med?: number;
  /** 32-bit values. */
  readonly communities?: readonly number[];
  readonly pathId?: number;
}

export interface FakeIngest {
  readonly url: string;
  readonly registry: Registry;
  readonly rib: Rib;
  readonly stats: HttpStats;
  readonly email: string;
  readonly token: string;
  /** The headers of an account. */
  readonly headers: Readonly<Record<string, string>>;
  /** What `onFault` was told. */
  readonly faults: unknown[];
  /** Answers that a test may change. */
  readonly sessions: Map<number, SessionView[]>;
  readonly states: Map<number, DeviceState>;
  readonly agents: AgentView[];
  readonly telemetry: AgentTelemetry;
  health: HealthView;
  /** Opens the device's table where there is none yet. */
  table(deviceId: number): RibTable;
  announce(deviceId: number, ...routes: readonly FakeRoute[]): void;
  withdraw(deviceId: number, prefix: string): void;
  /** Closes the device's table. */
  dropTable(deviceId: number): void;
  close(): Promise<void>;
}

const EMAIL = "operator@example.net";
/** Any will do: nobody attacks the hash of a test. */
const SEED = [1, 2] as const;

function attributesOf(route: FakeRoute, ipv4: boolean): Uint8Array {
  const nextHop = parseAddress(route.nextHop ?? (ipv4 ? "192.0.2.254" : "2001:db8::fe"));
  if (nextHop === undefined) throw new TypeError(`${route.nextHop} is no address`);
  const attributes: Attribute[] = [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: [{ type: "sequence", asns: route.asPath ?? [65001] }] },
  ];
  if (ipv4) attributes.push({ type: "next-hop", address: nextHop });
  if (route.med !== undefined) attributes.push({ type: "multi-exit-disc", value: route.med });
  if (route.localPref !== undefined) attributes.push({ type: "local-pref", value: route.localPref });
  if (route.communities !== undefined) attributes.push({ type: "communities", values: route.communities });
  const family = parsePrefix(route.prefix)?.family ?? IPV4_UNICAST;
  if (!ipv4) attributes.push({ type: "mp-reach", family, nextHop, nlri: [] });
  return encodeAttributes(attributes);
}

function nlriOf(prefix: string) {
  const parsed = parsePrefix(prefix);
  if (parsed === undefined) throw new TypeError(`${prefix} is no prefix`);
  return parsed;
}

function statusOf(registry: Registry, rib: Rib, agents: readonly AgentView[]): IngestStatus {
  const stats = rib.stats();
  return {
    instance: "5d9f1f6e-6a0e-4d5c-9b1c-0d9f6a3b1c11",
    version: "0.1.0",
    startedAt: "2026-01-01T00:00:00.000Z",
    uptimeSeconds: 3725,
    routerId: "192.0.2.253",
    listeners: { relay: ["0.0.0.0:443"], http: ["127.0.0.1:8080"], bgp: [] },
    devices: { total: registry.deviceCount(), byState: { "never-seen": registry.deviceCount() } },
    sessions: { total: 0, byState: {} },
    agents: { connected: agents.length },
    rib: {
      routes: stats.paths,
      routesByFamily: {},
      prefixes: [...stats.prefixes.values()].reduce((sum, count) => sum + count, 0),
      attributes: stats.attributeSets,
      bytes: stats.allocatedBytes,
      rejected: {},
    },
    pathsPerSecond: 0,
    memory: { residentBytes: 104_857_600, heapUsedBytes: 52_428_800 },
    health: { timestamp: "2026-01-01T00:00:00.000Z", status: "ok" },
  };
}

/** Listens on loopback, with TLS where a certificate is given. */
export async function startFakeIngest(
  options: { readonly tls?: { readonly certPem: string; readonly keyPem: string } } = {},
): Promise<FakeIngest> {
  const registry = createMemoryRegistry();
  const rib = new Rib({ seed: SEED });
  const tables = new Map<number, RibTable>();
  const sessions = new Map<number, SessionView[]>();
  const states = new Map<number, DeviceState>();
  const agents: AgentView[] = [];
  const telemetry = new AgentTelemetry(Date.now);
  const faults: unknown[] = [];
  const { token } = registry.addAccount(EMAIL);

  const view: IngestView = {
    registry,
    attributes: rib.attributes,
    tableOf: (deviceId) => tables.get(deviceId),
    staleMark: () => undefined,
    awayMark: () => undefined,
    sessionsOf: (deviceId) => sessions.get(deviceId) ?? [],
    deviceState: (deviceId) => states.get(deviceId) ?? { state: "never-seen", flaps: 0, routes: {} },
    agents: () => agents,
    telemetry,
    status: () => statusOf(registry, rib, agents),
    metricsText: () => Promise.resolve("# TYPE netferry_up gauge\nnetferry_up 1\n"),
    health: () => fake.health,
  };
  const api = createIngestApi({ view, version: "0.1.0", onFault: (error) => faults.push(error) });
  const server = await serveHttp({
    app: api,
    listen: { host: "127.0.0.1", port: 0 },
    what: "test API",
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  });

  const table = (deviceId: number): RibTable => {
    const opened = tables.get(deviceId) ?? rib.createTable();
    if (opened === undefined) throw new Error("the RIB has no more room for tables");
    tables.set(deviceId, opened);
    return opened;
  };

  const fake: FakeIngest = {
    url: server.url,
    registry,
    rib,
    stats: api.stats,
    email: EMAIL,
    token,
    headers: { "x-ch-auth-email": EMAIL, "x-ch-auth-api-token": token },
    faults,
    sessions,
    states,
    agents,
    telemetry,
    health: { timestamp: "2026-01-01T00:00:00.000Z", status: "ok" },
    table,
    announce: (deviceId, ...routes) => {
      for (const route of routes) {
        const { family, nlri } = nlriOf(route.prefix);
        const bytes = attributesOf(route, family === IPV4_UNICAST);
        const id = rib.attributes.intern(bytes, 0, bytes.length);
        table(deviceId).announceOne(family, nlri, 0, nlri.length, route.pathId, id);
        rib.attributes.release(id);
      }
    },
    withdraw: (deviceId, prefix) => {
      const { family, nlri } = nlriOf(prefix);
      table(deviceId).withdrawOne(family, nlri, 0, nlri.length, undefined);
    },
    dropTable: (deviceId) => {
      tables.get(deviceId)?.close();
      tables.delete(deviceId);
    },
    close: async () => {
      await server.close(0);
      registry.close();
    },
  };
  return fake;
}

/** A session as a test would like it. */
export function fakeSession(deviceId: number, changes: Partial<SessionView> = {}): SessionView {
  return {
    id: randomUUID(),
    deviceId,
    via: "direct",
    peer: "192.0.2.1:54321",
    local: "192.0.2.253:179",
    state: "Established",
    detached: false,
    standby: false,
    since: "2026-01-01T00:00:00.000Z",
    uptimeSeconds: 60,
    peerAsn: 65001,
    localAsn: 65001,
    holdTime: 90,
    families: ["ipv4-unicast"],
    capabilities: ["multiprotocol", "route-refresh"],
    peerIdentifier: "192.0.2.1",
    counters: {
      bytesUp: 1000,
      bytesDown: 100,
      messagesIn: 10,
      messagesOut: 3,
      updates: 8,
      announced: 8,
      withdrawn: 0,
      treatedAsWithdraw: 0,
      faults: {},
      rejectedPaths: 0,
      routeRefreshesSent: 0,
    },
    routes: { "ipv4-unicast": 8 },
    ...changes,
  };
}
