import {
  type AsPathSegment,
  type Attribute,
  type CodecContext,
  decodeAttributes,
  encodeAttributes,
  formatIdentifier,
  formatIPv4,
} from "@netferry/bgp";
import { expectExtendedCommunity } from "./expect-extended-community.ts";
import { expectLinkStateAttribute } from "./expect-link-state-attribute.ts";
import { expectPrefixSid } from "./expect-prefix-sid.ts";
import { expectTunnels } from "./expect-tunnels.ts";
import type { FactList } from "./facts.ts";

const ORIGINS = ["igp", "egp", "incomplete"] as const;
const SEGMENTS = { set: 1, sequence: 2, "confed-sequence": 3, "confed-set": 4 } as const;
/** RFC 1997 reserves both ends of the range: tshark shows such a community as one number. */
const isReserved = (community: number): boolean => community >>> 16 === 0 || community >>> 16 === 0xffff;

/** Flags, code and length as they stand in the octets; the value as our model has it. */
export function expectAttribute(attribute: Attribute, context: CodecContext, facts: FactList): void {
  const bytes = encodeAttributes([attribute], context);
  const [flags = 0, code = 0] = bytes;
  facts.add("update.path_attribute.flags", flags);
  facts.add("update.path_attribute.type_code", code);
  facts.add("update.path_attribute.length", bytes.length - ((flags & 0x10) === 0 ? 3 : 4));
  expectValue(attribute, context, facts);
}

function expectPath(segments: readonly AsPathSegment[], four: boolean, facts: FactList): void {
  for (const { type, asns } of segments) {
    facts.add("update.path_attribute.as_path_segment.type", SEGMENTS[type]);
    facts.add("update.path_attribute.as_path_segment.length", asns.length);
    for (const asn of asns) facts.add(`update.path_attribute.as_path_segment.as${four ? 4 : 2}`, asn);
  }
}

const at = (field: string): string => `update.path_attribute.${field}`;

function expectValue(attribute: Attribute, context: CodecContext, facts: FactList): void {
  switch (attribute.type) {
    case "origin":
      facts.add(at("origin"), ORIGINS.indexOf(attribute.origin));
      return;
    case "as-path":
      return expectPath(attribute.segments, context.fourOctetAs, facts);
    case "as4-path":
      return expectPath(attribute.segments, true, facts);
    case "next-hop":
      facts.add(at("next_hop"), formatIPv4(attribute.address));
      return;
    case "multi-exit-disc":
      facts.add(at("multi_exit_disc"), attribute.value);
      return;
    case "local-pref":
      facts.add(at("local_pref"), attribute.value);
      return;
    case "aggregator":
    case "as4-aggregator":
      facts.add(at("aggregator_as"), attribute.asn);
      facts.add(at("aggregator_origin"), formatIPv4(attribute.address));
      return;
    case "communities":
      for (const value of attribute.values) {
        if (isReserved(value)) facts.add(at("community_wellknown"), value);
        else {
          facts.add(at("community_as"), value >>> 16);
          facts.add(at("community_value"), value & 0xffff);
        }
      }
      return;
    case "originator-id":
      facts.add(at("originator_id"), formatIdentifier(attribute.identifier));
      return;
    case "cluster-list":
      for (const identifier of attribute.identifiers)
        facts.add("path_attribute.cluster_id", formatIdentifier(identifier));
      return;
    case "extended-communities":
      for (const value of attribute.values) expectExtendedCommunity(value, facts);
      return;
    case "large-communities":
      for (const value of attribute.values) {
        facts.add("large_communities.ga", value.globalAdministrator);
        facts.add("large_communities.ldp1", value.localData1);
        facts.add("large_communities.ldp2", value.localData2);
      }
      return;
    case "pmsi-tunnel":
      facts.add(at("pmsi.tunnel.flags"), attribute.pmsiFlags);
      facts.add(at("pmsi.tunnel.type"), attribute.tunnelType);
      facts.add(at("mpls_label_value_20bits"), attribute.label >>> 4);
      return;
    case "aigp":
      for (const tlv of attribute.tlvs) {
        facts.add("update.attribute.aigp.type", tlv.type === "unknown" ? tlv.code : 1);
        if (tlv.type === "unknown") continue;
        facts.add("update.attribute.aigp.length", 11);
        facts.add("update.attribute.aigp.accu_igp_metric", tlv.value);
      }
      return;
    case "bgpsec-path":
      facts.add(at("bgpsec.sp.length"), 2 + 6 * attribute.path.length);
      for (const { count, segmentFlags, asn } of attribute.path) {
        facts.add(at("bgpsec.sps.pcount"), count);
        facts.add(at("bgpsec.sps.flags"), segmentFlags);
        facts.add(at("bgpsec.sps.as"), asn);
      }
      for (const { algorithmSuite, signatures } of attribute.blocks) {
        facts.add(at("bgpsec.sb.algo_id"), algorithmSuite);
        for (const { keyIdentifier, signature } of signatures) {
          facts.bytes(at("bgpsec.ss.ski"), keyIdentifier);
          facts.add(at("bgpsec.ss.length"), signature.length);
        }
      }
      return;
    case "d-path":
      for (const domains of attribute.segments) {
        facts.add("update.attribute.dpath.length", domains.length);
        for (const { globalAdministrator, localAdministrator, safi } of domains) {
          facts.add("update.attribute.dpath.ga", globalAdministrator);
          facts.add("update.attribute.dpath.la", localAdministrator);
          facts.add("update.attribute.dpath.isf.safi", safi);
        }
      }
      return;
    case "attribute-set":
      facts.add(at("attr_set.origin_as"), attribute.originAs);
      for (const inner of decodeAttributes(attribute.attributes)) expectAttribute(inner, context, facts);
      return;
    case "bgp-ls":
      return expectLinkStateAttribute(attribute, facts);
    case "prefix-sid":
      return expectPrefixSid(attribute, facts);
    case "tunnel-encapsulation":
      return expectTunnels(attribute, facts);
    default:
    // Multiprotocol attributes: expect-update.ts. Of the others tshark has no more than flags, code and length.
  }
}
