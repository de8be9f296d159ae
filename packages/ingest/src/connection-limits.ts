/** How many connections ingest takes at its ports, by what the process's descriptors allow. */

/** Connections of devices that dial ingest. */
export const MAX_DIRECT_CONNECTIONS = 20_000;
/** Connections of agents: each carries a control stream, or `--multi` sessions. */
export const MAX_RELAY_CONNECTIONS = 20_000;
/** Descriptors that are not for those: the HTTP API's connections, exports, files. */
export const RESERVED_DESCRIPTORS = 640;

export interface IngestLimits {
  readonly direct: number;
  readonly relay: number;
  /** The first descriptor number that is for none of them. */
  readonly descriptors: number;
}

/** @param maxDescriptors that the process may have; undefined where that is not known */
export function ingestLimits(maxDescriptors = Number.POSITIVE_INFINITY): IngestLimits {
  // With few descriptors, half of them are for connections.
  const descriptors = Math.max(maxDescriptors - RESERVED_DESCRIPTORS, Math.floor(maxDescriptors / 2));
  const each = Number.isFinite(descriptors)
    ? Math.max(1, Math.floor(descriptors / 2))
    : MAX_RELAY_CONNECTIONS;
  return {
    direct: Math.min(MAX_DIRECT_CONNECTIONS, each),
    relay: Math.min(MAX_RELAY_CONNECTIONS, each),
    descriptors,
  };
}
