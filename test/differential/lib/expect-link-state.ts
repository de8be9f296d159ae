import {
  formatIPv4,
  formatIPv6,
  type LinkStateDescriptor,
  type LinkStateNlri,
  type NodeDescriptor,
} from "@netferry/bgp";
import type { FactList } from "./facts.ts";

const TYPES = {
  node: 1,
  link: 2,
  "ipv4-prefix": 3,
  "ipv6-prefix": 4,
  "candidate-path": 5,
  "srv6-sid": 6,
} as const;

export function expectLinkState(value: LinkStateNlri, length: number, facts: FactList): void {
  facts.add("ls.nlri_type", value.type === "unknown" ? value.code : TYPES[value.type]);
  facts.add("ls.nlri_length", length - 4);
  if (value.type === "unknown") return;
  facts.add("ls.nlri_node.protocol_id", value.protocol);
  facts.add("ls.nlri_node.identifier", value.identifier);
  for (const node of value.localNode) expectNode(node, facts);
  if (value.type === "link") for (const node of value.remoteNode) expectNode(node, facts);
  if (value.type !== "node") for (const descriptor of value.descriptors) expectDescriptor(descriptor, facts);
}

function expectNode(node: NodeDescriptor, facts: FactList): void {
  switch (node.type) {
    case "autonomous-system":
      facts.add("ls.tlv.autonomous_system.id", node.value);
      return;
    case "bgp-ls-identifier":
      facts.add("ls.tlv.bgp_ls_identifier_id", node.value);
      return;
    case "ospf-area-id":
      facts.add("ls.tlv.area_id.id", new DataView(node.value.buffer, node.value.byteOffset).getUint32(0));
      return;
    case "igp-router-id":
      facts.bytes("ls.tlv.igp_router_id", node.value);
      return;
    case "bgp-router-id":
      facts.add("ls.tlv.bgp_router_id.id", formatIPv4(node.value));
      return;
    case "confederation-member":
    case "unknown":
  }
}

function expectDescriptor(descriptor: LinkStateDescriptor, facts: FactList): void {
  switch (descriptor.type) {
    case "link-identifiers":
      facts.add("ls.nlri_link_local_identifier", descriptor.value.local);
      facts.add("ls.nlri_link_remote_identifier", descriptor.value.remote);
      return;
    case "ipv4-interface-address":
    case "ipv4-neighbor-address":
      facts.add(`ls.nlri_${descriptor.type.replaceAll("-", "_")}`, formatIPv4(descriptor.value));
      return;
    case "ipv6-interface-address":
    case "ipv6-neighbor-address":
      facts.add(`ls.nlri_${descriptor.type.replaceAll("-", "_")}`, formatIPv6(descriptor.value));
      return;
    case "multi-topology-ids":
      for (const id of descriptor.value) facts.add("ls.nlri_multi_topology_id", id);
      return;
    case "ospf-route-type":
      facts.add("ls.nlri_ospf_route_type", descriptor.value);
      return;
    default:
  }
}
