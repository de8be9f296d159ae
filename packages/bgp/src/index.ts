/** BGP-4: wire codec and session state machine. Bytes and values in, bytes and values out. */

// Addresses, prefixes, families
export {
  formatAddress,
  formatIdentifier,
  formatIPv4,
  formatIPv6,
  parseAddress,
  parseIdentifier,
} from "./address.ts";
export * from "./bytes.ts";
export * from "./family.ts";
export type { FamilyCodec } from "./family/codec.ts";
export * from "./family/evpn-nlri.ts";
export * from "./family/flowspec-nlri.ts";
export { formatEvpn } from "./family/evpn-text.ts";
export { FLOW_TYPES } from "./family/flowspec-component.ts";
export { formatFlowComponent, formatFlowSpec } from "./family/flowspec-text.ts";
export { formatIpPrefix, type IpPrefix } from "./family/ip-prefix.ts";
export * from "./family/link-state-nlri.ts";
export { formatRouterId, linkStateProtocol } from "./family/link-state-text.ts";
export * from "./family/mcast-vpn-nlri.ts";
export * from "./family/mup-nlri.ts";
export type { NlriValue } from "./family/nlri-value.ts";
export * from "./family/prefix-nlri.ts";
export { codecFamilies, familyCodec } from "./family/registry.ts";
export * from "./family/rt-constraint-nlri.ts";
export * from "./family/sr-policy-nlri.ts";
export * from "./family/vpls-nlri.ts";
export { labelField, labelValue, WITHDRAWN_LABEL } from "./label.ts";
export type { ApplicationSpecific } from "./link-state/application-specific.ts";
export type { LinkStateTlv } from "./link-state/attribute-tlvs.ts";
export type { CandidatePathDescriptor } from "./link-state/candidate-path.ts";
export type { LinkStateDescriptor, NodeDescriptor } from "./link-state/descriptors.ts";
export type {
  IgpMetric,
  LabelRanges,
  LanAdjacencySid,
  ReachablePrefix,
  SidOrLabel,
} from "./link-state/fields.ts";
export { toIpPrefix } from "./link-state/fields.ts";
export { formatMac } from "./mac.ts";
export { decodeNlri, encodeNlri, formatNlri, formatNlriKey } from "./nlri-codec.ts";
export { NlriCursor, type NlriSpan } from "./nlri-cursor.ts";
export type { Nlri } from "./nlri.ts";
export { addressOfPrefix, formatPrefix, parsePrefix, type Prefix, prefixOf } from "./prefix.ts";

export { formatRouteDistinguisher, parseRouteDistinguisher, RD_LENGTH } from "./route-distinguisher.ts";
export type { Members, Shape } from "./tlv/shape.ts";
export type { UnknownTlv } from "./tlv/tlv.ts";

// Contexts and errors
export {
  type CodecContext,
  codecContext,
  MAX_EXTENDED_MESSAGE_LENGTH,
  MAX_MESSAGE_LENGTH,
} from "./codec-context.ts";
export { negotiate, type SessionContext } from "./context.ts";
export * from "./errors.ts";
export { type AttributeError, type UpdateErrorCause, updateErrorCauses } from "./update-error.ts";

// Messages
export {
  type FramedMessages,
  type FramerOptions,
  iterateMessages,
  messageEnd,
  MessageFramer,
} from "./framer.ts";
export { decodeMessage, type DecodeResult, encodeMessage, MessageDecoder } from "./message-codec.ts";
export { HEADER_LENGTH, messageLength, MessageType, messageType } from "./message/header.ts";
export { KEEPALIVE, type KeepaliveMessage } from "./message/keepalive.ts";
export type { Message } from "./message/message.ts";
export { errorName } from "./message/notification-names.ts";
export {
  type NotificationMessage,
  notificationText,
  type ShutdownCommunication,
  shutdownCommunication,
} from "./message/notification.ts";
export {
  BGP_VERSION,
  openAsn,
  openCapabilities,
  type OpenMessage,
  type OptionalParameter,
} from "./message/open.ts";
export { RefreshSubtype, type RouteRefreshMessage } from "./message/route-refresh.ts";
export { effectiveUpdate, endOfRib, endOfRibFamily, type UpdateMessage } from "./message/update.ts";

// Capabilities
export type { AddPathMode } from "./capability/add-path.ts";
export type { BgpsecCapability } from "./capability/bgpsec.ts";
export {
  type Capability,
  capabilityCode,
  capabilityCodecs,
  decodeCapability,
  encodeCapability,
} from "./capability/capability.ts";
export type { CapabilityCodec, UnknownCapability } from "./capability/codec.ts";
export type { GracefulRestartCapability } from "./capability/graceful-restart.ts";
export type {
  LongLivedFamily,
  LongLivedGracefulRestartCapability,
} from "./capability/long-lived-graceful-restart.ts";
export type { OrfEntry, OutboundRouteFilteringCapability } from "./capability/outbound-route-filtering.ts";
export { roleName } from "./capability/role.ts";

