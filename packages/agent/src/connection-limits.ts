/** How many connections of devices an agent takes. */
import type { ConnectionLimits } from "@netferry/service";

/** Connections that devices may hold at once. */
export const MAX_SESSIONS = 20_000;
/** Connections that one address may hold at once: a router has one, or two while they collide. */
export const MAX_SESSIONS_PER_ADDRESS = 16;
/** New connections of one address: a router that is turned away tries again after some seconds. */
export const CONNECTION_RATE = { perSecond: 0.2, burst: 32 };
/** Descriptors that are not for devices and their sessions: listeners, log, exports, and this many for status. */
export const RESERVED_DESCRIPTORS = 64;
export const MAX_STATUS_CONNECTIONS = 32;

/**
 * @param maxDescriptors that the process may have; undefined where that is not known
 * @param multi sessions that share one connection to the ingest
 */
export function connectionLimits(maxDescriptors = Number.POSITIVE_INFINITY, multi = 1): ConnectionLimits {
  const descriptors = maxDescriptors - RESERVED_DESCRIPTORS;
  const sessions = Math.floor((descriptors * multi) / (multi + 1));
  return {
    total: Number.isFinite(sessions) ? Math.min(MAX_SESSIONS, Math.max(1, sessions)) : MAX_SESSIONS,
    perAddress: MAX_SESSIONS_PER_ADDRESS,
    rate: CONNECTION_RATE,
    descriptors,
  };
}
