import type { Family } from "@netferry/bgp";
import type { Registry } from "@netferry/registry";
import type { AttributeTable, RibTable } from "@netferry/rib";
import type { AgentTelemetry } from "../telemetry/agent-telemetry.ts";

/** Routes (paths) by family name; a family with none may be absent. */
export type RoutesByFamily = Readonly<Record<string, number>>;

/** Counted over the life of a session. Bytes and messages are BGP's own; `up` is device to ingest. */
export interface SessionCounters {
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** UPDATE messages received. */
  readonly updates: number;
  /** Paths announced and withdrawn, as received: a path that replaces another counts once. */
  readonly announced: number;
  readonly withdrawn: number;
  /** UPDATEs that RFC 7606 turned into withdrawals. */
  readonly treatedAsWithdraw: number;
  /** Errors in UPDATEs, by cause, as the codec names them (RFC 7606). */
  readonly faults: Readonly<Record<string, number>>;
  /** Paths that the RIB refused because of one of its limits. */
  readonly rejectedPaths: number;
  readonly routeRefreshesSent: number;
}

/** Why and when a session last left Established. */
export interface DownView {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** One line, such as `received Cease / Administrative Shutdown: "maintenance"`. */
  readonly reason: string;
}

/** One BGP session, as it is now. */
export interface SessionView {
  readonly id: string;
  readonly deviceId: number;
  readonly via: "relay" | "direct";
  /** Instance UUID of the agent that relays it; only where `via` is `relay`. */
  readonly agentInstance?: string;
  /** The device's end, `address:port` or `[address]:port`. */
  readonly peer: string;
  /** The end the device dialled: the agent's for a relayed session. */
  readonly local: string;
  /** Name of the FSM state (RFC 4271 section 8.2.2), such as `Established` or `OpenConfirm`. */
  readonly state: string;
  /** Its agent holds the device's connection, but carries nothing at the moment. */
  readonly detached: boolean;
  /** Another session of the device is the one whose routes count; this one takes over when that one goes. */
  readonly standby: boolean;
  /** When it entered that state, ISO 8601, UTC. */
  readonly since: string;
  readonly uptimeSeconds: number;
  readonly peerAsn: number;
  readonly localAsn: number;
  /** Negotiated seconds, 0 for none; the proposed ones before the OPEN came. */
  readonly holdTime: number;
  /** Names of the negotiated families. */
  readonly families: readonly string[];
  /** Names of the capabilities that the device sent. */
  readonly capabilities: readonly string[];
  /** The device's BGP identifier, dotted quad; empty before its OPEN came. */
  readonly peerIdentifier: string;
  /** From the hostname capability. */
  readonly hostname?: string;
  /** From the software-version capability. */
  readonly softwareVersion?: string;
  /** The relay's round trip to the agent. */
  readonly roundTripMs?: number;
  readonly counters: SessionCounters;
  readonly routes: RoutesByFamily;
  readonly lastDown?: DownView;
}

/** How a device stands, over all its sessions. */
export interface DeviceState {
  /**
   * `established`: a session is. `connecting`: one is on its way there. `down`: there was one. `never-seen`:
   * there never was. `table` and `none`: the device does not peer itself. `misconfigured`: its last
   * attempt was refused, `lastError` says why.
   */
  readonly state: "established" | "connecting" | "down" | "never-seen" | "table" | "none" | "misconfigured";
  /** When it entered that state, ISO 8601, UTC. */
  readonly since?: string;
  readonly lastError?: string;
  readonly lastDown?: DownView;
  /** How often a session left Established since ingest started. */
  readonly flaps: number;
  readonly routes: RoutesByFamily;
  /** Of those, how many are stale. */
  readonly staleRoutes?: number;
  /** By family, where there are stale ones. */
  readonly stale?: Readonly<Record<string, StaleView>>;
}

/** An agent with a control stream, or one that had one lately. */
export interface AgentView {
  /** UUID of this run of the agent. */
  readonly instance: string;
  readonly version: string;
  readonly connected: boolean;
  /** When its control stream came or went, ISO 8601, UTC. */
  readonly since: string;
  /** Where its control stream comes from, `address:port`. */
  readonly remote: string;
  /** The account that it gave. */
  readonly email: string;
  /** The site it looks devices up in; absent for any site. */
  readonly siteId?: number;
  readonly hostname?: string;
  /** Where it listens for devices. */
  readonly listeners: readonly string[];
  /** Sessions it relays now. */
  readonly sessions: number;
  readonly roundTripMs?: number;
  /** ISO 8601, UTC. */
  readonly lastHeartbeatAt?: string;
}

/** Why paths are not known to be true any more, and since when. */
export interface StaleView {
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly cause: string;
}

/** The process as a whole. */
export interface IngestStatus {
  /** UUID that lives as long as the data directory. */
  readonly instance: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  /** The BGP identifier that ingest sends, dotted quad. */
  readonly routerId: string;
  readonly listeners: {
    readonly relay: readonly string[];
    readonly http: readonly string[];
    readonly bgp: readonly string[];
  };
  readonly devices: {
    readonly total: number;
    /** By the state of `DeviceState`. */
    readonly byState: Readonly<Record<string, number>>;
  };
  readonly sessions: {
    readonly total: number;
    /** By the name of the FSM state. */
    readonly byState: Readonly<Record<string, number>>;
  };
  readonly agents: { readonly connected: number };
  readonly rib: {
    /** Paths over all devices. */
    readonly routes: number;
    readonly routesByFamily: RoutesByFamily;
    /** Distinct NLRI over all devices. */
    readonly prefixes: number;
    /** Distinct attribute sets. */
    readonly attributes: number;
    readonly bytes: number;
    /** What the RIB's limits refused, by cause. */
    readonly rejected: Readonly<Record<string, number>>;
  };
  /** Paths a second, announced and withdrawn, over the last few seconds. */
  readonly pathsPerSecond: number;
  readonly memory: { readonly residentBytes: number; readonly heapUsedBytes: number };
  readonly health: HealthView;
  /** How late the event loop came to what was due, in the last ten seconds or so; milliseconds. */
  readonly eventLoopLagMs?: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** The answer of `/hc`; anything but `ok` is sent with HTTP status 503. */
export interface HealthView {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly status: "ok" | "initializing" | "timeout" | "old_result" | "failing";
  /** What does not pass; absent where all does. */
  readonly checks?: readonly { readonly name: string; readonly reason: string }[];
}

/** A device's routes: of each family those of the peering that counts for it. */
export type RouteTable = Pick<RibTable, "families" | "routeCount" | "exact" | "lookup" | "walk">;

/**
 * What the HTTP API sees of ingest. Everything is read when asked and handed over: the API keeps no
 * answer longer than a request, and writes nothing but the registry.
 */
export interface IngestView {
  readonly registry: Registry;
  readonly attributes: AttributeTable;
  /** The device's own routes. Undefined: it has no table yet, or is not of type `peer`. */
  tableOf(deviceId: number): RouteTable | undefined;
  /** Undefined where the device has no stale paths of the family. */
  staleMark(deviceId: number, family: Family): StaleView | undefined;
  /** Of all the paths of a family; undefined where each is what its own mark says. */
  awayMark(deviceId: number, family: Family): StaleView | undefined;
  /** Newest first. */
  sessionsOf(deviceId: number): readonly SessionView[];
  deviceState(deviceId: number): DeviceState;
  agents(): readonly AgentView[];
  /** What agents exported of themselves. */
  readonly telemetry: AgentTelemetry;
  status(): IngestStatus;
  /** Prometheus text exposition. */
  metricsText(): Promise<string>;
  health(): HealthView;
}
