import {
  AFI_IPV4,
  afiOf,
  IPV4_UNICAST,
  IPV6_MUP,
  IPV4_MUP,
  IPV4_SR_POLICY,
  IPV6_SR_POLICY,
  IPV6_UNICAST,
  IPV6_VPN,
  IPV4_MULTICAST,
  IPV6_MULTICAST,
  LINK_STATE_VPN,
  type NlriValue,
  type PmsiTunnelIdentifier,
  type TunnelTlv,
} from "@netferry/bgp";
import { attributeOf, capabilitiesOf, type Explanation, familyOfSubject, nlriOf } from "./explanation.ts";
import type { Subject } from "./subjects.ts";

const EXCEPTION = /^Malformed Packet \(Exception occurred\)$/;
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
const some = <K extends NlriValue["kind"]>(
  subject: Subject,
  kind: K,
  test: (value: Extract<NlriValue, { kind: K }>) => boolean,
): boolean =>
  nlriOf(subject).some((value) => value.kind === kind && test(value as Extract<NlriValue, { kind: K }>));
const tunnelTlvs = (subject: Subject): readonly TunnelTlv[] =>
  (attributeOf(subject, "tunnel-encapsulation")?.tunnels ?? []).flatMap(({ tlvs }) => tlvs);
const hasDefaultRoute = ({ message }: Subject): boolean =>
  message.type === "update" && [...message.nlri, ...message.withdrawn].some(({ bytes }) => bytes[0] === 0);
/** Wireshark reads a tunnel's identifier as if its addresses were of IPv4. */
function isOverIPv4(identifier: PmsiTunnelIdentifier): boolean {
  return (
    identifier.kind !== "octets" &&
    identifier.kind !== "mldp" &&
    Object.values(identifier).every((value) => !(value instanceof Uint8Array) || value.length === 4)
  );
}
/** Codes of private use that Wireshark knows with a meaning of their own. */
const CISCO_CODES: ReadonlySet<number> = new Set([128, 130, 131]);
/** Code and subcode of NOTIFICATIONs whose data Wireshark shows as what they are: an AS, capabilities, a text. */
const INTERPRETED: ReadonlySet<number> = new Set([0x0202, 0x0207, 0x0602, 0x0604]);
const LINK_DESCRIPTORS: ReadonlySet<string> = new Set([
  "link-identifiers",
  "ipv4-interface-address",
  "ipv4-neighbor-address",
  "ipv6-interface-address",
  "ipv6-neighbor-address",
  "multi-topology-ids",
]);
const PREFIX_DESCRIPTORS: ReadonlySet<string> = new Set([
  "multi-topology-ids",
  "ospf-route-type",
  "ip-reachability",
]);
const isKnown = (nlri: string, descriptor: string): boolean =>
  (nlri === "link" ? LINK_DESCRIPTORS : PREFIX_DESCRIPTORS).has(descriptor);
/** The widest value that Wireshark reads of a flow component, octets; none of a flow label. */
const WIDEST: Readonly<Record<string, number>> = { "flow-label": 0, "tcp-flags": 1, fragment: 1, dscp: 1 };
const widest = (type: string): number => WIDEST[type] ?? 2;
const PLAIN_PREFIXES = new Set([IPV4_UNICAST, IPV6_UNICAST, IPV4_MULTICAST, IPV6_MULTICAST]);

