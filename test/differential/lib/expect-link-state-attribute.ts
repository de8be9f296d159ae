import { type BgpLsAttribute, formatIPv4, formatIPv6, type LinkStateTlv } from "@netferry/bgp";
import type { FactList } from "./facts.ts";

type ValueOf<T extends LinkStateTlv["type"]> = Extract<LinkStateTlv, { type: T }>["value"];
type Expectations = { readonly [T in LinkStateTlv["type"]]?: (value: ValueOf<T>, facts: FactList) => void };

const sid = (
  kind: string,
  value: { readonly kind: "label" | "index"; readonly value: number },
  facts: FactList,
): void =>
  // A label of 24 bits, of which 20 are the label.
  facts.add(`ls.sr.tlv.${kind}.${value.kind}`, value.kind === "label" ? value.value & 0xfffff : value.value);

/** TLVs for which tshark 4.0 has fields, and what they must say. */
const EXPECTATIONS: Expectations = {
  "local-ipv4-router-id": (value, facts) => facts.add("ls.tlv.ipv4_router_id_value", formatIPv4(value)),
  "local-ipv6-router-id": (value, facts) =>
    facts.add("ls.tlv.ipv6_router_id_of_local_node_value", formatIPv6(value)),
  "remote-ipv4-router-id": (value, facts) => facts.add("ls.tlv.ipv4_router_id_value", formatIPv4(value)),
  "remote-ipv6-router-id": (value, facts) =>
    facts.add("ls.tlv.ipv6_router_id_of_local_node_value", formatIPv6(value)),
  "link-identifiers": (value, facts) => {
    facts.add("ls.nlri_link_local_identifier", value.local);
    facts.add("ls.nlri_link_remote_identifier", value.remote);
  },
  "multi-topology-ids": (value, facts) => {
    for (const id of value) facts.add("ls.nlri_multi_topology_id", id & 0xfff);
  },
  "prefix-metric": (value, facts) => facts.add("ls.tlv.prefix_metric_value", value),
  "route-tags": (value, facts) => {
    for (const tag of value) facts.add("ls.tlv.route_tag_value", tag);
  },
  "shared-risk-groups": (value, facts) => {
    for (const group of value) facts.add("ls.tlv.shared_risk_link_group_value", group);
  },
  "sr-capabilities": (value, facts) => {
    facts.add("ls.sr.tlv.capabilities.flags", value.flags);
    for (const { size, first } of value.ranges) {
      facts.add("ls.sr.tlv.capabilities.range_size", size);
      sid("capabilities.sid", first, facts);
    }
  },
  "sr-local-block": (value, facts) => {
    facts.add("ls.sr.tlv.local_block.flags", value.flags);
    for (const { size, first } of value.ranges) {
      facts.add("ls.sr.tlv.local_block.range_size", size);
      sid("local_block.sid", first, facts);
    }
  },
  "adjacency-sid": (value, facts) => {
    facts.add("ls.sr.tlv.adjacency.sid.flags", value.flags);
    facts.add("ls.sr.tlv.adjacency.sid.weight", value.weight);
    sid("adjacency.sid", value.sid, facts);
  },
  "prefix-sid": (value, facts) => {
    facts.add("ls.sr.tlv.prefix.sid.flags", value.flags);
    facts.add("ls.sr.tlv.prefix.sid.algo", value.algorithm);
    sid("prefix.sid", value.sid, facts);
  },
  "flexible-algorithm": (value, facts) => {
    facts.add("ls.sr.tlv.flex_algo.flex_algorithm", value.algorithm);
    facts.add("ls.sr.tlv.flex_algo.metric_type", value.metricType);
    facts.add("ls.sr.tlv.flex_algo.calculation_type", value.calculationType);
    facts.add("ls.sr.tlv.flex_algo.priority", value.priority);
  },
  "link-delay": (value, facts) => facts.add("ls.igp_te_metric.delay_value", value & 0xffffff),
  "link-delay-range": (value, facts) => {
    facts.add("ls.igp_te_metric.delay_min", value.minimum & 0xffffff);
    facts.add("ls.igp_te_metric.delay_max", value.maximum & 0xffffff);
  },
};

export function expectLinkStateAttribute(attribute: BgpLsAttribute, facts: FactList): void {
  for (const tlv of attribute.tlvs) expectTlv(tlv.type, tlv, facts);
}

function expectTlv<T extends LinkStateTlv["type"]>(
  type: T,
  tlv: LinkStateTlv & { type: T },
  facts: FactList,
): void {
  const expectation: ((value: ValueOf<T>, facts: FactList) => void) | undefined = EXPECTATIONS[type];
  expectation?.(tlv.value as ValueOf<T>, facts);
}
