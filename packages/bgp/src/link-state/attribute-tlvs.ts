import {
  address,
  float,
  floats,
  nothing,
  octets,
  repeated,
  text,
  uint,
  uint64,
  uints,
} from "../tlv/field.ts";
import { struct, withRest } from "../tlv/struct.ts";
import { TlvList, type TlvOf } from "../tlv/tlv.ts";
import { igpMetric, labelRanges, lanAdjacencySid, maximumSidDepths, sidOrLabel } from "./fields.ts";
import { LINK_STATE_FORM } from "./form.ts";
import { asla } from "./application-specific.ts";
import { STRUCTURE } from "./sid-structure.ts";
import { SR_POLICY } from "./sr-policy-tlvs.ts";

const FLAGS_WEIGHT = { flags: 1, weight: 1, reserved: 2 } as const;
const SID = [16, address(16)] as const;

const srv6SubTlvs = new TlvList(LINK_STATE_FORM, STRUCTURE);
const END_X = { behavior: 2, flags: 1, algorithm: 1, weight: 1, reserved: 1 } as const;

/** RFC 9351 section 3: what a flexible algorithm's paths must and must not have. */
const FLEXIBLE_ALGORITHM = {
  "exclude-any": { code: 1040, field: uints(4) },
  "include-any": { code: 1041, field: uints(4) },
  "include-all": { code: 1042, field: uints(4) },
  "definition-flags": { code: 1043, field: octets() },
  "exclude-risk-groups": { code: 1045, field: uints(4) },
  /** What its originator asks for and this router does not know: RFC 9351 section 3.6. */
  "unsupported-sub-tlvs": { code: 1046, field: withRest({ protocol: 1 }, "types", octets()) },
} as const;
const flexibleAlgorithmTlvs = new TlvList(LINK_STATE_FORM, FLEXIBLE_ALGORITHM);

/** RFC 9552 section 5.3.1, RFC 9085 section 2.1, RFC 9514 section 3, RFC 9247, RFC 8814. */
const NODE = {
  "node-flags": { code: 1024, field: uint(1) },
  "opaque-node": { code: 1025, field: octets() },
  "node-name": { code: 1026, field: text },
  "isis-area-id": { code: 1027, field: octets() },
  "local-ipv4-router-id": { code: 1028, field: address(4) },
  "local-ipv6-router-id": { code: 1029, field: address(16) },
  "remote-ipv4-router-id": { code: 1030, field: address(4) },
  "remote-ipv6-router-id": { code: 1031, field: address(16) },
  "s-bfd-discriminators": { code: 1032, field: uints(4) },
  "sr-capabilities": { code: 1034, field: labelRanges },
  "sr-algorithms": { code: 1035, field: uints(1) },
  "sr-local-block": { code: 1036, field: labelRanges },
  "srms-preference": { code: 1037, field: uint(1) },
  "srv6-capabilities": { code: 1038, field: struct({ flags: 2, reserved: 2 }) },
  "flexible-algorithm": {
    code: 1039,
    field: withRest(
      { algorithm: 1, metricType: 1, calculationType: 1, priority: 1 },
      "subTlvs",
      flexibleAlgorithmTlvs,
    ),
  },
  "multi-topology-ids": { code: 263, field: uints(2) },
  "node-msd": { code: 266, field: maximumSidDepths },
} as const;

/** RFC 9552 section 5.3.2, RFC 8571, RFC 9085 section 2.2, RFC 9086 section 5, RFC 9104, RFC 9514 section 4. */
const LINK = {
  /** Of a link known by addresses, RFC 9552 section 5.2.2. */
  "link-identifiers": { code: 258, field: struct({ local: 4, remote: 4 }) },
  "link-msd": { code: 267, field: maximumSidDepths },
  "administrative-group": { code: 1088, field: uint(4) },
  "maximum-bandwidth": { code: 1089, field: float },
  "maximum-reservable-bandwidth": { code: 1090, field: float },
  /** One for each of eight priorities. */
  "unreserved-bandwidth": { code: 1091, field: floats },
  "te-default-metric": { code: 1092, field: uint(4) },
  "protection-type": { code: 1093, field: uint(2) },
  "mpls-protocol-mask": { code: 1094, field: uint(1) },
  "igp-metric": { code: 1095, field: igpMetric },
  "shared-risk-groups": { code: 1096, field: uints(4) },
  "opaque-link": { code: 1097, field: octets() },
  "link-name": { code: 1098, field: text },
  "adjacency-sid": { code: 1099, field: withRest(FLAGS_WEIGHT, "sid", sidOrLabel) },
  "lan-adjacency-sid": { code: 1100, field: lanAdjacencySid },
  "peer-node-sid": { code: 1101, field: withRest(FLAGS_WEIGHT, "sid", sidOrLabel) },
  "peer-adjacency-sid": { code: 1102, field: withRest(FLAGS_WEIGHT, "sid", sidOrLabel) },
  "peer-set-sid": { code: 1103, field: withRest(FLAGS_WEIGHT, "sid", sidOrLabel) },
  /** RFC 8169: capability bits, and TLVs behind them. */
  "residence-time": { code: 1105, field: octets() },
  "srv6-end-x-sid": { code: 1106, field: withRest({ ...END_X, sid: SID }, "subTlvs", srv6SubTlvs) },
  "isis-srv6-lan-end-x-sid": {
    code: 1107,
    field: withRest({ ...END_X, neighbor: [6, octets(6)], sid: SID }, "subTlvs", srv6SubTlvs),
  },
  "ospfv3-srv6-lan-end-x-sid": {
    code: 1108,
    field: withRest({ ...END_X, neighbor: [4, octets(4)], sid: SID }, "subTlvs", srv6SubTlvs),
  },
  /** Microseconds in the low 24 bits; the highest bit: anomalous. */
  "link-delay": { code: 1114, field: uint(4) },
  "link-delay-range": { code: 1115, field: struct({ minimum: 4, maximum: 4 }) },
  "delay-variation": { code: 1116, field: uint(4) },
  "link-loss": { code: 1117, field: uint(4) },
  "residual-bandwidth": { code: 1118, field: float },
  "available-bandwidth": { code: 1119, field: float },
  "utilized-bandwidth": { code: 1120, field: float },
  "graceful-shutdown": { code: 1121, field: nothing },
  "extended-administrative-groups": { code: 1173, field: uints(4) },
  /** RFC 9815 section 5.2.2: how long the prefix of a link's address is. */
  "spf-ipv4-prefix-length": { code: 1182, field: uint(1) },
  "spf-ipv6-prefix-length": { code: 1183, field: uint(1) },
} as const;