/** Wireshark 4.0, as Debian 12 has it. */
export const tsharkExplanations: readonly Explanation[] = [
  // Families
  {
    id: "T1",
    when: (subject) => [IPV4_MUP, IPV6_MUP].includes(familyOfSubject(subject) ?? 0),
    says: /^Unknown SAFI \(85\) for AFI [12]$|^Unknown Next Hop length \(\d+ bytes\)$/,
    fields: /^update\.path_attribute\.mp_reach_nlri\.next_hop\.ipv[46]$/,
  },
  {
    id: "T2",
    when: (subject) => [IPV4_SR_POLICY, IPV6_SR_POLICY].includes(familyOfSubject(subject) ?? 0),
    says: /^Unknown SAFI \(73\) for AFI [12]$|^Unknown Next Hop length \(\d+ bytes\)$/,
    fields: /^update\.path_attribute\.mp_reach_nlri\.next_hop\.ipv[46]$/,
  },
  {
    id: "T3",
    when: (subject) => familyOfSubject(subject) === IPV6_SR_POLICY,
    says: /^Trying to fetch an IPv6 address with length 4$|^Malformed Packet \(Exception occurred\)$/,
    stops: true,
  },
  {
    id: "T4",
    when: (subject) => familyOfSubject(subject) === IPV6_VPN,
    fields: /^(label_stack|rd|prefix_length|mp_(un)?reach_nlri_ipv6_prefix)$/,
  },
  {
    id: "T5",
    when: (subject) => familyOfSubject(subject) === LINK_STATE_VPN,
    says: /./,
    fields: /^ls\.(nlri|tlv)|next_hop\.ipv4$/,
  },
  {
    id: "T6",
    when: (subject) => some(subject, "labelled", ({ prefix }) => prefix.length === 0),
    says: /^MP (Un)?[Rr]each NLRI Labeled IPv[46] prefix length \d+ invalid$/,
    stops: true,
  },
  {
    id: "T7",
    // Read as a path identifier: the first octets are small, as identifiers are.
    when: (subject) =>
      (PLAIN_PREFIXES.has(familyOfSubject(subject) ?? 0) &&
        some(subject, "prefix", ({ prefix }) => prefix.length === 0)) ||
      hasDefaultRoute(subject),
    says: /^Malformed Packet \(Exception occurred\)$|invalid|is invalid/,
    fields:
      /^(prefix_length|nlri_path_id|nlri_prefix|withdrawn_prefix|mp_(un)?reach_nlri_ipv[46]_prefix|update\..*|as_path_segment\..*)$/,
  },
  {
    id: "T8",
    when: (subject) =>
      some(
        subject,
        "mcast-vpn",
        (value) =>
          "originator" in value &&
          (value.originator.length === 4) !== (afiOf(familyOfSubject(subject) ?? 0) === AFI_IPV4),
      ),
    says: EXCEPTION,
    stops: true,
    fields: /^mcast_vpn_nlri_(origin_router_ipv[46]|route_key)$/,
  },
  {
    id: "T9",
    when: (subject) =>
      some(subject, "flowspec", ({ components }) =>
        components.some(
          (component) =>
            "tests" in component &&
            component.tests.some(({ value }) => value.octets > widest(component.type)),
        ),
      ),
    says: /^Malformed Packet \(Exception occurred\)$|^Length is invalid \d+$|^(Source|Destination) IP filter length \d+ invalid \(> 32\)$/,
    fields: /^(flowspec_.*|prefix_length)$/,
  },
  {
    id: "T10",
    when: (subject) =>
      some(subject, "flowspec", ({ components }) =>
        components.some((component) => "prefix" in component && component.offset > 0),
      ),
    says: /^Malformed Packet \(Exception occurred\)$|^Length is invalid \d+$|^(Source|Destination) IP filter length \d+ invalid \(> 32\)$/,
    fields: /^(flowspec_.*|prefix_length)$/,
  },
  {
    id: "T11",
    when: (subject) =>
      some(subject, "evpn", ({ routeType }) => ["per-region-i-pmsi", "leaf", "unknown"].includes(routeType)),
    says: /^Invalid EVPN (Route Type|ESI) \(\d+\)!?$|^Malformed Packet \(Exception occurred\)$/,
    stops: true,
  },
  {
    id: "T12",
    when: (subject) => some(subject, "evpn", (value) => "esi" in value && value.esi[0]! > 5),
    says: /^Invalid EVPN ESI \(\d+\)!$/,
  },
  {
    id: "T13",
    when: (subject) =>
      some(subject, "evpn", (value) => value.routeType === "mac-ip" && value.ip === undefined),
    says: /^IP Address: NOT INCLUDED$/,
  },
  {
    id: "T14",
    when: (subject) => some(subject, "rt-constraint", ({ length }) => length >= 32 && length <= 40),
    says: EXCEPTION,
    stops: true,
  },
  {
    id: "T15",
    when: (subject) => some(subject, "evpn", ({ routeType }) => routeType === "leave-synch"),
    says: /^Invalid EVPN (Route Type|ESI) \(\d+\)!?$|^Invalid length \(\d+\) of EVPN NLRI Route Type \d+( \(.*\))?$|^Malformed Packet \(Exception occurred\)$/,
    stops: true,
    fields: /^evpn\.nlri\.|^nlri_path_id$|^mcast_vpn_nlri_/,
  },
  {
    id: "T16",
    when: (subject) => some(subject, "vpls", ({ labelBase }) => (labelBase & 1) === 0),
    says: EXCEPTION,
    stops: true,
    fields: /^vplsbgp\.labelblock\.base$/,
  },
  {
    id: "T17",
    when: (subject) =>
      some(
        subject,
        "link-state",
        (value) =>
          value.type === "unknown" ||
          value.localNode.some(({ type }) => type === "unknown" || type === "confederation-member") ||
          (value.type === "link" &&
            value.remoteNode.some(({ type }) => type === "unknown" || type === "confederation-member")),
      ),
    fields: /^prefix_length$/,
    says: /^Undefined node Descriptor Sub-TLV type \(\d+\)!$|^Unknown Link-State NLRI type \(16388\)$/,
    stops: true,
  },
  {
    id: "T18",
    when: (subject) =>
      some(
        subject,
        "link-state",
        (value) =>
          value.type !== "unknown" &&
          value.type !== "node" &&
          value.descriptors.some((one) => !isKnown(value.type, one.type)),
      ),
    says: /^Unknown (Link|Prefix) Descriptor TLV Code \(\d+\)!$/,
    stops: true,
    fields: /^prefix_length$/,
  },
  {
    id: "T19",
    when: (subject) =>
      some(
        subject,
        "link-state",
        (value) =>
          "descriptors" in value &&
          value.descriptors.some(
            (one) => one.type === "multi-topology-ids" && (one.value.length !== 1 || one.value[0]! > 0xfff),
          ),
      ),
    says: /^Unexpected Multi Topology ID TLV's length \(\d+\), it must be 2 bytes!$|^Reserved bits of Multi Topology ID must be set to zero! \(\d+\)$/,
    stops: true,
    fields: /^(prefix_length|ls\.nlri_multi_topology_id)$/,
  },
  {
    id: "T20",
    when: (subject) =>
      some(subject, "link-state", ({ type }) => type === "candidate-path" || type === "srv6-sid"),
    says: /^Unknown Link-State NLRI type \(16388\)$/,
    fields: /^ls\.(nlri_|tlv\.)(?!type|length)/,
  },
  {
    id: "T21",
    when: (subject) =>
      some(
        subject,
        "link-state",
        (value) =>
          value.type === "ipv4-prefix" &&
          value.descriptors.some((one) => one.type === "ip-reachability" && one.value.length > 32),
      ),
    says: /^Reachability length \d+ invalid \(> 32\)$/,
    stops: true,
  },
  // Attributes
  {
    id: "T22",
    when: (subject) => (attributeOf(subject, "aigp")?.tlvs ?? []).some(({ type }) => type === "unknown"),
    says: /^AIGP type \d+ unknown$|^Malformed Packet \(Exception occurred\)$/,
    stops: true,
  },
  {
    id: "T23",
    when: (subject) => (attributeOf(subject, "aigp")?.tlvs.length ?? 1) !== 1,
    says: EXCEPTION,
    stops: true,
  },
  {
    id: "T24",
    when: (subject) => (attributeOf(subject, "bgpsec-path")?.blocks.length ?? 0) > 1,
    says: EXCEPTION,
    stops: true,
    fields: /\.bgpsec\.ss\./,
  },
  {
    id: "T25",
    when: (subject) => attributeOf(subject, "d-path") !== undefined,
    says: EXCEPTION,
    fields: /^update\.attribute\.dpath\./,
  },
  {
    id: "T26",
    when: (subject) => attributeOf(subject, "bgp-ls") !== undefined,
    says: /^Unknown BGP-LS (Attribute TLV|Flex-Algo sub-TLV) Code \(\d+\)!$/,
  },
  {
    id: "T27",
    when: (subject) =>
      (attributeOf(subject, "bgp-ls")?.tlvs ?? []).some(
        (tlv) => tlv.type === "unreserved-bandwidth" && tlv.value.length !== 8,
      ),
    says: /^Unexpected Unreserved bandwidth TLV's length \(\d+\), it must be 32 bytes!$/,
  },
  {
    id: "T28",
    when: (subject) => attributeOf(subject, "bgp-ls") !== undefined,
    says: /^Reserved .* set to zero.? \(\d+\)\.?$|^Unknown Protocol-ID \(0\) for Prefix Attribute Flags TLV$/,
    fields: /^ls\.nlri_multi_topology_id$/,
  },
  {
    id: "T29",
    when: (subject) =>
      (attributeOf(subject, "bgp-ls")?.tlvs ?? []).some(({ type }) => type === "application-specific"),
    says: /^Reserved field must be 0 in BGP-LS Application-Specific Link Attributes TLV$|^Unexpected Unreserved bandwidth/,
    fields: /^ls\./,
  },
  {
    id: "T30",
    when: (subject) => {
      const tunnel = attributeOf(subject, "pmsi-tunnel");
      return tunnel !== undefined && (tunnel.tunnelType > 7 || !isOverIPv4(tunnel.identifier));
    },
    says: /^Tunnel type \d+ wrong$|^Opaque Value type \d+ wrong, must be modulo 1 or 255$|^Trying to fetch an IPv6 address with length 4$|^Malformed Packet \(Exception occurred\)$/,
  },
  {
    id: "T31",
    when: (subject) => {
      const tlvs = attributeOf(subject, "prefix-sid")?.tlvs ?? [];
      return tlvs.some(
        ({ type }, index) => type === "unknown" || (index < tlvs.length - 1 && type === "originator-srgb"),
      );
    },
    says: /^Malformed Packet \(Exception occurred\)$|^Invalid BGP Prefix-SID (Label Index|SRGB Originator) length: \d+ bytes$/,
    fields: /^prefix_sid\./,
  },
  {
    id: "T32",
    when: (subject) => tunnelTlvs(subject).some(({ type }) => type === "color"),
    says: EXCEPTION,
    fields: /^update\.encaps_tunnel/,
  },
  {
    id: "T33",
    when: (subject) =>
      tunnelTlvs(subject).some(
        (tlv) =>
          (tlv.type === "policy-name" || tlv.type === "candidate-path-name") && !isAscii(tlv.value.name),
      ),
    fields: /^update\.encaps_tunnel_tlv_subtlv\.policy_name\.name$/,
  },
  {
    id: "T34",
    when: (subject) => tunnelTlvs(subject).some(({ type }) => type === "load-balancing-block"),
    says: EXCEPTION,
    fields: /^update\.encaps_tunnel/,
  },
  {
    id: "T35",
    when: (subject) => tunnelTlvs(subject).some(({ type }) => type === "encapsulation"),
    says: EXCEPTION,
    fields: /^update\.encaps_tunnel/,
  },
  {
    id: "T36",
    when: (subject) =>
      tunnelTlvs(subject).some(
        (tlv) =>
          tlv.type === "segment-list" &&
          tlv.value.segments.some(
            (segment) =>
              segment.type === "unknown" || ("length" in segment.value && segment.value.length === 0),
          ),
      ),
    says: EXCEPTION,
    fields: /^update\.encaps_tunnel/,
  },
  {
    id: "T37",
    when: (subject) =>
      (attributeOf(subject, "extended-communities")?.values ?? []).some(
        ([type = 0]) => type === 0x06 || type >= 0x80,
      ),
    fields: /^(ext_com\.value_.*|update\.path_attribute\.mpls_label_.*)$/,
  },
  // Messages
  {
    id: "T38",
    when: (subject) =>
      subject.message.type === "open" &&
      (subject.message.extendedParameters ||
        subject.message.parameters.some(({ type }) => type === "unknown")),
    says: /./,
    fields: /^(open\.opt|cap)\./,
  },
  {
    id: "T39",
    when: (subject) =>
      capabilitiesOf(subject).some((one) => one.kind === "graceful-restart" && one.families.length === 0),
    says: /^Graceful Restart Capability supported in Helper mode only$/,
  },
  {
    id: "T40",
    when: (subject) =>
      capabilitiesOf(subject).some((one) => one.kind === "hostname" && !isAscii(one.hostname + one.domain)),
    fields: /^cap\.orf\.fqdn\.(hostname|domain_name)$/,
  },
  {
    id: "T41",
    when: (subject) =>
      capabilitiesOf(subject).some(
        (one) =>
          one.kind === "outbound-route-filtering" &&
          (one.entries.length !== 1 || one.entries[0]?.types.length === 0),
      ),
    says: /^Capability length \d+ (too short, must be greater than 6|(is )?wrong, must be (= |multiple of +)\d+)$|^Malformed Packet \(Exception occurred\)$/,
    fields: /^(cap|open\.opt)\./,
  },
  {
    id: "T42",
    when: (subject) =>
      capabilitiesOf(subject).some(
        (one) => one.kind === "routing-policy-distribution" && one.families.length > 0,
      ),
    says: /^Capability length \d+ wrong, must be = 0$/,
  },
  {
    id: "T43",
    when: (subject) =>
      capabilitiesOf(subject).some((one) => one.kind === "unknown" && CISCO_CODES.has(one.code)),
    says: /^Capability length \d+ (too short, must be greater than \d+|(is )?wrong, must be = \d+)$|^Malformed Packet \(Exception occurred\)$/,
    fields: /^cap\./,
  },
  {
    id: "T44",
    when: ({ message }) => message.type === "notification" && (message.code > 6 || message.code === 0),
    says: /^Unknown notification error \(\d+\)$/,
    fields: /^notify\.minor_/,
  },
  {
    id: "T45",
    when: ({ message }) =>
      message.type === "notification" && INTERPRETED.has((message.code << 8) | message.subcode),
    says: /^Trying to fetch an unsigned integer with length \d+$|^Malformed Packet \(Exception occurred\)$/,
    fields: /^(notify\.minor_data|cap\..*)$/,
  },
  {
    id: "T46",
    when: ({ message }) => message.type === "route-refresh" && message.data !== undefined,
    says: /^ORFEntry-Unknown \(type \d+\)$|^ORF length \d+ invalid \(> 32\)$|^Malformed Packet \(Exception occurred\)$/,
  },
];
