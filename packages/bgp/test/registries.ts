import {
  attributeCodecs,
  capabilityCodecs,
  codecFamilies,
  describeExtendedCommunity,
  errorName,
  familyName,
  MessageType,
  pmsiTunnelName,
  RefreshSubtype,
  roleName,
  safiOf,
  type Shape,
} from "@netferry/bgp";
import { EVPN_ROUTE_TYPES } from "../src/family/evpn-write.ts";
import { FLOW_TYPES } from "../src/family/flowspec-component.ts";
import { LINK_STATE_NLRI_TYPES } from "../src/family/link-state-family.ts";
import { MCAST_VPN_ROUTE_TYPES } from "../src/family/mcast-vpn-family.ts";
import { nodeDescriptors, objectDescriptors } from "../src/link-state/descriptors.ts";

/** Code, IANA's name, and of what stays octets why: deprecated, a draft. */
type Entry = readonly [code: number, name: string, octets?: string];

/** What IANA has assigned, and what this library makes of it. */
export interface Registry {
  readonly title: string;
  readonly entries: readonly Entry[];
  /** Names of what has a type here, by code. */
  readonly known: ReadonlyMap<number, string>;
  /** Codes are written in hexadecimal. */
  readonly hexadecimal?: boolean;
}

const DEPRECATED = "deprecated: octets";
const DRAFT = "draft: octets";
const OCTETS = "octets";

function byName(codes: Readonly<Record<string, number>>): Map<number, string> {
  return new Map(Object.entries(codes).map(([name, code]) => [code, name]));
}

/** Codes up to a limit whose text is a name, not what stands in for one. */
function named(limit: number, nameOf: (code: number) => string | undefined): Map<number, string> {
  const names = Array.from({ length: limit }, (_, code): [number, string] => [code, nameOf(code) ?? ""]);
  return new Map(names.filter(([, name]) => name !== "" && !/\d$/.test(name)));
}

function shapeOf(attribute: string): Shape {
  const codec = attributeCodecs.find(({ type }) => type === attribute);
  if (codec?.shape === undefined) throw new Error(`${attribute} has no shape`);
  return { kind: "record", members: codec.shape };
}

/** The TLVs of the first list in a shape; where types are given, of the list within these, one in the other. */
function tlvs(shape: Shape, ...types: readonly string[]): Map<number, string> {
  const list = firstList(shape);
  if (list === undefined) throw new Error("no TLVs");
  const [type, ...others] = types;
  return type === undefined ? byName(list.codes) : tlvs(list.types[type]!, ...others);
}

function firstList(shape: Shape): (Shape & { kind: "tlvs" }) | undefined {
  if (shape.kind === "tlvs") return shape;
  return partsOf(shape)
    .map(firstList)
    .find((list) => list !== undefined);
}

function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case "record":
      return [...Object.values(shape.members), ...Object.values(shape.optional ?? {})];
    case "list":
      return [shape.of];
    case "variants":
      return Object.values(shape.of).flatMap((members) => Object.values(members));
    case "tlvs":
      return Object.values(shape.types);
    default:
      return [];
  }
}

/** The TLVs of all lists in a shape, which have one number space. */
function everyTlv(shape: Shape): [number, string][] {
  const own = shape.kind === "tlvs" ? [...byName(shape.codes)] : [];
  return [...own, ...partsOf(shape).flatMap(everyTlv)];
}

const families = new Map<number, string>();
for (const family of codecFamilies) {
  const before = families.get(safiOf(family));
  families.set(safiOf(family), `${before === undefined ? "" : `${before}, `}${familyName(family)}`);
}

function subcodes(code: number): Map<number, string> {
  const prefix = `${errorName(code, 0).split(" / ")[0] ?? ""} / `;
  return named(32, (subcode) => {
    const text = errorName(code, subcode);
    return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
  });
}

function extendedCommunities(types: readonly number[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const type of types) {
    for (let subtype = 0; subtype < 256; subtype++) {
      const community = describeExtendedCommunity(Uint8Array.of(type, subtype, 0, 0, 0, 0, 0, 0));
      if (community !== undefined) names.set((type << 8) | subtype, community.name);
    }
  }
  return names;
}

const linkState: ReadonlyMap<number, string> = new Map([
  [256, "local node"],
  [257, "remote node"],
  ...everyTlv(nodeDescriptors.shape),
  ...everyTlv(objectDescriptors.shape),
  ...everyTlv(shapeOf("bgp-ls")),
]);

