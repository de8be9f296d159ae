import {
  afiOf,
  AFI_IPV4,
  type Family,
  formatIPv4,
  formatIPv6,
  formatRouteDistinguisher,
  labelValue,
  type NlriValue,
  WITHDRAWN_LABEL,
} from "@netferry/bgp";
import type { FactList } from "./facts.ts";
import { expectEvpn } from "./expect-evpn.ts";
import { expectFlow } from "./expect-flow.ts";
import { expectFlowSpec } from "./expect-flowspec.ts";
import { expectLinkState } from "./expect-link-state.ts";

/** Where routes stand, in the words of tshark's fields. */
export type Place = "reach" | "unreach";

/** `524285,1048575 (bottom)`, as tshark writes a stack. */
function stack(labels: readonly number[]): string {
  return labels
    .map((field) => {
      if (field === WITHDRAWN_LABEL) return "0 (withdrawn)";
      return (field & 1) === 1 ? `${labelValue(field)} (bottom)` : String(labelValue(field));
    })
    .join(",");
}

const MCAST_VPN_TYPES = {
  "intra-as-i-pmsi": 1,
  "inter-as-i-pmsi": 2,
  "s-pmsi": 3,
  leaf: 4,
  "source-active": 5,
  "shared-tree-join": 6,
  "source-tree-join": 7,
} as const;

/** Of one NLRI, which is so many octets long on the wire. */
export function expectNlri(
  family: Family,
  value: NlriValue,
  length: number,
  place: Place,
  facts: FactList,
): void {
  const width = afiOf(family) === AFI_IPV4 ? "4" : "6";
  const prefixField = `mp_${place}_nlri_ipv${width}_prefix`;
  const address = (bytes: Uint8Array): void =>
    facts.add(prefixField, width === "4" ? formatIPv4(bytes) : formatIPv6(bytes));
  switch (value.kind) {
    case "prefix":
      facts.add("prefix_length", value.prefix.length);
      address(value.prefix.address);
      return;
    case "labelled":
      facts.add("prefix_length", 24 * value.labels.length + value.prefix.length);
      facts.add("label_stack", stack(value.labels));
      address(value.prefix.address);
      return;
    case "vpn":
      facts.add("prefix_length", 24 * value.labels.length + 64 + value.prefix.length);
      facts.add("label_stack", stack(value.labels));
      facts.add("rd", formatRouteDistinguisher(value.rd));
      address(value.prefix.address);
      return;
    case "vpls":
      facts.add("vplsad.length", length - 2);
      facts.add("vplsad.rd", formatRouteDistinguisher(value.rd));
      facts.add("vplsbgp.ce_id", value.veId);
      facts.add("vplsbgp.labelblock.offset", value.blockOffset);
      facts.add("vplsbgp.labelblock.size", value.blockSize);
      facts.add("vplsbgp.labelblock.base", stack([value.labelBase]));
      return;
    case "vpls-discovery":
      facts.add("vplsad.length", length - 2);
      facts.add("vplsad.rd", formatRouteDistinguisher(value.rd));
      facts.add("ad.pe_addr", formatIPv4(value.peAddress));
      return;
    case "rt-constraint":
      // tshark has no field for the default.
      if (value.length > 0) facts.add("prefix_length", value.length);
      if (value.length >= 32) facts.add("originating_as", value.originAs);
      return;
    case "sr-policy":
      facts.add("sr_policy_nlri_length", 8 * (length - 1));
      facts.add("sr_policy_nlri_distinguisher", value.distinguisher.toString(16).padStart(8, "0"));
      facts.add("sr_policy_nlri_policy_color", value.color.toString(16).padStart(8, "0"));
      facts.address(value.endpoint, "sr_policy_nlri_endpoint_ipv4", "sr_policy_nlri_endpoint_ipv6");
      return;
    case "mcast-vpn":
      return expectMcastVpn(value, length, facts);
    case "evpn":
      return expectEvpn(value, length, facts);
    case "flowspec":
      return expectFlowSpec(value, length, width, facts);
    case "link-state":
      return expectLinkState(value, length, facts);
    case "mup":
      // tshark 4.0 does not know the family: its word on that is dealt with in explained.ts.
      return;
  }
}

function expectMcastVpn(value: NlriValue & { kind: "mcast-vpn" }, length: number, facts: FactList): void {
  facts.add(
    "mcast_vpn_nlri_route_type",
    value.routeType === "unknown" ? value.code : MCAST_VPN_TYPES[value.routeType],
  );
  facts.add("mcast_vpn_nlri_length", length - 2);
  if ("rd" in value) facts.bytes("mcast_vpn_nlri_rd", value.rd);
  switch (value.routeType) {
    case "inter-as-i-pmsi":
      facts.add("mcast_vpn_nlri_source_as", value.sourceAs);
      return;
    case "shared-tree-join":
    case "source-tree-join":
      facts.add("mcast_vpn_nlri_source_as", value.sourceAs);
      return expectFlow(value, facts);
    case "source-active":
      return expectFlow(value, facts);
    case "s-pmsi":
      expectFlow(value, facts);
      break;
    case "leaf":
      facts.bytes("mcast_vpn_nlri_route_key", value.routeKey);
      break;
    case "unknown":
      return;
    case "intra-as-i-pmsi":
  }
  facts.address(value.originator, "mcast_vpn_nlri_origin_router_ipv4", "mcast_vpn_nlri_origin_router_ipv6");
}
