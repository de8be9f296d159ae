import { formatIdentifier } from "../address.ts";
import { AS_TRANS } from "../attribute/as-path-segments.ts";
import type { Capability } from "../capability/capability.ts";
import { roleName } from "../capability/role.ts";
import type { OpenMessage } from "../message/open.ts";
import { BGP_VERSION, openAsn, openCapabilities } from "../message/open.ts";
import type { ProtocolError } from "../errors.ts";
import { ErrorCode, OpenSubcode, protocolError } from "../errors.ts";
import type { Family } from "../family.ts";
import { IPV4_UNICAST, afiOf, familyName, safiOf } from "../family.ts";
import type { SessionConfig } from "./config.ts";

function reject(subcode: number, text: string, data?: Uint8Array): ProtocolError {
  return protocolError(ErrorCode.open, subcode, text, data);
}

/**
 * Checks a well-formed OPEN against the configuration, in the order of RFC 4271 section 6.2. Malformed ones do not
 * come here, the decoder answers for them.
 */
export function validateOpen(config: SessionConfig, open: OpenMessage): ProtocolError | undefined {
  if (open.version !== BGP_VERSION) {
    return reject(
      OpenSubcode.unsupportedVersion,
      `BGP version ${open.version} in OPEN, only ${BGP_VERSION} is supported`,
      Uint8Array.of(0, BGP_VERSION),
    );
  }
  const capabilities = openCapabilities(open);
  return (
    checkAsn(config, open, capabilities) ??
    checkHoldTime(open) ??
    checkIdentifier(config, open) ??
    checkParameters(open) ??
    checkFamilies(config, capabilities) ??
    checkRole(config, open, capabilities)
  );
}

function checkAsn(
  config: SessionConfig,
  open: OpenMessage,
  capabilities: readonly Capability[],
): ProtocolError | undefined {
  const asn = openAsn(open);
  const expected = config.expectedPeerAsn;
  const wanted = expected === undefined ? "" : `, expected ${expected}`;
  // RFC 7607: AS 0 is nobody's; AS_TRANS only ever stands in for a number that the capability gives.
  if (asn === 0 || asn === AS_TRANS) {
    return reject(OpenSubcode.badPeerAs, `AS ${asn} in OPEN is not a usable AS number${wanted}`);
  }
  if (expected !== undefined && asn !== expected) {
    return reject(OpenSubcode.badPeerAs, `AS ${asn} in OPEN, expected ${expected}`);
  }
  const fourOctet = capabilities.some((capability) => capability.kind === "four-octet-as");
  if (fourOctet && open.myAs !== AS_TRANS && open.myAs !== asn) {
    return reject(
      OpenSubcode.badPeerAs,
      `OPEN says AS ${open.myAs} in its header and AS ${asn} in its capability`,
    );
  }
  return undefined;
}

function checkHoldTime(open: OpenMessage): ProtocolError | undefined {
  if (open.holdTime !== 1 && open.holdTime !== 2) return undefined;
  return reject(
    OpenSubcode.unacceptableHoldTime,
    `hold time ${open.holdTime} s in OPEN, it has to be 0 or at least 3`,
  );
}

function checkIdentifier(config: SessionConfig, open: OpenMessage): ProtocolError | undefined {
  const id = open.bgpIdentifier;
  if (id === 0) return reject(OpenSubcode.badBgpIdentifier, "BGP identifier 0.0.0.0 in OPEN");
  // Identifiers are unique within an AS only (RFC 6286), so an eBGP peer may well have ours.
  if (id === config.localIdentifier && openAsn(open) === config.localAsn) {
    return reject(
      OpenSubcode.badBgpIdentifier,
      `BGP identifier ${formatIdentifier(id)} in OPEN is our own, in the same AS ${config.localAsn}; give one side another`,
    );
  }
  return undefined;
}

function checkParameters(open: OpenMessage): ProtocolError | undefined {
  for (const parameter of open.parameters) {
    if (parameter.type === "unknown") {
      return reject(
        OpenSubcode.unsupportedOptionalParameter,
        `optional parameter ${parameter.code} in OPEN is unknown`,
      );
    }
  }
  return undefined;
}

/** A peer that offers no multiprotocol capability at all speaks IPv4 unicast (RFC 4760 section 8). */
function checkFamilies(
  config: SessionConfig,
  capabilities: readonly Capability[],
): ProtocolError | undefined {
  if (config.requireCommonFamily === false || config.families.length === 0) return undefined;
  const offered = new Set<number>();
  for (const capability of capabilities) {
    if (capability.kind === "multiprotocol") offered.add(capability.family);
  }
  if (offered.size === 0) offered.add(IPV4_UNICAST);
  if (config.families.some((family) => offered.has(family))) return undefined;
  const theirs = [...offered].map(familyName).join(", ");
  const ours = config.families.map(familyName).join(", ");
  return reject(
    OpenSubcode.unsupportedCapability,
    `no common address family: the peer offers ${theirs}; this side ${ours}`,
    multiprotocolBytes(config.families),
  );
}

/** The capabilities that would have helped, as RFC 5492 section 5 wants them in a 2/7 NOTIFICATION. */
function multiprotocolBytes(families: readonly Family[]): Uint8Array {
  const data = new Uint8Array(families.length * 6);
  families.forEach((family, index) => {
    const afi = afiOf(family);
    data.set([1, 4, afi >>> 8, afi & 255, 0, safiOf(family)], index * 6);
  });
  return data;
}

/**
 * Which role the other end has to have, by our own (RFC 9234 table 2): provider and customer, route server and its
 * client, peer and peer.
 */
const COUNTERPART: readonly number[] = [3, 2, 1, 0, 4];

/** RFC 9234 section 4.2: roles count between different ASes only. */
function checkRole(
  config: SessionConfig,
  open: OpenMessage,
  capabilities: readonly Capability[],
): ProtocolError | undefined {
  if (config.role === undefined || openAsn(open) === config.localAsn) return undefined;
  const theirs = new Set<number>();
  for (const capability of capabilities) {
    if (capability.kind === "role") theirs.add(capability.role);
  }
  const ours = roleName(config.role);
  if (theirs.size > 1) {
    return reject(
      OpenSubcode.roleMismatch,
      `several BGP roles in OPEN: ${[...theirs].map(roleName).join(", ")}`,
    );
  }
  const [role] = theirs;
  if (role === undefined) {
    if (config.strictRole !== true) return undefined;
    return reject(
      OpenSubcode.roleMismatch,
      `no BGP role in OPEN, strict mode with our role ${ours} needs one`,
    );
  }
  if (COUNTERPART[config.role] === role) return undefined;
  return reject(
    OpenSubcode.roleMismatch,
    `BGP role ${roleName(role)} in OPEN does not go with our role ${ours}`,
  );
}