// Path attributes
export type { AigpAttribute } from "./attribute/aigp.ts";
export { AS_TRANS, type AsPathSegment } from "./attribute/as-path-segments.ts";
export { mergeAs4, splitAs4 } from "./attribute/as4.ts";
export {
  type Attribute,
  attributeCodecByCode,
  attributeCodecs,
  attributeName,
  type KnownAttribute,
} from "./attribute/attribute.ts";
export type { AttributeSetAttribute } from "./attribute/attribute-set.ts";
export type { BfdDiscriminatorAttribute } from "./attribute/bfd-discriminator.ts";
export type { BgpLsAttribute } from "./attribute/bgp-ls.ts";
export type {
  BgpsecPathAttribute,
  BgpsecSignature,
  SecurePathSegment,
  SignatureBlock,
} from "./attribute/bgpsec-path.ts";
export type { BierAttribute, BierEncapsulation } from "./attribute/bier.ts";
export { AttributeCode, AttributeFlag } from "./attribute/code.ts";
export type { AttributeCodec, UnknownAttribute } from "./attribute/codec.ts";
export type { EdgeMetadataAttribute } from "./attribute/edge-metadata.ts";
export { communityName, formatCommunity } from "./attribute/communities.ts";
export type { CommunityContainer, CommunityContainersAttribute } from "./attribute/community-containers.ts";
export type { Domain, DPathAttribute } from "./attribute/d-path.ts";
export {
  describeExtendedCommunity,
  type ExtendedCommunity,
  formatExtendedCommunity,
  isTransitiveExtendedCommunity,
} from "./attribute/extended-community.ts";
export {
  formatIpv6ExtendedCommunity,
  type Ipv6ExtendedCommunitiesAttribute,
} from "./attribute/ipv6-extended-communities.ts";
export { formatLargeCommunity, type LargeCommunity } from "./attribute/large-communities.ts";
export { decodeAttributes, encodeAttributes } from "./attribute/list.ts";
export type { NextHopCharacteristicsAttribute } from "./attribute/next-hop-characteristics.ts";
export type { Origin } from "./attribute/origin.ts";
export type {
  PeDistinguisherLabel,
  PeDistinguisherLabelsAttribute,
} from "./attribute/pe-distinguisher-labels.ts";
export { type PmsiTunnelAttribute, pmsiTunnelName } from "./attribute/pmsi-tunnel.ts";
export type { PmsiTunnelIdentifier } from "./attribute/pmsi-tunnel-identifier.ts";
export type { PrefixSidAttribute, PrefixSidTlv, SrgbRange } from "./attribute/prefix-sid.ts";
export type { ServiceFunctionPathAttribute } from "./attribute/service-function-path.ts";
export type { TrafficEngineeringAttribute } from "./attribute/traffic-engineering.ts";
export type {
  EndpointBehavior,
  SegmentTlv,
  Srv6Segment,
  TunnelTlv,
} from "./attribute/tunnel-encapsulation-tlvs.ts";
export type { Tunnel, TunnelEncapsulationAttribute } from "./attribute/tunnel-encapsulation.ts";
export type { WideCommunity, WideCommunityAtom } from "./attribute/wide-community.ts";
export { originAsOf } from "./origin-as.ts";
export { formatAsPath, nextHopAddresses, type PathView, pathView } from "./path-view.ts";

// The RIB's fast path
export { NlriRun, UpdateScanner } from "./update-scan.ts";

// The session state machine
export * from "./fsm/cease.ts";
export * from "./fsm/collision.ts";
export {
  DEFAULT_CONNECT_RETRY_TIME,
  type GracefulRestartConfig,
  MINIMUM_SEND_HOLD_TIME,
  OPEN_HOLD_TIME,
  type SessionConfig,
  sessionConfigProblem,
  sessionOpen,
} from "./fsm/config.ts";
export { type DownReason, downReasonText, type TransportDownReason } from "./fsm/down-reason.ts";
export type { Action, SessionEvent, Step } from "./fsm/event.ts";
export { resumeEstablished } from "./fsm/resume.ts";
export type { SessionState, StateName, TimerName } from "./fsm/state.ts";
export { runningTimers } from "./fsm/state.ts";
export { createSession, step } from "./fsm/step.ts";

// Octet by octet
export { dissectMessage, type DissectOptions, type WireView } from "./wire/dissect.ts";
export type { WireNode } from "./wire/node.ts";
export { wireText } from "./wire/text.ts";
