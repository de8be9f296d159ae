import { aggregator, type AggregatorAttribute } from "./aggregator.ts";
import { aigp, type AigpAttribute } from "./aigp.ts";
import { asPath, type AsPathAttribute } from "./as-path.ts";
import { as4Aggregator, type As4AggregatorAttribute } from "./as4-aggregator.ts";
import { as4Path, type As4PathAttribute } from "./as4-path.ts";
import { atomicAggregate, type AtomicAggregateAttribute } from "./atomic-aggregate.ts";
import { attributeSet, type AttributeSetAttribute } from "./attribute-set.ts";
import { bfdDiscriminator, type BfdDiscriminatorAttribute } from "./bfd-discriminator.ts";
import { bgpLs, type BgpLsAttribute } from "./bgp-ls.ts";
import { bgpsecPath, type BgpsecPathAttribute } from "./bgpsec-path.ts";
import { bier, type BierAttribute } from "./bier.ts";
import { clusterList, type ClusterListAttribute } from "./cluster-list.ts";
import type { AttributeCodec, UnknownAttribute } from "./codec.ts";
import { communities, type CommunitiesAttribute } from "./communities.ts";
import { communityContainers, type CommunityContainersAttribute } from "./community-containers.ts";
import { dPath, type DPathAttribute } from "./d-path.ts";
import { edgeMetadata, type EdgeMetadataAttribute } from "./edge-metadata.ts";
import { extendedCommunities, type ExtendedCommunitiesAttribute } from "./extended-communities.ts";
import {
  ipv6ExtendedCommunities,
  type Ipv6ExtendedCommunitiesAttribute,
} from "./ipv6-extended-communities.ts";
import { largeCommunities, type LargeCommunitiesAttribute } from "./large-communities.ts";
import { localPref, type LocalPrefAttribute } from "./local-pref.ts";
import { mpReach, type MpReachAttribute } from "./mp-reach.ts";
import { mpUnreach, type MpUnreachAttribute } from "./mp-unreach.ts";
import { multiExitDisc, type MultiExitDiscAttribute } from "./multi-exit-disc.ts";
import { nextHopCharacteristics, type NextHopCharacteristicsAttribute } from "./next-hop-characteristics.ts";
import { nextHop, type NextHopAttribute } from "./next-hop.ts";
import { onlyToCustomer, type OnlyToCustomerAttribute } from "./only-to-customer.ts";
import { origin, type OriginAttribute } from "./origin.ts";
import { originatorId, type OriginatorIdAttribute } from "./originator-id.ts";
import { peDistinguisherLabels, type PeDistinguisherLabelsAttribute } from "./pe-distinguisher-labels.ts";
import { pmsiTunnel, type PmsiTunnelAttribute } from "./pmsi-tunnel.ts";
import { prefixSid, type PrefixSidAttribute } from "./prefix-sid.ts";
import { serviceFunctionPath, type ServiceFunctionPathAttribute } from "./service-function-path.ts";
import { trafficEngineering, type TrafficEngineeringAttribute } from "./traffic-engineering.ts";
import { tunnelEncapsulation, type TunnelEncapsulationAttribute } from "./tunnel-encapsulation.ts";

export type KnownAttribute =
  | OriginAttribute
  | AsPathAttribute
  | NextHopAttribute
  | MultiExitDiscAttribute
  | LocalPrefAttribute
  | AtomicAggregateAttribute
  | AggregatorAttribute
  | CommunitiesAttribute
  | OriginatorIdAttribute
  | ClusterListAttribute
  | MpReachAttribute
  | MpUnreachAttribute
  | ExtendedCommunitiesAttribute
  | As4PathAttribute
  | As4AggregatorAttribute
  | LargeCommunitiesAttribute
  | OnlyToCustomerAttribute
  | PmsiTunnelAttribute
  | TunnelEncapsulationAttribute
  | TrafficEngineeringAttribute
  | Ipv6ExtendedCommunitiesAttribute
  | AigpAttribute
  | PeDistinguisherLabelsAttribute
  | BgpLsAttribute
  | BgpsecPathAttribute
  | CommunityContainersAttribute
  | DPathAttribute
  | ServiceFunctionPathAttribute
  | BfdDiscriminatorAttribute
  | NextHopCharacteristicsAttribute
  | PrefixSidAttribute
  | BierAttribute
  | EdgeMetadataAttribute
  | AttributeSetAttribute;

/** A path attribute (RFC 4271 section 5). */
export type Attribute = KnownAttribute | UnknownAttribute;

const CODECS: {
  readonly [T in KnownAttribute["type"]]: AttributeCodec<Extract<KnownAttribute, { type: T }>>;
} = {
  origin,
  "as-path": asPath,
  "next-hop": nextHop,
  "multi-exit-disc": multiExitDisc,
  "local-pref": localPref,
  "atomic-aggregate": atomicAggregate,
  aggregator,
  communities,
  "originator-id": originatorId,
  "cluster-list": clusterList,
  "mp-reach": mpReach,
  "mp-unreach": mpUnreach,
  "extended-communities": extendedCommunities,
  "as4-path": as4Path,
  "as4-aggregator": as4Aggregator,
  "large-communities": largeCommunities,
  "only-to-customer": onlyToCustomer,
  "pmsi-tunnel": pmsiTunnel,
  "tunnel-encapsulation": tunnelEncapsulation,
  "traffic-engineering": trafficEngineering,
  "ipv6-extended-communities": ipv6ExtendedCommunities,
  aigp,
  "pe-distinguisher-labels": peDistinguisherLabels,
  "bgp-ls": bgpLs,
  "bgpsec-path": bgpsecPath,
  "community-containers": communityContainers,
  "d-path": dPath,
  "service-function-path": serviceFunctionPath,
  "bfd-discriminator": bfdDiscriminator,
  "next-hop-characteristics": nextHopCharacteristics,
  "prefix-sid": prefixSid,
  bier,
  "edge-metadata": edgeMetadata,
  "attribute-set": attributeSet,
};

/** Every codec. */
export const attributeCodecs: readonly AttributeCodec<KnownAttribute>[] = Object.values(CODECS);

/** The codecs by code, 0 to 255; undefined where this package knows none. */
export const attributeCodecByCode: readonly (AttributeCodec<KnownAttribute> | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => attributeCodecs.find((codec) => codec.code === code),
);

export function attributeCodecOf(attribute: KnownAttribute): AttributeCodec<KnownAttribute> {
  const codec: AttributeCodec<KnownAttribute> = CODECS[attribute.type];
  return codec;
}

/** `as-path`, or `attribute 99`. */
export function attributeName(code: number): string {
  return attributeCodecByCode[code]?.type ?? `attribute ${code}`;
}
