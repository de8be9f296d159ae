import { AS_TRANS } from "../attribute/as-path-segments.ts";
import type { AddPathMode } from "../capability/add-path.ts";
import type { Capability } from "../capability/capability.ts";
import type { GracefulRestartCapability } from "../capability/graceful-restart.ts";
import { BGP_VERSION, type OpenMessage } from "../message/open.ts";
import type { Family } from "../family.ts";

/** Initial value of the hold timer until the OPEN arrives, seconds (RFC 4271 section 8.2.2: 4 minutes). */
export const OPEN_HOLD_TIME = 240;

/** Default ConnectRetryTime, seconds (RFC 4271 section 10). */
export const DEFAULT_CONNECT_RETRY_TIME = 120;

/** Default SendHoldTime is the larger of this and twice the negotiated hold time, seconds (RFC 9687 section 6). */
export const MINIMUM_SEND_HOLD_TIME = 480;

/**
 * What a graceful-restart capability of ours says (RFC 4724 section 3, RFC 8538 section 2). `families` are those
 * whose forwarding state we keep; a speaker that only helps others restart has none.
 */
export type GracefulRestartConfig = Omit<GracefulRestartCapability, "kind">;

/** Everything that one session's state machine needs to know; it never changes during a session. */
export interface SessionConfig {
  /** Our AS number, 1 to 4294967295. */
  readonly localAsn: number;
  /** Our BGP identifier, a non-zero uint32 (RFC 6286). */
  readonly localIdentifier: number;
  /** Hold time to propose, seconds: 0 (no keepalives) or 3 to 65535. */
  readonly holdTime: number;
  /** The AS number that the peer has to be in; left out, any AS will do. */
  readonly expectedPeerAsn?: number | undefined;
  /** True: wait for the peer to connect and never dial (PassiveTcpEstablishment). */
  readonly passive: boolean;
  /** Families to offer. */
  readonly families: readonly Family[];
  /** Reject (2/7) a peer that shares no family with us. Default true. */
  readonly requireCommonFamily?: boolean | undefined;
  /** Families to receive with path ids (RFC 7911). */
  readonly addPathReceive?: readonly Family[] | undefined;
  /** Families to send with path ids (RFC 7911). */
  readonly addPathSend?: readonly Family[] | undefined;
  /** RFC 8654. Default true. */
  readonly extendedMessages?: boolean | undefined;
  /** RFC 2918. Default true. */
  readonly routeRefresh?: boolean | undefined;
  /** RFC 7313. Default true where route refresh is. */
  readonly enhancedRouteRefresh?: boolean | undefined;
  /** IPv4 families for which an IPv6 next hop is understood (RFC 8950). */
  readonly extendedNextHop?: readonly Family[] | undefined;
  readonly gracefulRestart?: GracefulRestartConfig | undefined;
  /** Our BGP role (RFC 9234 section 4.1). */
  readonly role?: number | undefined;
  /** Reject (2/11) an eBGP peer that sends no role although we do (RFC 9234 section 4.2). */
  readonly strictRole?: boolean | undefined;
  readonly hostname?: { readonly hostname: string; readonly domain: string } | undefined;
  readonly softwareVersion?: string | undefined;
  /** Capabilities to send after the ones above, as they are. */
  readonly extraCapabilities?: readonly Capability[] | undefined;
  /** Seconds; default DEFAULT_CONNECT_RETRY_TIME. */
  readonly connectRetryTime?: number | undefined;
  /** Seconds without progress in sending after which an established session is given up (RFC 9687); 0 turns it off. */
  readonly sendHoldTime?: number | undefined;
}

/** What is wrong with a configuration, in one line, or undefined. */
export function sessionConfigProblem(config: SessionConfig): string | undefined {
  if (!isUint(config.localAsn, 1, 0xffffffff) || config.localAsn === AS_TRANS) {
    return `local AS ${config.localAsn} is not a usable AS number`;
  }
  if (!isUint(config.localIdentifier, 1, 0xffffffff)) {
    return `local BGP identifier ${config.localIdentifier} is not an unsigned 32-bit number other than 0`;
  }
  if (!isUint(config.holdTime, 0, 0xffff) || config.holdTime === 1 || config.holdTime === 2) {
    return `hold time ${config.holdTime} s is neither 0 nor 3 to 65535`;
  }
  if (config.expectedPeerAsn !== undefined && !isUint(config.expectedPeerAsn, 1, 0xffffffff)) {
    return `expected peer AS ${config.expectedPeerAsn} is not an AS number`;
  }
  if (config.gracefulRestart !== undefined && !isUint(config.gracefulRestart.restartTime, 0, 0xfff)) {
    return `graceful restart time ${config.gracefulRestart.restartTime} s is not 0 to 4095`;
  }
  return undefined;
}

function isUint(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

/** The OPEN that a session with this configuration sends (RFC 4271 section 4.2, capabilities by RFC 5492). */
export function sessionOpen(config: SessionConfig): OpenMessage {
  return {
    type: "open",
    version: BGP_VERSION,
    myAs: config.localAsn > 0xffff ? AS_TRANS : config.localAsn,
    holdTime: config.holdTime,
    bgpIdentifier: config.localIdentifier,
    parameters: [{ type: "capabilities", capabilities: sessionCapabilities(config) }],
    extendedParameters: false,
  };
}

function sessionCapabilities(config: SessionConfig): Capability[] {
  const capabilities: Capability[] = config.families.map((family) => ({ kind: "multiprotocol", family }));
  const refresh = config.routeRefresh ?? true;
  if (refresh) capabilities.push({ kind: "route-refresh" });
  if (config.enhancedRouteRefresh ?? refresh) capabilities.push({ kind: "enhanced-route-refresh" });
  if (config.extendedMessages ?? true) capabilities.push({ kind: "extended-message" });
  capabilities.push({ kind: "four-octet-as", asn: config.localAsn });
  const addPath = addPathFamilies(config);
  if (addPath.length > 0) capabilities.push({ kind: "add-path", families: addPath });
  if (config.extendedNextHop !== undefined && config.extendedNextHop.length > 0) {
    const entries = config.extendedNextHop.map((family) => ({ family, nextHopAfi: 2 }));
    capabilities.push({ kind: "extended-next-hop", entries });
  }
  if (config.gracefulRestart !== undefined) {
    capabilities.push({ kind: "graceful-restart", ...config.gracefulRestart });
  }
  if (config.role !== undefined) capabilities.push({ kind: "role", role: config.role });
  if (config.hostname !== undefined) capabilities.push({ kind: "hostname", ...config.hostname });
  if (config.softwareVersion !== undefined) {
    capabilities.push({ kind: "software-version", version: config.softwareVersion });
  }
  capabilities.push(...(config.extraCapabilities ?? []));
  return capabilities;
}

function addPathFamilies(config: SessionConfig): { family: Family; mode: AddPathMode }[] {
  const receive = new Set(config.addPathReceive);
  const send = new Set(config.addPathSend);
  const families: { family: Family; mode: AddPathMode }[] = [];
  for (const family of new Set([...receive, ...send])) {
    families.push({ family, mode: !send.has(family) ? 1 : !receive.has(family) ? 2 : 3 });
  }
  return families;
}
