import type { AddPathMode } from "./capability/add-path.ts";
import type { Capability } from "./capability/capability.ts";
import type { GracefulRestartCapability } from "./capability/graceful-restart.ts";
import { type CodecContext, MAX_EXTENDED_MESSAGE_LENGTH, MAX_MESSAGE_LENGTH } from "./codec-context.ts";
import { afiOf, type Family, IPV4_UNICAST } from "./family.ts";
import { openAsn, openCapabilities, type OpenMessage } from "./message/open.ts";

/** What two OPENs agreed on: the decoder's context and what the state machine and the RIB's owner go by. */
export interface SessionContext extends CodecContext {
  readonly localAsn: number;
  readonly peerAsn: number;
  readonly localIdentifier: number;
  readonly peerIdentifier: number;
  /** The smaller of the two hold times, seconds; 0 for none (RFC 4271 section 4.2). */
  readonly holdTime: number;
  /** Both sides can receive extended messages (RFC 8654). */
  readonly extendedMessage: boolean;
  readonly routeRefresh: boolean;
  readonly enhancedRouteRefresh: boolean;
  readonly families: ReadonlySet<Family>;
  /** What the peer said of its own restarts; undefined without the capability (RFC 4724). */
  readonly gracefulRestart?: GracefulRestartCapability;
  /** Both sides set the N bit: restarts also follow NOTIFICATIONs, and Hard Reset is for the rest (RFC 8538). */
  readonly notificationRestart: boolean;
  /** The roles that both sides gave, RFC 9234. */
  readonly localRole?: number;
  readonly peerRole?: number;
  readonly peerHostname?: string;
  readonly peerDomain?: string;
  readonly peerSoftwareVersion?: string;
}

const ADD_PATH_RECEIVE = 1;
const ADD_PATH_SEND = 2;

/** Computes the session's context from the OPEN that we sent and the one that we received. */
export function negotiate(sent: OpenMessage, received: OpenMessage): SessionContext {
  const ours = openCapabilities(sent);
  const theirs = openCapabilities(received);
  const both = (kind: Capability["kind"]): boolean => has(ours, kind) && has(theirs, kind);
  const theirFamilies = multiprotocolFamilies(theirs);
  const families = new Set([...multiprotocolFamilies(ours)].filter((family) => theirFamilies.has(family)));
  const localRestart = find(ours, "graceful-restart");
  const gracefulRestart = find(theirs, "graceful-restart");
  const localRole = find(ours, "role")?.role;
  const peerRole = find(theirs, "role")?.role;
  const host = find(theirs, "hostname");
  const peerSoftwareVersion = find(theirs, "software-version")?.version;
  const localAsn = openAsn(sent);
  const peerAsn = openAsn(received);
  return {
    localAsn,
    peerAsn,
    internal: localAsn === peerAsn,
    localIdentifier: sent.bgpIdentifier,
    peerIdentifier: received.bgpIdentifier,
    holdTime: Math.min(sent.holdTime, received.holdTime),
    fourOctetAs: both("four-octet-as"),
    extendedMessage: both("extended-message"),
    // Each side may send what the other said it can receive (RFC 8654 section 4).
    maxMessageLength: has(ours, "extended-message") ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH,
    maxSendLength: has(theirs, "extended-message") ? MAX_EXTENDED_MESSAGE_LENGTH : MAX_MESSAGE_LENGTH,
    routeRefresh: both("route-refresh"),
    enhancedRouteRefresh: both("enhanced-route-refresh"),
    families,
    addPathReceive: addPathFamilies(ours, theirs, families),
    addPathSend: addPathFamilies(theirs, ours, families),
    extendedNextHop: extendedNextHopFamilies(ours, theirs, families),
    notificationRestart: localRestart?.notification === true && gracefulRestart?.notification === true,
    ...(gracefulRestart === undefined ? {} : { gracefulRestart }),
    ...(localRole === undefined ? {} : { localRole }),
    ...(peerRole === undefined ? {} : { peerRole }),
    ...(host === undefined ? {} : { peerHostname: host.hostname, peerDomain: host.domain }),
    ...(peerSoftwareVersion === undefined ? {} : { peerSoftwareVersion }),
  };
}

function has(capabilities: readonly Capability[], kind: Capability["kind"]): boolean {
  return capabilities.some((capability) => capability.kind === kind);
}

/** The last instance counts where a speaker sent several (RFC 5492 section 4 leaves it open). */
function find<K extends Capability["kind"]>(
  capabilities: readonly Capability[],
  kind: K,
): Extract<Capability, { kind: K }> | undefined {
  return capabilities.findLast(
    (capability): capability is Extract<Capability, { kind: K }> => capability.kind === kind,
  );
}

/** A speaker that names no family takes part in IPv4 unicast alone (RFC 4760 section 8). */
function multiprotocolFamilies(capabilities: readonly Capability[]): Set<Family> {
  const families = new Set<Family>();
  for (const capability of capabilities) {
    if (capability.kind === "multiprotocol") families.add(capability.family);
  }
  return families.size === 0 ? new Set([IPV4_UNICAST]) : families;
}

/** The families whose paths flow from `sender` to `receiver` with identifiers (RFC 7911 section 4). */
function addPathFamilies(
  receiver: readonly Capability[],
  sender: readonly Capability[],
  families: ReadonlySet<Family>,
): Set<Family> {
  const receives = addPathModes(receiver);
  const sends = addPathModes(sender);
  const agrees = (family: Family): boolean =>
    ((receives.get(family) ?? 0) & ADD_PATH_RECEIVE) !== 0 &&
    ((sends.get(family) ?? 0) & ADD_PATH_SEND) !== 0;
  return new Set([...families].filter((family) => agrees(family)));
}

function addPathModes(capabilities: readonly Capability[]): Map<Family, AddPathMode> {
  const modes = new Map<Family, AddPathMode>();
  for (const capability of capabilities) {
    if (capability.kind !== "add-path") continue;
    for (const { family, mode } of capability.families) modes.set(family, mode);
  }
  return modes;
}

/** The families for which both sides said that a next hop may be of another address family. */
function extendedNextHopFamilies(
  ours: readonly Capability[],
  theirs: readonly Capability[],
  families: ReadonlySet<Family>,
): Set<Family> {
  const theirEntries = foreignNextHops(theirs);
  const agreed = [...foreignNextHops(ours)].filter((entry) => theirEntries.has(entry));
  return new Set(agreed.map((entry) => Math.floor(entry / 0x10000)).filter((family) => families.has(family)));
}

/** `family * 65536 + AFI` of each entry: 40 bits, too many for shifts. */
function foreignNextHops(capabilities: readonly Capability[]): Set<number> {
  const entries = new Set<number>();
  for (const capability of capabilities) {
    if (capability.kind !== "extended-next-hop") continue;
    for (const { family, nextHopAfi } of capability.entries) {
      if (nextHopAfi !== afiOf(family)) entries.add(family * 0x10000 + nextHopAfi);
    }
  }
  return entries;
}