const APPLICATION_SPECIFIC = {
  /** RFC 9294. */
  "application-specific": { code: 1122, field: asla(new TlvList(LINK_STATE_FORM, LINK)) },
} as const;

const BUNDLE = {
  /** RFC 9085 section 2.2.3: of one member of a bundle, by its descriptor. */
  "l2-bundle-member": {
    code: 1172,
    field: withRest(
      { descriptor: 4 },
      "subTlvs",
      new TlvList(LINK_STATE_FORM, { ...LINK, ...APPLICATION_SPECIFIC }),
    ),
  },
} as const;

const PREFIX_SID = {
  "prefix-sid": {
    code: 1158,
    field: withRest({ flags: 1, algorithm: 1, reserved: 2 }, "sid", sidOrLabel),
  },
} as const;
/** RFC 9085 section 2.3.4. */
const rangeTlvs = new TlvList(LINK_STATE_FORM, PREFIX_SID);

/** RFC 9552 section 5.3.3, RFC 9085 section 2.3, RFC 9514 sections 5 and 7. */
const PREFIX = {
  "igp-flags": { code: 1152, field: uint(1) },
  "route-tags": { code: 1153, field: uints(4) },
  "extended-route-tags": { code: 1154, field: repeated(8, uint64) },
  "prefix-metric": { code: 1155, field: uint(4) },
  "ospf-forwarding-address": { code: 1156, field: address(4, 16) },
  "opaque-prefix": { code: 1157, field: octets() },
  ...PREFIX_SID,
  "sid-range": {
    code: 1159,
    field: withRest({ flags: 1, reserved: 1, size: 2 }, "subTlvs", rangeTlvs),
  },
  "flexible-algorithm-metric": {
    code: 1044,
    field: struct({ algorithm: 1, flags: 1, reserved: 2, metric: 4 }),
  },
  "sid-or-label": { code: 1161, field: sidOrLabel },
  "srv6-locator": {
    code: 1162,
    field: withRest({ flags: 1, algorithm: 1, reserved: 2, metric: 4 }, "subTlvs", srv6SubTlvs),
  },
  "prefix-attribute-flags": { code: 1170, field: octets() },
  "source-router-id": { code: 1171, field: address(4, 16) },
  "source-ospf-router-id": { code: 1174, field: address(4) },
  "srv6-endpoint-behavior": { code: 1250, field: struct({ behavior: 2, flags: 1, algorithm: 1 }) },
  "srv6-bgp-peer-node-sid": {
    code: 1251,
    field: struct({ ...FLAGS_WEIGHT, peerAs: 4, peerIdentifier: 4 }),
  },
  ...STRUCTURE,
} as const;

/** RFC 9815 section 5.2: of BGP as its own link-state protocol. */
const SPF = {
  "spf-capability": { code: 1180, field: uint(1) },
  "spf-sequence": { code: 1181, field: uint64 },
  "spf-status": { code: 1184, field: uint(1) },
} as const;

const ALL = {
  ...NODE,
  ...LINK,
  ...APPLICATION_SPECIFIC,
  ...BUNDLE,
  ...PREFIX,
  ...SPF,
  ...SR_POLICY,
} as const;

/** A TLV of the BGP-LS attribute. Any other is kept as bytes. */
export type LinkStateTlv = TlvOf<typeof ALL>;
export const linkStateTlvs = new TlvList(LINK_STATE_FORM, ALL);
