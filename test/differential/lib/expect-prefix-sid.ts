import { formatIPv6, type PrefixSidAttribute } from "@netferry/bgp";
import type { FactList } from "./facts.ts";

const TYPES = { "label-index": 1, "originator-srgb": 3, "srv6-l3-service": 5, "srv6-l2-service": 6 } as const;

export function expectPrefixSid(attribute: PrefixSidAttribute, facts: FactList): void {
  for (const tlv of attribute.tlvs) {
    facts.add("prefix_sid.type", tlv.type === "unknown" ? tlv.code : TYPES[tlv.type]);
    switch (tlv.type) {
      case "label-index":
        facts.add("prefix_sid.length", 7);
        facts.add("prefix_sid.label_index.flags", tlv.value.flags);
        facts.add("prefix_sid.label_index.value", tlv.value.index);
        break;
      case "originator-srgb":
        facts.add("prefix_sid.length", 2 + 6 * tlv.value.ranges.length);
        facts.add("prefix_sid.originator_srgb.flags", tlv.value.flags);
        for (const { base, size } of tlv.value.ranges) {
          facts.add("prefix_sid.originator_srgb_base", base);
          facts.add("prefix_sid.originator_srgb_range", size);
        }
        break;
      case "srv6-l3-service":
      case "srv6-l2-service":
        expectServices(tlv, facts);
        break;
      case "unknown":
        facts.add("prefix_sid.length", tlv.value.length);
    }
  }
}

type Service = Extract<PrefixSidAttribute["tlvs"][number], { type: "srv6-l3-service" | "srv6-l2-service" }>;

const SUB_TLV_OCTETS = 24;
const SUB_SUB_TLV_OCTETS = 9;

function expectServices(tlv: Service, facts: FactList): void {
  const kind = tlv.type === "srv6-l3-service" ? "srv6_l3vpn" : "srv6_l2vpn";
  let length = 1;
  for (const sub of tlv.value.subTlvs) {
    if (sub.type === "unknown") {
      length += 3 + sub.value.length;
      facts.add(`prefix_sid.${kind}.sub_tlv.type`, sub.code);
      continue;
    }
    facts.add(`prefix_sid.${kind}.sub_tlv.type`, 1);
    facts.add(`prefix_sid.${kind}.sid_value`, formatIPv6(sub.value.sid));
    facts.add(`prefix_sid.${kind}.sid_flags`, sub.value.flags);
    facts.add(`prefix_sid.${kind}.srv6_endpoint_behavior`, sub.value.behavior);
    length += SUB_TLV_OCTETS;
    for (const structure of sub.value.subTlvs) {
      if (structure.type === "unknown") {
        length += 3 + structure.value.length;
        continue;
      }
      length += SUB_SUB_TLV_OCTETS;
      facts.add(`prefix_sid.${kind}.sid.locator_block_len`, structure.value.locatorBlock);
      facts.add(`prefix_sid.${kind}.sid.locator_node_len`, structure.value.locatorNode);
      facts.add(`prefix_sid.${kind}.sid.func_len`, structure.value.function);
      facts.add(`prefix_sid.${kind}.sid.arg_len`, structure.value.argument);
      facts.add(`prefix_sid.${kind}.sid.trans_len`, structure.value.transpositionLength);
      facts.add(`prefix_sid.${kind}.sid.trans_offset`, structure.value.transpositionOffset);
    }
  }
  facts.add("prefix_sid.length", length);
}
