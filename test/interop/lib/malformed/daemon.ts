import type { CodecContext, Family } from "@netferry/bgp";
import { CONTEXTS, type SessionKind } from "../../../../packages/bgp/test/malformed/case.ts";

/** A neighbour of the daemon: where it dials from, and what kind of session it has. */
export interface Neighbor {
  readonly name: string;
  readonly address: string;
  readonly kind: SessionKind;
  /** Of another AS than the daemon's. */
  readonly external: boolean;
}

/** The AS of the daemon and of its internal neighbours: none that is in a path of the cases. */
export const DAEMON_AS = 64_999;
/** The external neighbour's: the first of the cases' paths. */
export const EXTERNAL_AS = 65_001;

/** What the daemon has of a neighbour's IPv4 routes: by prefix, whether MED is that of {@link MARK}. */
export type NeighborRoutes = ReadonlyMap<string, boolean>;
/** MED of the route that stands there before a case, so that it can be told from the case's own. */
export const MARK = 4242;

/** What decides how we would read the neighbour's messages. */
export function contextOf({ kind, external }: Neighbor): CodecContext {
  return { ...CONTEXTS[kind], internal: !external };
}

export const asnOf = ({ external }: Neighbor): number => (external ? EXTERNAL_AS : DAEMON_AS);

/** A daemon that is asked what it makes of malformed UPDATEs. It listens on loopback for the neighbours. */
export interface MalformedDaemon {
  readonly name: "bird" | "frr";
  readonly address: string;
  readonly port: number;
  /** The families that it knows; cases of others are not asked. */
  readonly families: ReadonlySet<Family>;
  start(neighbors: readonly Neighbor[]): Promise<void>;
  routes(neighbor: Neighbor): Promise<NeighborRoutes>;
  stop(): Promise<void>;
  log(): string;
}
