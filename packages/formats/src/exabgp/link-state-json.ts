import {
  formatRouteDistinguisher,
  formatIPv4,
  type LinkStateDescriptor,
  type LinkStateNlri,
  type NodeDescriptor,
  readUint16,
  toHex,
  toIpPrefix,
} from "@netferry/bgp";
import { exabgpAddress, exabgpPrefix } from "./address-text.ts";
import { exactInteger, type JsonObject, type JsonValue } from "../json/json-text.ts";

/** OSPF speaks of routers by addresses, IS-IS by system identifiers. */
const OSPF_V2 = 3;
const OSPF_V3 = 6;
const UNKNOWN_RAW = { parsed: false };

/** A BGP-LS NLRI. `nextHop`: what the form of version 4 repeats in it. */
export function linkStateToExabgp(
  value: LinkStateNlri,
  bytes: Uint8Array,
  nextHop: string | undefined,
): JsonObject {
  if (value.type === "unknown") {
    return { code: value.code, ...UNKNOWN_RAW, raw: toHex(bytes).toUpperCase() };
  }
  const nodes = value.localNode.map((node) => nodeDescriptor(node, value.protocol));
  const head = {
    "l3-routing-topology": exactInteger(value.identifier),
    "protocol-id": value.protocol,
  };
  const tail = {
    ...(value.rd === undefined ? {} : { rd: formatRouteDistinguisher(value.rd) }),
  };
  switch (value.type) {
    case "node":
      return { "ls-nlri-type": "bgpls-node", ...head, "node-descriptors": nodes, nexthop: nextHop, ...tail };
    case "link":
      return {
        "ls-nlri-type": "bgpls-link",
        ...head,
        "local-node-descriptors": nodes,
        "remote-node-descriptors": value.remoteNode.map((node) => nodeDescriptor(node, value.protocol)),
        ...linkDescriptors(value.descriptors),
        ...tail,
      };
    case "ipv4-prefix":
    case "ipv6-prefix":
      return {
        "ls-nlri-type": value.type === "ipv4-prefix" ? "bgpls-prefix-v4" : "bgpls-prefix-v6",
        ...head,
        "node-descriptors": nodes,
        ...prefixDescriptors(value.descriptors, value.type === "ipv4-prefix" ? 4 : 16),
        nexthop: nextHop,
        ...tail,
      };
    case "srv6-sid":
      return {
        "ls-nlri-type": "bgpls-srv6sid",
        ...head,
        "node-descriptors": nodes,
        "srv6-sid-descriptors": sidDescriptors(value.descriptors),
      };
    default: // of a type that ExaBGP carries as octets
      return { code: readUint16(bytes, 0), ...UNKNOWN_RAW, raw: toHex(bytes).toUpperCase() };
  }
}

function nodeDescriptor(descriptor: NodeDescriptor, protocol: number): JsonObject {
  switch (descriptor.type) {
    case "autonomous-system":
      return { "autonomous-system": descriptor.value };
    case "bgp-ls-identifier":
      return { "bgp-ls-identifier": `${descriptor.value}` };
    case "ospf-area-id":
      return { "ospf-area-id": formatIPv4(descriptor.value) };
    case "igp-router-id":
      return routerId(descriptor.value, protocol);
    case "bgp-router-id":
      return { "bgp-router-id": formatIPv4(descriptor.value) };
    case "confederation-member":
      return { "confederation-member": descriptor.value };
    case "unknown":
      return { [`generic-tlv-${descriptor.code}`]: `0x${toHex(descriptor.value).toUpperCase()}` };
  }
}

function routerId(value: Uint8Array, protocol: number): JsonObject {
  if (value.length === 7) {
    const pseudonode = value[6]!;
    return { "router-id": toHex(value), ...(pseudonode === 0 ? {} : { psn: `${pseudonode}` }) };
  }
  if (protocol !== OSPF_V2 && protocol !== OSPF_V3 && value.length === 6)
    return { "router-id": toHex(value) };
  if (value.length === 8)
    return { "router-id": formatIPv4(value), "designated-router-id": formatIPv4(value, 4) };
  return { "router-id": exabgpAddress(value) };
}

function linkDescriptors(descriptors: readonly LinkStateDescriptor[]): JsonObject {
  const interfaces: string[] = [];
  const neighbors: string[] = [];
  const topologies: number[] = [];
  const links: JsonObject[] = [];
  const others: { [name: string]: JsonValue } = {};
  for (const descriptor of descriptors) {
    switch (descriptor.type) {
      case "ipv4-interface-address":
      case "ipv6-interface-address":
        interfaces.push(exabgpAddress(descriptor.value));
        break;
      case "ipv4-neighbor-address":
      case "ipv6-neighbor-address":
        neighbors.push(exabgpAddress(descriptor.value));
        break;
      case "multi-topology-ids":
        topologies.push(...descriptor.value.map((id) => id & 0xfff));
        break;
      case "link-identifiers":
        links.push({ "link-local-id": descriptor.value.local, "link-remote-id": descriptor.value.remote });
        break;
      case "unknown":
        others[`generic-tlv-${descriptor.code}`] = `0x${toHex(descriptor.value).toUpperCase()}`;
        break;
      default:
        break;
    }
  }
  return {
    "interface-addresses": interfaces,
    "neighbor-addresses": neighbors,
    "multi-topology-ids": topologies,
    "link-identifiers": links,
    ...others,
  };
}

/** `width`: octets of an address. ExaBGP writes the prefix twice. */
function prefixDescriptors(descriptors: readonly LinkStateDescriptor[], width: 4 | 16): JsonObject {
  const json: { [name: string]: JsonValue } = {};
  for (const descriptor of descriptors) {
    if (descriptor.type === "ip-reachability") {
      const text = exabgpPrefix(toIpPrefix(descriptor.value, width));
      json["ip-reachability-tlv"] = text;
      json["ip-reach-prefix"] = text;
    } else if (descriptor.type === "ospf-route-type") {
      json["ospf-route-type"] = descriptor.value;
    } else if (descriptor.type === "multi-topology-ids") {
      json["multi-topology-ids"] = descriptor.value.map((id) => id & 0xfff);
    }
  }
  return json;
}

function sidDescriptors(descriptors: readonly LinkStateDescriptor[]): JsonObject {
  const topologies: number[] = [];
  const json: { [name: string]: JsonValue } = { "multi-topology-ids": topologies };
  for (const descriptor of descriptors) {
    if (descriptor.type === "multi-topology-ids")
      topologies.push(...descriptor.value.map((id) => id & 0xfff));
    if (descriptor.type === "srv6-sid") json["srv6-sid"] = exabgpAddress(descriptor.value);
    if (descriptor.type === "unknown") {
      json[`generic-tlv-${descriptor.code}`] = [`0x${toHex(descriptor.value).toUpperCase()}`];
    }
  }
  return json;
}