export const registries: readonly Registry[] = [
  {
    title: "Message types",
    entries: [
      [1, "OPEN"],
      [2, "UPDATE"],
      [3, "NOTIFICATION"],
      [4, "KEEPALIVE"],
      [5, "ROUTE-REFRESH"],
    ],
    known: byName(MessageType),
  },
  {
    title: "Path attributes",
    entries: [
      [1, "ORIGIN"],
      [2, "AS_PATH"],
      [3, "NEXT_HOP"],
      [4, "MULTI_EXIT_DISC"],
      [5, "LOCAL_PREF"],
      [6, "ATOMIC_AGGREGATE"],
      [7, "AGGREGATOR"],
      [8, "COMMUNITIES"],
      [9, "ORIGINATOR_ID"],
      [10, "CLUSTER_LIST"],
      [11, "DPA", DEPRECATED],
      [12, "ADVERTISER", DEPRECATED],
      [13, "RCID_PATH / CLUSTER_ID", DEPRECATED],
      [14, "MP_REACH_NLRI"],
      [15, "MP_UNREACH_NLRI"],
      [16, "EXTENDED COMMUNITIES"],
      [17, "AS4_PATH"],
      [18, "AS4_AGGREGATOR"],
      [19, "SAFI Specific Attribute", DEPRECATED],
      [20, "Connector Attribute", DEPRECATED],
      [21, "AS_PATHLIMIT", DEPRECATED],
      [22, "PMSI_TUNNEL"],
      [23, "Tunnel Encapsulation"],
      [24, "Traffic Engineering"],
      [25, "IPv6 Address Specific Extended Community"],
      [26, "AIGP"],
      [27, "PE Distinguisher Labels"],
      [28, "BGP Entropy Label Capability Attribute", DEPRECATED],
      [29, "BGP-LS Attribute"],
      [30, "used without assignment", DEPRECATED],
      [31, "used without assignment", DEPRECATED],
      [32, "LARGE_COMMUNITY"],
      [33, "BGPsec_Path"],
      [34, "BGP Community Container Attribute"],
      [35, "Only to Customer (OTC)"],
      [36, "BGP Domain Path (D-PATH)"],
      [37, "SFP attribute"],
      [38, "BFD Discriminator"],
      [39, "BGP Router Capabilities / Next Hop Dependent Characteristics"],
      [40, "BGP Prefix-SID"],
      [41, "BIER"],
      [42, "Edge Metadata Path Attribute"],
      [128, "ATTR_SET"],
      [129, "used without assignment", DEPRECATED],
      [241, "used without assignment", DEPRECATED],
      [242, "used without assignment", DEPRECATED],
      [243, "used without assignment", DEPRECATED],
      [255, "for development", OCTETS],
    ],
    known: new Map(attributeCodecs.map(({ code, type }) => [code, type])),
  },
  {
    title: "Capabilities",
    entries: [
      [1, "Multiprotocol Extensions for BGP-4"],
      [2, "Route Refresh"],
      [3, "Outbound Route Filtering"],
      [4, "Multiple routes to a destination", DEPRECATED],
      [5, "Extended Next Hop Encoding"],
      [6, "BGP Extended Message"],
      [7, "BGPsec"],
      [8, "Multiple Labels"],
      [9, "BGP Role"],
      [64, "Graceful Restart"],
      [65, "4-octet AS number"],
      [66, "Dynamic capability, the older", DEPRECATED],
      [67, "Dynamic Capability"],
      [68, "Multisession BGP"],
      [69, "ADD-PATH"],
      [70, "Enhanced Route Refresh"],
      [71, "Long-Lived Graceful Restart"],
      [72, "Routing Policy Distribution"],
      [73, "FQDN"],
      [74, "BFD Strict-Mode"],
      [75, "Software Version"],
      [76, "PATHS-LIMIT"],
      [77, "Link-Local Next Hop"],
      [128, "Prestandard Route Refresh", DEPRECATED],
      [129, "Prestandard Outbound Route Filtering", DEPRECATED],
      [130, "Prestandard Outbound Route Filtering", DEPRECATED],
      [131, "Prestandard Multisession", DEPRECATED],
      [184, "Prestandard FQDN", DEPRECATED],
      [185, "Prestandard OPERATIONAL message", DEPRECATED],
    ],
    known: new Map(capabilityCodecs.map(({ code, kind }) => [code, kind])),
  },
  {
    title: "Subsequent address families",
    entries: [
      [1, "unicast forwarding"],
      [2, "multicast forwarding"],
      [4, "MPLS labels"],
      [5, "MCAST-VPN"],
      [6, "dynamic placement of multi-segment pseudowires", OCTETS],
      [7, "Encapsulation", DEPRECATED],
      [8, "MCAST-VPLS", OCTETS],
      [9, "BGP SFC", OCTETS],
      [64, "Tunnel", DEPRECATED],
      [65, "VPLS"],
      [66, "BGP MDT", OCTETS],
      [67, "BGP 4over6", OCTETS],
      [68, "BGP 6over4", OCTETS],
      [69, "Layer-1 VPN auto-discovery", OCTETS],
      [70, "BGP EVPNs"],
      [71, "BGP-LS"],
      [72, "BGP-LS-VPN"],
      [73, "SR Policy"],
      [74, "SD-WAN capabilities", DRAFT],
      [75, "Routing Policy", DRAFT],
      [76, "Classful Transport", OCTETS],
      [77, "Tunneled Traffic FlowSpec", DRAFT],
      [78, "MCAST-TREE", DRAFT],
      [79, "BGP-DPS", DRAFT],
      [80, "BGP-LS-SPF", OCTETS],
      [83, "BGP CAR", OCTETS],
      [84, "BGP VPN CAR", OCTETS],
      [85, "BGP-MUP"],
      [128, "MPLS-labelled VPN"],
      [129, "multicast VPN", OCTETS],
      [132, "Route Target constrains"],
      [133, "Flow Specification"],
      [134, "L3VPN Flow Specification"],
      [140, "VPN auto-discovery", OCTETS],
    ],
    known: families,
  },
  {
    title: "Notification codes",
    entries: [
      [1, "Message Header Error"],
      [2, "OPEN Message Error"],
      [3, "UPDATE Message Error"],
      [4, "Hold Timer Expired"],
      [5, "Finite State Machine Error"],
      [6, "Cease"],
      [7, "ROUTE-REFRESH Message Error"],
      [8, "Send Hold Timer Expired"],
    ],
    known: named(32, (code) => (code === 0 ? undefined : errorName(code, 0).split(" / ")[0])),
  },
  {
    title: "Subcodes of message header errors",
    entries: [
      [0, "Unspecific"],
      [1, "Connection Not Synchronized"],
      [2, "Bad Message Length"],
      [3, "Bad Message Type"],
    ],
    known: subcodes(1),
  },
  {
    title: "Subcodes of OPEN message errors",
    entries: [
      [0, "Unspecific"],
      [1, "Unsupported Version Number"],
      [2, "Bad Peer AS"],
      [3, "Bad BGP Identifier"],
      [4, "Unsupported Optional Parameter"],
      [5, "Authentication Failure (deprecated)"],
      [6, "Unacceptable Hold Time"],
      [7, "Unsupported Capability"],
      [8, "Deprecated", "number"],
      [9, "Deprecated", "number"],
      [10, "Deprecated", "number"],
      [11, "Role Mismatch"],
    ],
    known: subcodes(2),
  },
  {
    title: "Subcodes of UPDATE message errors",
    entries: [
      [0, "Unspecific"],
      [1, "Malformed Attribute List"],
      [2, "Unrecognized Well-known Attribute"],
      [3, "Missing Well-known Attribute"],
      [4, "Attribute Flags Error"],
      [5, "Attribute Length Error"],
      [6, "Invalid ORIGIN Attribute"],
      [7, "AS Routing Loop (deprecated)"],
      [8, "Invalid NEXT_HOP Attribute"],
      [9, "Optional Attribute Error"],
      [10, "Invalid Network Field"],
      [11, "Malformed AS_PATH"],
    ],
    known: subcodes(3),
  },
  {
    title: "Subcodes of finite state machine errors",
    entries: [
      [0, "Unspecified Error"],
      [1, "Receive Unexpected Message in OpenSent State"],
      [2, "Receive Unexpected Message in OpenConfirm State"],
      [3, "Receive Unexpected Message in Established State"],
    ],
    known: subcodes(5),
  },
  {
    title: "Subcodes of Cease",
    entries: [
      [0, "Unspecific"],
      [1, "Maximum Number of Prefixes Reached"],
      [2, "Administrative Shutdown"],
      [3, "Peer De-configured"],
      [4, "Administrative Reset"],
      [5, "Connection Rejected"],
      [6, "Other Configuration Change"],
      [7, "Connection Collision Resolution"],
      [8, "Out of Resources"],
      [9, "Hard Reset"],
      [10, "BFD Down"],
    ],
    known: subcodes(6),
  },
  {
    title: "Subcodes of ROUTE-REFRESH message errors",
    entries: [[1, "Invalid Message Length"]],
    known: subcodes(7),
  },
  {
    title: "Route refresh subcodes",
    entries: [
      [0, "Route-Refresh"],
      [1, "BoRR"],
      [2, "EoRR"],
    ],
    known: byName(RefreshSubtype),
  },
  {
    title: "Roles",
    entries: [
      [0, "Provider"],
      [1, "RS"],
      [2, "RS-Client"],
      [3, "Customer"],
      [4, "Peer"],
    ],
    known: named(256, roleName),
  },
  {
    title: "EVPN route types",
    entries: [
      [1, "Ethernet Auto-discovery"],
      [2, "MAC/IP Advertisement"],
      [3, "Inclusive Multicast Ethernet Tag"],
      [4, "Ethernet Segment"],
      [5, "IP Prefix"],
      [6, "Selective Multicast Ethernet Tag Route"],
      [7, "Multicast Membership Report Synch Route"],
      [8, "Multicast Leave Synch Route"],
      [9, "Per-Region I-PMSI A-D route"],
      [10, "S-PMSI A-D route"],
      [11, "Leaf A-D route"],
    ],
    known: byName(EVPN_ROUTE_TYPES),
  },
  {
    title: "MCAST-VPN route types",
    entries: [
      [1, "Intra-AS I-PMSI A-D route"],
      [2, "Inter-AS I-PMSI A-D route"],
      [3, "S-PMSI A-D route"],
      [4, "Leaf A-D route"],
      [5, "Source Active A-D route"],
      [6, "Shared Tree Join route"],
      [7, "Source Tree Join route"],
    ],
    known: byName(MCAST_VPN_ROUTE_TYPES),
  },
  {
    title: "Flow specification components",
    entries: [
      [1, "Destination Prefix"],
      [2, "Source Prefix"],
      [3, "IP Protocol"],
      [4, "Port"],
      [5, "Destination port"],
      [6, "Source port"],
      [7, "ICMP type"],
      [8, "ICMP code"],
      [9, "TCP flags"],
      [10, "Packet length"],
      [11, "DSCP"],
      [12, "Fragment"],
      [13, "Flow Label"],
    ],
    known: named(FLOW_TYPES.length, (code) => FLOW_TYPES[code]),
  },
  {
    title: "P-multicast tunnel types",
    entries: [
      [0, "No tunnel information present"],
      [1, "RSVP-TE P2MP LSP"],
      [2, "mLDP P2MP LSP"],
      [3, "PIM-SSM Tree"],
      [4, "PIM-SM Tree"],
      [5, "BIDIR-PIM Tree"],
      [6, "Ingress Replication"],
      [7, "mLDP MP2MP LSP"],
      [8, "Transport Tunnel"],
      [10, "Assisted Replication"],
      [11, "BIER"],
      [12, "SR-MPLS P2MP Tree"],
      [13, "SRv6 P2MP Tree"],
    ],
    known: new Map(
      Array.from({ length: 128 }, (_, code): [number, string] => [code, pmsiTunnelName(code)]).filter(
        ([, name]) => !name.startsWith("tunnel type"),
      ),
    ),
  },
  {
    title: "AIGP TLVs",
    entries: [[1, "AIGP"]],
    known: tlvs(shapeOf("aigp")),
  },
  {
    title: "Prefix-SID TLVs",
    entries: [
      [1, "Label-Index"],
      [2, "IPv6 SID", DEPRECATED],
      [3, "Originator SRGB"],
      [4, "SRv6 VPN SID", DEPRECATED],
      [5, "SRv6 L3 Service"],
      [6, "SRv6 L2 Service"],
    ],
    known: tlvs(shapeOf("prefix-sid")),
  },
  {
    title: "SRv6 service sub-TLVs",
    entries: [[1, "SRv6 SID Information"]],
    known: tlvs(shapeOf("prefix-sid"), "srv6-l3-service"),
  },
  {
    title: "SRv6 service data sub-sub-TLVs",
    entries: [[1, "SRv6 SID Structure"]],
    known: tlvs(shapeOf("prefix-sid"), "srv6-l3-service", "sid"),
  },
  {
    title: "Tunnel encapsulation sub-TLVs",
    entries: [
      [1, "Encapsulation"],
      [2, "Protocol Type"],
      [3, "IPsec Tunnel Authenticator", DEPRECATED],
      [4, "Color"],
      [5, "Load-Balancing Block"],
      [6, "Tunnel Egress Endpoint"],
      [7, "DS Field"],
      [8, "UDP Destination Port"],
      [9, "Embedded Label Handling"],
      [10, "MPLS Label Stack"],
      [11, "Prefix-SID"],
      [12, "Preference"],
      [13, "Binding SID"],
      [14, "ENLP"],
      [15, "Priority"],
      [16, "SPI/SI Representation", OCTETS],
      [17, "IPv6 SID Structure", DRAFT],
      [18, "IPv4 SID", DRAFT],
      [19, "IPv6 SID", DRAFT],
      [20, "SRv6 Binding SID"],
      [128, "Segment List"],
      [129, "SR Policy Candidate Path Name"],
      [130, "SR Policy Name"],
    ],
    known: tlvs(shapeOf("tunnel-encapsulation")),
  },
  {
    title: "SR policy segment list sub-TLVs",
    entries: [
      [1, "Segment Type A"],
      [3, "Segment Type C"],
      [4, "Segment Type D"],
      [5, "Segment Type E"],
      [6, "Segment Type F"],
      [7, "Segment Type G"],
      [8, "Segment Type H"],
      [9, "Weight"],
      [13, "Segment Type B"],
      [14, "Segment Type I"],
      [15, "Segment Type J"],
      [16, "Segment Type K"],
    ],
    known: tlvs(shapeOf("tunnel-encapsulation"), "segment-list"),
  },
  {
    title: "BGP-LS NLRI types",
    entries: [
      [1, "Node NLRI"],
      [2, "Link NLRI"],
      [3, "IPv4 Topology Prefix NLRI"],
      [4, "IPv6 Topology Prefix NLRI"],
      [5, "SR Policy Candidate Path NLRI"],
      [6, "SRv6 SID NLRI"],
      [7, "Stub Link NLRI", DRAFT],
    ],
    known: byName(LINK_STATE_NLRI_TYPES),
  },
  {
    title: "BGP-LS TLVs",
    entries: [
      [256, "Local Node Descriptors"],
      [257, "Remote Node Descriptors"],
      [258, "Link Local/Remote Identifiers"],
      [259, "IPv4 interface address"],
      [260, "IPv4 neighbor address"],
      [261, "IPv6 interface address"],
      [262, "IPv6 neighbor address"],
      [263, "Multi-Topology Identifier"],
      [264, "OSPF Route Type"],
      [265, "IP Reachability Information"],
      [266, "Node MSD"],
      [267, "Link MSD"],
      [270, "Remote AS Number", DRAFT],
      [271, "IPv4 Remote ASBR ID", DRAFT],
      [272, "IPv6 Remote ASBR ID", DRAFT],
      [512, "Autonomous System"],
      [513, "BGP-LS Identifier (deprecated)"],
      [514, "OSPF Area-ID"],
      [515, "IGP Router-ID"],
      [516, "BGP Router-ID"],
      [517, "BGP Confederation Member"],
      [518, "SRv6 SID Information"],
      [550, "Tunnel ID", DRAFT],
      [551, "LSP ID", DRAFT],
      [552, "IPv4/6 Tunnel Head-end Address", DRAFT],
      [553, "IPv4/6 Tunnel Tail-end Address", DRAFT],
      [554, "SR Policy CP Descriptor"],
      [555, "MPLS Local Cross Connect", DRAFT],
      [556, "MPLS Cross Connect Interface", DRAFT],
      [557, "MPLS Cross Connect FEC", DRAFT],
      [1024, "Node Flag Bits"],
      [1025, "Opaque Node Attribute"],
      [1026, "Node Name"],
      [1027, "IS-IS Area Identifier"],
      [1028, "IPv4 Router-ID of Local Node"],
      [1029, "IPv6 Router-ID of Local Node"],
      [1030, "IPv4 Router-ID of Remote Node"],
      [1031, "IPv6 Router-ID of Remote Node"],
      [1032, "S-BFD Discriminators"],
      [1034, "SR Capabilities"],
      [1035, "SR Algorithm"],
      [1036, "SR Local Block"],
      [1037, "SRMS Preference"],
      [1038, "SRv6 Capabilities"],
      [1039, "Flexible Algorithm Definition"],
      [1040, "Flexible Algorithm Exclude Any Affinity"],
      [1041, "Flexible Algorithm Include Any Affinity"],
      [1042, "Flexible Algorithm Include All Affinity"],
      [1043, "Flexible Algorithm Definition Flags"],
      [1044, "Flexible Algorithm Prefix Metric"],
      [1045, "Flexible Algorithm Exclude SRLG"],
      [1046, "Flexible Algorithm Unsupported"],
      [1088, "Administrative group (color)"],
      [1089, "Maximum link bandwidth"],
      [1090, "Max. reservable link bandwidth"],
      [1091, "Unreserved bandwidth"],
      [1092, "TE Default Metric"],
      [1093, "Link Protection Type"],
      [1094, "MPLS Protocol Mask"],
      [1095, "IGP Metric"],
      [1096, "Shared Risk Link Group"],
      [1097, "Opaque Link Attribute"],
      [1098, "Link Name"],
      [1099, "Adjacency SID"],
      [1100, "LAN Adjacency SID"],
      [1101, "PeerNode SID"],
      [1102, "PeerAdj SID"],
      [1103, "PeerSet SID"],
      [1105, "RTM Capability"],
      [1106, "SRv6 End.X SID"],
      [1107, "IS-IS SRv6 LAN End.X SID"],
      [1108, "OSPFv3 SRv6 LAN End.X SID"],
      [1114, "Unidirectional Link Delay"],
      [1115, "Min/Max Unidirectional Link Delay"],
      [1116, "Unidirectional Delay Variation"],
      [1117, "Unidirectional Link Loss"],
      [1118, "Unidirectional Residual Bandwidth"],
      [1119, "Unidirectional Available Bandwidth"],
      [1120, "Unidirectional Utilized Bandwidth"],
      [1121, "Graceful-Link-Shutdown"],
      [1122, "Application-Specific Link Attributes"],
      [1152, "IGP Flags"],
      [1153, "IGP Route Tag"],
      [1154, "IGP Extended Route Tag"],
      [1155, "Prefix Metric"],
      [1156, "OSPF Forwarding Address"],
      [1157, "Opaque Prefix Attribute"],
      [1158, "Prefix SID"],
      [1159, "Range"],
      [1161, "SID/Label"],
      [1162, "SRv6 Locator"],
      [1170, "Prefix Attribute Flags"],
      [1171, "Source Router Identifier"],
      [1172, "L2 Bundle Member Attributes"],
      [1173, "Extended Administrative Group"],
      [1174, "Source OSPF Router-ID"],
      [1180, "SPF Capability"],
      [1181, "Sequence Number"],
      [1182, "IPv4 Link Prefix Length"],
      [1183, "IPv6 Link Prefix Length"],
      [1184, "SPF Status"],
      [1201, "SR Binding SID"],
      [1202, "SR CP State"],
      [1203, "SR CP Name"],
      [1204, "SR CP Constraints"],
      [1205, "SR Segment List"],
      [1206, "SR Segment"],
      [1207, "SR Segment List Metric"],
      [1208, "SR Affinity Constraint"],
      [1209, "SR SRLG Constraint"],
      [1210, "SR Bandwidth Constraint"],
      [1211, "SR Disjoint Group Constraint"],
      [1212, "SRv6 Binding SID"],
      [1213, "SR Policy Name"],
      [1214, "SR Bidirectional Group Constraint"],
      [1215, "SR Metric Constraint"],
      [1216, "SR Segment List Bandwidth"],
      [1217, "SR Segment List Identifier"],
      [1250, "SRv6 Endpoint Behavior"],
      [1251, "SRv6 BGP Peer Node SID"],
      [1252, "SRv6 SID Structure"],
    ],
    known: linkState,
  },
  {
    title: "Extended communities: EVPN",
    hexadecimal: true,
    entries: [
      [0x0600, "MAC Mobility"],
      [0x0601, "ESI Label"],
      [0x0602, "ES-Import Route Target"],
      [0x0603, "EVPN Router's MAC"],
      [0x0604, "EVPN Layer 2 Attributes"],
      [0x0605, "E-Tree"],
      [0x0606, "DF Election"],
      [0x0607, "I-SID", OCTETS],
      [0x0608, "ARP/ND"],
      [0x0609, "Multicast Flags"],
      [0x060a, "EVI-RT Type 0"],
      [0x060b, "EVI-RT Type 1"],
      [0x060c, "EVI-RT Type 2"],
      [0x060d, "EVI-RT Type 3"],
      [0x060e, "EVPN Attachment Circuit"],
      [0x060f, "Service Carving Time"],
      [0x0610, "EVPN Link Bandwidth"],
      [0x0615, "RT-derived-EC"],
    ],
    known: extendedCommunities([0x06]),
  },
  {
    title: "Extended communities: opaque, flow specification, others",
    hexadecimal: true,
    entries: [
      [0x0301, "Cost Community", OCTETS],
      [0x0303, "CP-ORF"],
      [0x0304, "Extranet Source"],
      [0x0305, "Extranet Separation"],
      [0x0306, "OSPF Route Type"],
      [0x0307, "Additional PMSI Tunnel Attribute Flags"],
      [0x0308, "Context-Specific Label Space ID"],
      [0x030b, "Color"],
      [0x030c, "Encapsulation"],
      [0x030d, "Default Gateway"],
      [0x4300, "BGP Origin Validation State"],
      [0x0702, "FlowSpec interface set, transitive"],
      [0x4702, "FlowSpec interface set, non-transitive"],
      [0x0800, "FlowSpec redirect/mirror to IP next hop"],
      [0x0900, "FlowSpec redirect to indirection-id"],
      [0x0a02, "Transport Class, transitive"],
      [0x4a02, "Transport Class, non-transitive"],
      [0x0b01, "SFIR Pool Identifier"],
      [0x0b02, "MPLS Label Stack Mixed Swapping/Stacking Labels"],
      [0x0c00, "MUP"],
      [0x8006, "FlowSpec traffic-rate-bytes"],
      [0x8007, "FlowSpec traffic-action"],
      [0x8008, "FlowSpec rt-redirect, AS of two octets"],
      [0x8009, "FlowSpec traffic-remarking"],
      [0x800a, "Layer2 Info"],
      [0x800c, "FlowSpec traffic-rate-packets"],
      [0x8108, "FlowSpec rt-redirect, IPv4"],
      [0x8208, "FlowSpec rt-redirect, AS of four octets"],
    ],
    known: extendedCommunities([
      0x03, 0x43, 0x07, 0x47, 0x08, 0x48, 0x09, 0x49, 0x0a, 0x4a, 0x0b, 0x0c, 0x80, 0x81, 0x82,
    ]),
  },
  {
    title: "Extended communities: AS of two octets",
    hexadecimal: true,
    entries: [
      [0x0002, "Route Target"],
      [0x0003, "Route Origin"],
      [0x0004, "Link Bandwidth, transitive"],
      [0x0005, "OSPF Domain Identifier"],
      [0x0008, "BGP Data Collection"],
      [0x0009, "Source AS"],
      [0x000a, "L2VPN Identifier"],
      [0x0010, "Cisco VPN-Distinguisher"],
      [0x0013, "Route-Target Record"],
      [0x4004, "Link Bandwidth, non-transitive"],
    ],
    known: extendedCommunities([0x00, 0x40]),
  },
];

/** The page that the registries make: docs/codec.md. */
export function registriesPage(): string {
  const tables = registries.map(({ title, entries, known, hexadecimal }) => {
    const rows = entries.map(([code, name, octets]) => {
      const number = hexadecimal === true ? `0x${code.toString(16).padStart(4, "0")}` : String(code);
      return `| ${number} | ${name} | ${known.get(code) ?? octets ?? "octets"} |`;
    });
    return [`## ${title}`, "", "| Code | IANA | Here |", "|---|---|---|", ...rows, ""].join("\n");
  });
  return `# What the codec knows

Written by \`node packages/bgp/scripts/registries-page.ts\` from IANA's registries as of 2026; a test holds it to the code.
What has a name here is read into fields and written from them, in JSON too. What has none is kept as octets,
and written to the same ones: no message is refused, nor loses anything, because a code is not known.

${tables.join("\n")}`;
}
