/** Names of address families for shells to offer: here, so that a command line is read without loading the codec. */

/** Those that are negotiated with devices. */
export const UNICAST_FAMILIES: readonly string[] = ["ipv4-unicast", "ipv6-unicast"];

/** All that the codec knows. */
export const CODEC_FAMILIES: readonly string[] = [
  "ipv4-unicast",
  "ipv6-unicast",
  "ipv4-multicast",
  "ipv6-multicast",
  "ipv4-labelled-unicast",
  "ipv6-labelled-unicast",
  "ipv4-vpn",
  "ipv6-vpn",
  "ipv4-mcast-vpn",
  "ipv6-mcast-vpn",
  "ipv4-flowspec",
  "ipv6-flowspec",
  "ipv4-vpn-flowspec",
  "ipv6-vpn-flowspec",
  "ipv4-sr-policy",
  "ipv6-sr-policy",
  "ipv4-mup",
  "ipv6-mup",
  "l2vpn-evpn",
  "l2vpn-vpls",
  "link-state",
  "link-state-vpn",
  "route-target-constraint",
];
