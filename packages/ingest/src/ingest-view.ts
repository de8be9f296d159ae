/** What the HTTP API sees of ingest, read from its parts when asked. */
import { type Capability, familyName, formatIPv4, openCapabilities } from "@netferry/bgp";
import type { Device, Registry } from "@netferry/registry";
import type { Rib, RibTable } from "@netferry/rib";
import type { Clock, EventLoopCheck, HealthMonitor, MetricRegistry } from "@netferry/service";
import type { AwayMark, DeviceRuntime, DeviceRuntimes, LiveSession } from "./devices/device-runtimes.ts";
import { identifierBytes } from "./devices/peering.ts";
import type { Roster } from "./devices/roster.ts";
import type {
  DeviceState,
  IngestStatus,
  IngestView,
  RoutesByFamily,
  SessionView,
  StaleView,
} from "./http/view.ts";
import type { StaleMark } from "./devices/route-slot.ts";
import type { PathRate } from "./path-rate.ts";
import type { Agents } from "./relay/agents.ts";
import type { AgentTelemetry } from "./telemetry/agent-telemetry.ts";

export interface ViewSources {
  readonly registry: Registry;
  readonly roster: Roster;
  readonly rib: Rib;
  readonly devices: DeviceRuntimes;
  readonly agents: Agents;
  readonly instance: string;
  readonly routerId: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly clock: Clock;
  readonly addresses: { readonly relay: string; readonly http: string; readonly bgp: readonly string[] };
  readonly pathRate: PathRate;
  readonly metrics: MetricRegistry;
  readonly health: HealthMonitor;
  readonly eventLoop: EventLoopCheck;
  readonly telemetry: AgentTelemetry;
}

/** RFC 4271 writes the states like this. */
const STATE_NAMES = {
  idle: "Idle",
  connect: "Connect",
  active: "Active",
  "open-sent": "OpenSent",
  "open-confirm": "OpenConfirm",
  established: "Established",
} as const;

export function createIngestView(sources: ViewSources): IngestView {
  const { registry, rib, devices, agents, health, metrics } = sources;
  return {
    registry,
    attributes: rib.attributes,
    tableOf: (deviceId) => devices.routesOf(deviceId),
    staleMark: (deviceId, family) => staleView(devices.staleMark(deviceId, family)),
    awayMark: (deviceId, family) => staleView(devices.awayMark(deviceId, family)),
    sessionsOf: (deviceId) =>
      (devices.find(deviceId)?.live ?? []).map((live) => sessionView(live, sources)).toReversed(),
    deviceState: (deviceId) => deviceState(deviceId, sources),
    agents: () => agents.views(),
    telemetry: sources.telemetry,
    status: () => ingestStatus(sources),
    metricsText: () => metrics.text(),
    health: () => health.state(),
  };
}

