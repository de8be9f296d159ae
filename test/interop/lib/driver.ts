import type { Namespace } from "./lab.ts";
import type { FamilyName, NormalRoute, RouteChange, RouteSpec } from "./route.ts";
import type { TableOptions } from "./table.ts";

export const DAEMONS = ["bird", "frr", "gobgp", "openbgpd", "exabgp"] as const;
export type DaemonName = (typeof DAEMONS)[number];

/** One device's side of its only BGP session. The device dials, the other side listens on port 179. */
export interface Peering {
  localAddress: string;
  peerAddress: string;
  localAsn: number;
  peerAsn: number;
  routerId: string;
  families: readonly FamilyName[];
  /** Seconds, as offered in the OPEN. */
  holdTime: number;
  /** TCP MD5 key (RFC 2385). */
  password?: string | undefined;
  /** Offer to send several paths per prefix (RFC 7911). */
  addPathSend: boolean;
  /** Offer 4-octet ASNs (RFC 6793); without, the paths travel as AS_PATH with AS_TRANS and AS4_PATH. */
  fourOctetAs: boolean;
  /** Offer to restart gracefully, forwarding all the while (RFC 4724). */
  gracefulRestart: boolean;
  /**
   * Send the device's own addresses as next hop, also IPv6 ones for IPv4 routes (RFC 8950). The daemon's
   * CLI does not show these, so such a session is compared by other means.
   */
  extendedNextHopSelf: boolean;
}

/** What a daemon can and cannot do; the scenarios ask here rather than by name. */
export interface Capabilities {
  table: Omit<TableOptions, "families" | "noExport">;
  /** RFC 9003: the text of the operator's choice, or one that the daemon always sends. */
  shutdownText: "any" | { fixed: string };
  /** How its own restart by SIGTERM must show as the reason of the lost session. */
  stopReason: RegExp;
  /** How its CLI's session clear must show. */
  clearReason: RegExp;
  flapCounter: boolean;
  /** Several paths for one prefix, originated by configuration. */
  addPathSend: boolean;
  /** The next hop that an external peer is sent: as originated, or always the daemon's own address. */
  externalNextHop: "kept" | "self";
  /** What it cannot do, for people. */
  cannot: readonly string[];
}

/** The daemon's own view of its session. */
export interface SessionView {
  established: boolean;
  /** The daemon's own word. */
  state: string;
  /** Undefined where the session is down. */
  uptimeSeconds: number | undefined;
  /** How often the session went down since start; undefined where the daemon does not count. */
  flaps: number | undefined;
}

/** A routing daemon as one device. */
export interface Driver {
  readonly name: DaemonName;
  readonly capabilities: Capabilities;
  /** Prefixes that it originates on top of the routes it was given. */
  readonly extraPrefixes: readonly string[];
  /** Starts the daemon with one neighbour and these routes. */
  start(peering: Peering, routes: readonly RouteSpec[]): Promise<void>;
  /** Ends the daemon as its service manager would (SIGTERM). */
  stop(): Promise<void>;
  /** Ends the daemon as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Stops it and starts it with the same neighbour and the routes it had last. */
  restart(): Promise<void>;
  /** Announces, changes and withdraws at run time; the session stays up. */
  apply(change: RouteChange): Promise<void>;
  /** Another TCP MD5 key, or none, as an operator would set it; where the daemon is taught passwords at all here. */
  setPassword?(password: string | undefined): Promise<void>;
  /** The CLI's hard clear of the session: it goes down with a reason and comes back by itself. */
  clearSession(): Promise<void>;
  /** Shuts the session down administratively, with a message (RFC 9003) where the daemon can. */
  shutdownWithMessage(text: string): Promise<void>;
  /** What the daemon's own CLI says that it sent to the neighbour. */
  advertised(): Promise<NormalRoute[]>;
  session(): Promise<SessionView>;
}

export type DriverFactory = (namespace: Namespace) => Driver;

function keyOf(route: RouteSpec): string {
  return `${route.prefix} ${route.path ?? 0}`;
}

/** The routes that a device originates now, by prefix and path; the base of restarts and configuration files. */
export class OriginatedRoutes {
  readonly #routes = new Map<string, RouteSpec>();

  replaceAll(routes: readonly RouteSpec[]): void {
    this.#routes.clear();
    this.apply({ announce: routes, withdraw: [] });
  }

  apply(change: RouteChange): void {
    for (const route of change.withdraw) this.#routes.delete(keyOf(route));
    for (const route of change.announce) this.#routes.set(keyOf(route), route);
  }

  all(): RouteSpec[] {
    return [...this.#routes.values()];
  }
}
