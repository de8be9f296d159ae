import type { ByteWriter } from "../bytes.ts";
import { addPath, type AddPathCapability } from "./add-path.ts";
import { bfdStrictMode, type BfdStrictModeCapability } from "./bfd-strict-mode.ts";
import { bgpsec, type BgpsecCapability } from "./bgpsec.ts";
import type { CapabilityCodec, UnknownCapability } from "./codec.ts";
import { dynamicCapability, type DynamicCapability } from "./dynamic-capability.ts";
import { enhancedRouteRefresh, type EnhancedRouteRefreshCapability } from "./enhanced-route-refresh.ts";
import { extendedMessage, type ExtendedMessageCapability } from "./extended-message.ts";
import { extendedNextHop, type ExtendedNextHopCapability } from "./extended-next-hop.ts";
import { fourOctetAs, type FourOctetAsCapability } from "./four-octet-as.ts";
import { gracefulRestart, type GracefulRestartCapability } from "./graceful-restart.ts";
import { hostname, type HostnameCapability } from "./hostname.ts";
import { linkLocalNextHop, type LinkLocalNextHopCapability } from "./link-local-next-hop.ts";
import {
  longLivedGracefulRestart,
  type LongLivedGracefulRestartCapability,
} from "./long-lived-graceful-restart.ts";
import { multipleLabels, type MultipleLabelsCapability } from "./multiple-labels.ts";
import { multiprotocol, type MultiprotocolCapability } from "./multiprotocol.ts";
import { multisession, type MultisessionCapability } from "./multisession.ts";
import { outboundRouteFiltering, type OutboundRouteFilteringCapability } from "./outbound-route-filtering.ts";
import { pathsLimit, type PathsLimitCapability } from "./paths-limit.ts";
import { role, type RoleCapability } from "./role.ts";
import { routeRefresh, type RouteRefreshCapability } from "./route-refresh.ts";
import {
  routingPolicyDistribution,
  type RoutingPolicyDistributionCapability,
} from "./routing-policy-distribution.ts";
import { softwareVersion, type SoftwareVersionCapability } from "./software-version.ts";

type KnownCapability =
  | MultiprotocolCapability
  | RouteRefreshCapability
  | EnhancedRouteRefreshCapability
  | ExtendedMessageCapability
  | FourOctetAsCapability
  | AddPathCapability
  | ExtendedNextHopCapability
  | GracefulRestartCapability
  | HostnameCapability
  | SoftwareVersionCapability
  | RoleCapability
  | OutboundRouteFilteringCapability
  | BgpsecCapability
  | MultipleLabelsCapability
  | DynamicCapability
  | MultisessionCapability
  | LongLivedGracefulRestartCapability
  | RoutingPolicyDistributionCapability
  | BfdStrictModeCapability
  | PathsLimitCapability
  | LinkLocalNextHopCapability;

/** What an OPEN says that its sender can do (RFC 5492): every code of IANA's "Capability Codes" that is in use. */
export type Capability = KnownCapability | UnknownCapability;

const CODECS: {
  readonly [K in KnownCapability["kind"]]: CapabilityCodec<Extract<KnownCapability, { kind: K }>>;
} = {
  multiprotocol,
  "route-refresh": routeRefresh,
  "enhanced-route-refresh": enhancedRouteRefresh,
  "extended-message": extendedMessage,
  "four-octet-as": fourOctetAs,
  "add-path": addPath,
  "extended-next-hop": extendedNextHop,
  "graceful-restart": gracefulRestart,
  hostname,
  "software-version": softwareVersion,
  role,
  "outbound-route-filtering": outboundRouteFiltering,
  bgpsec,
  "multiple-labels": multipleLabels,
  "dynamic-capability": dynamicCapability,
  multisession,
  "long-lived-graceful-restart": longLivedGracefulRestart,
  "routing-policy-distribution": routingPolicyDistribution,
  "bfd-strict-mode": bfdStrictMode,
  "paths-limit": pathsLimit,
  "link-local-next-hop": linkLocalNextHop,
};

/** Every codec. */
export const capabilityCodecs: readonly CapabilityCodec<KnownCapability>[] = Object.values(CODECS);

const BY_CODE: ReadonlyMap<number, CapabilityCodec<KnownCapability>> = new Map(
  capabilityCodecs.map((codec): [number, CapabilityCodec<KnownCapability>] => [codec.code, codec]),
);

/** The code of a capability (IANA's "Capability Codes"). */
export function capabilityCode(capability: Capability): number {
  return capability.kind === "unknown" ? capability.code : CODECS[capability.kind].code;
}

/** Decodes a capability's value. Undefined if it is malformed in a way that must end the session. */
export function decodeCapability(code: number, value: Uint8Array): Capability | undefined {
  const codec = BY_CODE.get(code);
  const decoded = codec?.decode(value);
  if (decoded !== undefined && decoded !== "ignore") return decoded;
  return decoded === undefined && codec?.essential === true ? undefined : { kind: "unknown", code, value };
}

/** Writes code, length and value. */
export function encodeCapability(capability: Capability, out: ByteWriter): void {
  out.uint8(capabilityCode(capability));
  out.counted(1, `capability ${capability.kind}`, (value) => {
    if (capability.kind === "unknown") value.bytes(capability.value);
    else codecOf(capability).encode(capability, value);
  });
}

function codecOf(capability: KnownCapability): CapabilityCodec<KnownCapability> {
  const codec: CapabilityCodec<KnownCapability> = CODECS[capability.kind];
  return codec;
}
