import { formatAddress } from "../address.ts";
import { toHex } from "../bytes.ts";
import type { LinkStateDescriptor, NodeDescriptor } from "../link-state/descriptors.ts";
import { toIpPrefix } from "../link-state/fields.ts";
import { formatRouteDistinguisher } from "../route-distinguisher.ts";
import { formatIpPrefix } from "./ip-prefix.ts";
import type { LinkStateNlri } from "./link-state-nlri.ts";

const PROTOCOLS: readonly string[] = [
  "unknown",
  "isis-level-1",
  "isis-level-2",
  "ospfv2",
  "direct",
  "static",
  "ospfv3",
  "bgp",
  "rsvp-te",
  "segment-routing",
];

/** The protocol that an object was learnt from, IANA's "BGP-LS Protocol-IDs". */
export function linkStateProtocol(protocol: number): string {
  return PROTOCOLS[protocol] ?? `protocol ${protocol}`;
}

/** `link ospfv2:0 [autonomous-system 65000, …] [remote …] [descriptors]`. */
export function formatLinkState(nlri: Exclude<LinkStateNlri, { readonly type: "unknown" }>): string {
  const rd = nlri.rd === undefined ? [] : [formatRouteDistinguisher(nlri.rd)];
  const text = [
    ...rd,
    nlri.type,
    `${linkStateProtocol(nlri.protocol)}:${nlri.identifier}`,
    formatList(nlri.localNode.map((tlv) => formatNode(tlv))),
  ];
  if (nlri.type === "link") text.push(formatList(nlri.remoteNode.map((tlv) => formatNode(tlv))));
  if (nlri.type === "node") return text.join(" ");
  const width = nlri.type === "ipv4-prefix" ? 4 : 16;
  return [...text, formatList(nlri.descriptors.map((tlv) => formatDescriptor(tlv, width)))].join(" ");
}

function formatList(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

function formatNode(tlv: NodeDescriptor): string {
  switch (tlv.type) {
    case "unknown":
      return `${tlv.code} 0x${toHex(tlv.value)}`;
    case "igp-router-id":
      return `${tlv.type} ${formatRouterId(tlv.value)}`;
    case "ospf-area-id":
    case "bgp-router-id":
      return `${tlv.type} ${formatAddress(tlv.value)}`;
    default:
      return `${tlv.type} ${tlv.value}`;
  }
}

/** An OSPF router (and a LAN's designated one) as addresses, an IS-IS system as `1921.6825.2240.00`. */
export function formatRouterId(id: Uint8Array): string {
  if (id.length === 4) return formatAddress(id);
  if (id.length === 8) return `${formatAddress(id.subarray(0, 4))}:${formatAddress(id.subarray(4))}`;
  const system = [toHex(id, 0, 2), toHex(id, 2, 4), toHex(id, 4, 6)].join(".");
  return id.length === 7 ? `${system}.${toHex(id, 6)}` : system;
}

function formatDescriptor(tlv: LinkStateDescriptor, width: 4 | 16): string {
  switch (tlv.type) {
    case "unknown":
      return `${tlv.code} 0x${toHex(tlv.value)}`;
    case "link-identifiers":
      return `${tlv.type} ${tlv.value.local}/${tlv.value.remote}`;
    case "multi-topology-ids":
      return `${tlv.type} ${tlv.value.join("/")}`;
    case "ip-reachability":
      return formatIpPrefix(toIpPrefix(tlv.value, width));
    case "node-msd":
    case "link-msd":
      return `${tlv.type} ${tlv.value.map(({ type, value }) => `${type}:${value}`).join("/")}`;
    case "ospf-route-type":
      return `${tlv.type} ${tlv.value}`;
    case "sr-policy-candidate-path": {
      const { endpoint, color, originatorAs, originator, discriminator } = tlv.value;
      return `policy ${color}/${formatAddress(endpoint)} path ${originatorAs}/${formatAddress(originator)}/${discriminator}`;
    }
    default:
      return `${tlv.type} ${formatAddress(tlv.value)}`;
  }
}
