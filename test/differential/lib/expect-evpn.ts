import { type EvpnNlri, formatMac } from "@netferry/bgp";
import { expectFlow } from "./expect-flow.ts";
import type { FactList } from "./facts.ts";

const TYPES = {
  "ethernet-ad": 1,
  "mac-ip": 2,
  "inclusive-multicast": 3,
  "ethernet-segment": 4,
  "ip-prefix": 5,
  "selective-multicast": 6,
  "join-synch": 7,
  "leave-synch": 8,
  "per-region-i-pmsi": 9,
  "s-pmsi": 10,
  leaf: 11,
} as const;

export function expectEvpn(value: EvpnNlri, length: number, facts: FactList): void {
  facts.add("evpn.nlri.rt", value.routeType === "unknown" ? value.code : TYPES[value.routeType]);
  facts.add("evpn.nlri.len", length - 2);
  if ("rd" in value) facts.bytes("evpn.nlri.rd", value.rd);
  if ("esi" in value) {
    facts.bytes("evpn.nlri.esi", value.esi);
    facts.add("evpn.nlri.esi.type", value.esi[0]!);
  }
  if ("ethernetTag" in value) facts.add("evpn.nlri.etag", value.ethernetTag);
  switch (value.routeType) {
    case "ethernet-ad":
      facts.add("evpn.nlri.mpls_ls1", value.label >>> 4);
      return;
    case "mac-ip":
      facts.add("evpn.nlri.maclen", 48);
      facts.add("evpn.nlri.mac_addr", formatMac(value.mac).replaceAll(":", ""));
      facts.add("evpn.nlri.iplen", 8 * (value.ip?.length ?? 0));
      if (value.ip !== undefined) facts.address(value.ip, "evpn.nlri.ip.addr", "evpn.nlri.ipv6.addr");
      facts.add("evpn.nlri.mpls_ls1", value.label >>> 4);
      if (value.label2 !== undefined) facts.add("evpn.nlri.mpls_ls2", value.label2 >>> 4);
      return;
    case "inclusive-multicast":
    case "ethernet-segment":
      facts.add("evpn.nlri.iplen", 8 * value.originator.length);
      facts.address(value.originator, "evpn.nlri.ip.addr", "evpn.nlri.ipv6.addr");
      return;
    case "ip-prefix":
      facts.add("evpn.nlri.prefix_len", value.prefix.length);
      facts.address(value.prefix.address, "evpn.nlri.ip.addr", "evpn.nlri.ipv6.addr");
      facts.address(value.gateway, "evpn.nlri.ipv4.gtw_addr", "evpn.nlri.ipv6.gtw_addr");
      facts.add("update.path_attribute.mpls_label_value", value.label);
      return;
    case "s-pmsi":
    case "selective-multicast":
    case "join-synch":
    case "leave-synch":
      expectFlow(value, facts);
      facts.add("evpn.nlri.or_length", 8 * value.originator.length);
      facts.address(value.originator, "evpn.nlri.or_addr_ipv4", "evpn.nlri.or_addr_ipv6");
      if (value.routeType !== "s-pmsi" && value.flags !== undefined)
        facts.add("evpn.nlri.igmp_mc_flags", value.flags);
      return;
    case "per-region-i-pmsi":
    case "leaf":
    case "unknown":
  }
}
