import {
  readUint32,
  type SegmentTlv,
  toHex,
  type TunnelEncapsulationAttribute,
  type TunnelTlv,
} from "@netferry/bgp";
import type { FactList } from "./facts.ts";

const TLVS: Readonly<Record<Exclude<TunnelTlv["type"], "unknown">, number>> = {
  encapsulation: 1,
  "protocol-type": 2,
  color: 4,
  "load-balancing-block": 5,
  "egress-endpoint": 6,
  "ds-field": 7,
  "udp-destination-port": 8,
  "embedded-label-handling": 9,
  "mpls-label-stack": 10,
  "prefix-sid": 11,
  preference: 12,
  "binding-sid": 13,
  enlp: 14,
  priority: 15,
  "srv6-binding-sid": 20,
  "segment-list": 128,
  "candidate-path-name": 129,
  "policy-name": 130,
};
const SEGMENTS: Readonly<Record<Exclude<SegmentTlv["type"], "unknown">, number>> = {
  "mpls-label": 1,
  "ipv4-node": 3,
  "ipv6-node": 4,
  "ipv4-node-interface": 5,
  "ipv4-adjacency": 6,
  "ipv6-node-interface": 7,
  "ipv6-adjacency": 8,
  weight: 9,
  "srv6-sid": 13,
  "ipv6-node-srv6": 14,
  "ipv6-interface-srv6": 15,
  "ipv6-adjacency-srv6": 16,
};

export function expectTunnels(attribute: TunnelEncapsulationAttribute, facts: FactList): void {
  for (const { tunnelType, tlvs } of attribute.tunnels) {
    facts.add("update.encaps_tunnel_tlv_type", tunnelType);
    for (const tlv of tlvs) {
      facts.add("update.encaps_tunnel_subtlv_type", tlv.type === "unknown" ? tlv.code : TLVS[tlv.type]);
      expectTlv(tlv, facts);
    }
  }
}

const at = (field: string): string => `update.encaps_tunnel_tlv_subtlv.${field}`;

function expectTlv(tlv: TunnelTlv, facts: FactList): void {
  switch (tlv.type) {
    case "color":
      facts.add("update.encaps_tunnel_tlv_subtlv_color_value", readUint32(tlv.value, 4));
      return;
    case "preference":
      facts.add(at("pref.flags"), tlv.value.flags);
      facts.add(at("pref.preference"), tlv.value.preference.toString(16).padStart(8, "0"));
      return;
    case "binding-sid":
      facts.add(at("binding_sid.flags"), tlv.value.flags);
      if (tlv.value.sid.length > 0) facts.add(at("binding_sid.sid"), toHex(tlv.value.sid));
      return;
    case "segment-list":
      facts.add(at("segment_list.reserved"), tlv.value.reserved);
      for (const segment of tlv.value.segments) {
        facts.add(
          at("segment_list.subtlv.type"),
          segment.type === "unknown" ? segment.code : SEGMENTS[segment.type],
        );
        if (segment.type === "mpls-label") {
          facts.add(at("segment_list_subtlv.mpls_label"), segment.value.label >>> 12);
          facts.add(at("segment_list_subtlv.ttl"), segment.value.label & 0xff);
        }
      }
      return;
    case "candidate-path-name":
    case "policy-name":
      if (tlv.value.name !== "") facts.add(at("policy_name.name"), tlv.value.name);
      return;
    default:
  }
}
