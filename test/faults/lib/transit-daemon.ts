import type { Peering } from "../../interop/lib/driver.ts";
import type { NormalRoute } from "../../interop/lib/route.ts";

/** ASN of whoever feeds the routers. */
export const FEEDER_ASN = 64_512;

/** The two sessions of a router that passes on what it learns: one to its feeder, and the one under test. */
export interface TransitPlan {
  /** Towards the agent. */
  readonly peering: Peering;
  /** Whether the session under test has the capability (RFC 2918). */
  readonly routeRefresh: boolean;
  /** The router's own addresses on the link to its feeder, and the feeder's. */
  readonly own: { readonly ipv4: string; readonly ipv6: string };
  readonly feeder: { readonly ipv4: string; readonly ipv6: string };
}

/** What the daemon's own CLI says of the session under test. */
export interface SessionLife {
  readonly established: boolean;
  /** When the session came to its present state, milliseconds since 1970, to the second; undefined where it is down. */
  readonly since: number | undefined;
  /** How often it has come up since the daemon started; only differences count. */
  readonly ups: number;
}

/** A routing daemon that learns a table from a feeder and announces it to the agent. */
export interface TransitDaemon {
  start(): Promise<void>;
  life(): Promise<SessionLife>;
  /** How many routes the daemon says that it has announced, without listing them. */
  announced(): Promise<number>;
  /** What the daemon's CLI says that it has announced. */
  advertised(): Promise<NormalRoute[]>;
}

/** Listings of a large table take a daemon's CLI a while, in milliseconds. */
export const LISTING_TIMEOUT_MS = 180_000;
