import type { KnownAttribute } from "../attribute/attribute.ts";
import type { Capability } from "../capability/capability.ts";
import type { NlriValue } from "../family/nlri-value.ts";

/** Where the value of each attribute is specified. */
export const attributeReferences: Readonly<Record<KnownAttribute["type"], string>> = {
  origin: "RFC 4271 section 5.1.1",
  "as-path": "RFC 4271 section 5.1.2",
  "next-hop": "RFC 4271 section 5.1.3",
  "multi-exit-disc": "RFC 4271 section 5.1.4",
  "local-pref": "RFC 4271 section 5.1.5",
  "atomic-aggregate": "RFC 4271 section 5.1.6",
  aggregator: "RFC 4271 section 5.1.7",
  communities: "RFC 1997",
  "originator-id": "RFC 4456 section 8",
  "cluster-list": "RFC 4456 section 8",
  "mp-reach": "RFC 4760 section 3",
  "mp-unreach": "RFC 4760 section 4",
  "extended-communities": "RFC 4360",
  "as4-path": "RFC 6793 section 3",
  "as4-aggregator": "RFC 6793 section 3",
  "large-communities": "RFC 8092",
  "only-to-customer": "RFC 9234 section 5",
  "pmsi-tunnel": "RFC 6514 section 5",
  "tunnel-encapsulation": "RFC 9012 section 2",
  "traffic-engineering": "RFC 5543 section 3",
  "ipv6-extended-communities": "RFC 5701",
  aigp: "RFC 7311 section 3",
  "pe-distinguisher-labels": "RFC 6514 section 8",
  "bgp-ls": "RFC 9552 section 5.3",
  "bgpsec-path": "RFC 8205 section 3",
  "community-containers": "draft-ietf-idr-wide-bgp-communities section 3",
  "d-path": "draft-ietf-bess-evpn-ipvpn-interworking section 4",
  "service-function-path": "RFC 9015 section 3.2.1",
  "bfd-discriminator": "RFC 9026 section 3.1.6",
  "next-hop-characteristics": "draft-ietf-idr-entropy-label section 2",
  "prefix-sid": "RFC 8669 section 3",
  bier: "RFC 9793 section 3",
  "edge-metadata": "draft-ietf-idr-5g-edge-service-metadata",
  "attribute-set": "RFC 6368 section 5",
};

/** Where each capability is specified. */
export const capabilityReferences: Readonly<Record<Exclude<Capability["kind"], "unknown">, string>> = {
  multiprotocol: "RFC 4760 section 8",
  "route-refresh": "RFC 2918 section 2",
  "enhanced-route-refresh": "RFC 7313 section 3.1",
  "extended-message": "RFC 8654 section 3",
  "four-octet-as": "RFC 6793 section 3",
  "add-path": "RFC 7911 section 4",
  "extended-next-hop": "RFC 8950 section 4",
  "graceful-restart": "RFC 4724 section 3",
  hostname: "draft-walton-bgp-hostname-capability",
  "software-version": "draft-ietf-idr-software-version",
  role: "RFC 9234 section 4.1",
  "outbound-route-filtering": "RFC 5291 section 5",
  bgpsec: "RFC 8205 section 2.1",
  "multiple-labels": "RFC 8277 section 2.1",
  "dynamic-capability": "draft-ietf-idr-dynamic-cap",
  multisession: "draft-ietf-idr-bgp-multisession",
  "long-lived-graceful-restart": "RFC 9494 section 3.1",
  "routing-policy-distribution": "draft-ietf-idr-rpd",
  "bfd-strict-mode": "draft-ietf-idr-bgp-bfd-strict-mode",
  "paths-limit": "draft-abraitis-idr-addpath-paths-limit",
  "link-local-next-hop": "draft-ietf-idr-linklocal-capability",
};

/** Where the NLRI of each kind are specified. */
export const nlriReferences: Readonly<Record<NlriValue["kind"], string>> = {
  prefix: "RFC 4271 section 4.3",
  labelled: "RFC 8277 section 2",
  vpn: "RFC 4364 section 4.3.4",
  flowspec: "RFC 8955 section 4",
  evpn: "RFC 7432 section 7",
  vpls: "RFC 4761 section 3.2.2",
  "vpls-discovery": "RFC 6074 section 3.2.2.1",
  "rt-constraint": "RFC 4684 section 4",
  "mcast-vpn": "RFC 6514 section 4",
  "sr-policy": "RFC 9830 section 2.1",
  mup: "draft-ietf-bess-mup-safi section 3.1",
  "link-state": "RFC 9552 section 5.2",
};

/** RFCs that hold beside those of the values. */
export const Rfc = {
  header: "RFC 4271 section 4.1",
  open: "RFC 4271 section 4.2",
  capabilities: "RFC 5492 section 4",
  extendedParameters: "RFC 9072 section 2",
  update: "RFC 4271 section 4.3",
  notification: "RFC 4271 section 4.5",
  shutdownCommunication: "RFC 9003 section 2",
  hardReset: "RFC 8538 section 3.1",
  routeRefresh: "RFC 2918 section 3",
  enhancedRouteRefresh: "RFC 7313 section 3.2",
  pathIdentifier: "RFC 7911 section 3",
} as const;