function staleView(mark: StaleMark | AwayMark | undefined): StaleView | undefined {
  return mark === undefined ? undefined : { since: iso(mark.since), cause: mark.cause };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function routesOf(table: RibTable | undefined): RoutesByFamily {
  if (table === undefined) return {};
  return Object.fromEntries(table.families().map((family) => [familyName(family), table.routeCount(family)]));
}

function sessionView(live: LiveSession, { clock, agents, devices }: ViewSources): SessionView {
  const { session, device, counters, slot } = live;
  const { transport, state, context } = session;
  const lastDown = devices.find(device.id)?.lastDown;
  const roundTripMs =
    transport.agentInstance === undefined ? undefined : agents.roundTripMs(transport.agentInstance);
  return {
    id: transport.id,
    deviceId: device.id,
    via: transport.via,
    peer: transport.peer,
    local: transport.local,
    state: STATE_NAMES[state.name],
    detached: session.detached,
    standby: devices.standsBy(live),
    since: iso(session.since),
    uptimeSeconds: Math.max(0, Math.floor((clock.now() - session.since) / 1000)),
    peerAsn: context?.peerAsn ?? state.config.expectedPeerAsn ?? 0,
    localAsn: state.config.localAsn,
    holdTime: context?.holdTime ?? state.config.holdTime,
    families: [...(context?.families ?? [])].map(familyName),
    capabilities:
      session.received === undefined ? [] : openCapabilities(session.received).map(capabilityName),
    peerIdentifier: context === undefined ? "" : formatIPv4(identifierBytes(context.peerIdentifier)),
    ...(transport.agentInstance === undefined ? {} : { agentInstance: transport.agentInstance }),
    ...(context?.peerHostname === undefined ? {} : { hostname: context.peerHostname }),
    ...(context?.peerSoftwareVersion === undefined ? {} : { softwareVersion: context.peerSoftwareVersion }),
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    counters: {
      bytesUp: transport.bytesUp,
      bytesDown: transport.bytesDown,
      messagesIn: session.messagesIn,
      messagesOut: session.messagesOut,
      updates: counters.updates,
      announced: counters.announced,
      withdrawn: counters.withdrawn,
      treatedAsWithdraw: counters.treatedAsWithdraw,
      faults: counters.faults,
      rejectedPaths: counters.rejectedPaths,
      routeRefreshesSent: session.routeRefreshesSent,
    },
    routes: slot === undefined ? {} : routesOf(slot.table),
    ...(lastDown === undefined ? {} : { lastDown: { at: iso(lastDown.at), reason: lastDown.reason } }),
  };
}

/** A capability's name; with what it says where that is short and telling. */
function capabilityName(capability: Capability): string {
  switch (capability.kind) {
    case "multiprotocol":
      return `multiprotocol ${familyName(capability.family)}`;
    case "add-path":
      return `add-path ${capability.families.map(({ family }) => familyName(family)).join(" ")}`.trim();
    case "unknown":
      return `unknown ${capability.code}`;
    default:
      return capability.kind;
  }
}

function deviceState(deviceId: number, { roster, devices }: ViewSources): DeviceState {
  const device = roster.find(deviceId);
  const runtime = devices.find(deviceId);
  const { state, since } = stateOf(device, runtime);
  if (runtime === undefined || (device !== undefined && device.type !== "peer"))
    return { state, flaps: 0, routes: {} };
  const { lastDown, lastError } = runtime;
  const routes: Record<string, number> = {};
  const marks: Record<string, StaleView> = {};
  let stale = 0;
  for (const { table } of runtime.slots.values()) {
    for (const family of table?.families() ?? []) {
      // Two peerings of one device may carry the same family: the ones that count are counted.
      if (table === undefined || devices.tableOf(deviceId, family) !== table) continue;
      routes[familyName(family)] = table.routeCount(family);
      const away = devices.awayMark(deviceId, family);
      stale += away === undefined ? table.staleCount(family) : table.routeCount(family);
      const mark = staleView(devices.staleMark(deviceId, family) ?? away);
      if (mark !== undefined) marks[familyName(family)] = mark;
    }
  }
  return {
    state,
    flaps: runtime.flaps,
    routes,
    ...(since === undefined ? {} : { since: iso(since) }),
    ...(lastError === undefined ? {} : { lastError: lastError.text }),
    ...(lastDown === undefined ? {} : { lastDown: { at: iso(lastDown.at), reason: lastDown.reason } }),
    ...(stale === 0 ? {} : { staleRoutes: stale, stale: marks }),
  };
}

/** Without what costs more to find out: what `status` counts of every device. */
function stateOf(
  device: Device | undefined,
  runtime: DeviceRuntime | undefined,
): { state: DeviceState["state"]; since: number | undefined } {
  if (device !== undefined && device.type !== "peer") return { state: device.type, since: undefined };
  if (runtime === undefined) return { state: "never-seen", since: undefined };
  return peeringState(runtime);
}

function peeringState(runtime: DeviceRuntime): { state: DeviceState["state"]; since: number | undefined } {
  const established = runtime.live.find(({ session }) => session.state.name === "established");
  if (established !== undefined) return { state: "established", since: established.session.since };
  const { lastDown, lastError } = runtime;
  // A device that is refused tries again and again; what it is refused for is what matters.
  if (lastError !== undefined && lastError.at >= (lastDown?.at ?? 0)) {
    return { state: "misconfigured", since: lastError.at };
  }
  const [connecting] = runtime.live;
  if (connecting !== undefined) return { state: "connecting", since: connecting.session.since };
  return { state: "down", since: lastDown?.at };
}

function ingestStatus(sources: ViewSources): IngestStatus {
  const { roster, devices, agents, rib, clock, pathRate, addresses } = sources;
  const byState: Partial<Record<DeviceState["state"], number>> = {};
  for (const device of roster.all()) {
    const { state } = stateOf(device, devices.find(device.id));
    byState[state] = (byState[state] ?? 0) + 1;
  }
  const sessionsByState: Record<string, number> = {};
  let sessions = 0;
  for (const { session } of devices.sessions()) {
    const name = STATE_NAMES[session.state.name];
    sessionsByState[name] = (sessionsByState[name] ?? 0) + 1;
    sessions += 1;
  }
  const stats = rib.stats();
  const { rss, heapUsed } = process.memoryUsage();
  const lag = sources.eventLoop.last;
  return {
    instance: sources.instance,
    version: sources.version,
    startedAt: iso(sources.startedAt),
    uptimeSeconds: Math.max(0, Math.floor((clock.now() - sources.startedAt) / 1000)),
    routerId: sources.routerId,
    listeners: { relay: [addresses.relay], http: [addresses.http], bgp: addresses.bgp },
    devices: { total: roster.size, byState },
    sessions: { total: sessions, byState: sessionsByState },
    agents: { connected: agents.connected },
    rib: {
      routes: stats.paths,
      routesByFamily: Object.fromEntries(pathsByFamily(devices)),
      prefixes: [...stats.prefixes.values()].reduce((sum, count) => sum + count, 0),
      attributes: stats.attributeSets,
      bytes: stats.allocatedBytes,
      rejected: stats.rejections,
    },
    pathsPerSecond: pathRate.perSecond,
    memory: { residentBytes: rss, heapUsedBytes: heapUsed },
    health: sources.health.state(),
    ...(lag === undefined ? {} : { eventLoopLagMs: lag }),
  };
}

/** Paths of all tables. */
function pathsByFamily(devices: DeviceRuntimes): Map<string, number> {
  const paths = new Map<string, number>();
  for (const table of devices.tables()) {
    for (const family of table.families()) {
      const name = familyName(family);
      paths.set(name, (paths.get(name) ?? 0) + table.pathCount(family));
    }
  }
  return paths;
}
