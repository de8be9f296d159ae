import type { IpPrefix } from "./ip-prefix.ts";

/**
 * EVPN (RFC 7432 section 7). Route distinguishers have 8 octets, Ethernet segment identifiers 10, MAC
 * addresses 6, IP addresses 4 or 16. Labels are the 24-bit fields of the wire: an MPLS label in the upper 20
 * bits, or a VNI (RFC 8365 section 5.1.3), which only the encapsulation extended community tells.
 */
export type EvpnNlri =
  | EvpnEthernetAd
  | EvpnMacIp
  | EvpnInclusiveMulticast
  | EvpnEthernetSegment
  | EvpnIpPrefix
  | EvpnSelectiveMulticast
  | EvpnJoinSynch
  | EvpnLeaveSynch
  | EvpnPerRegionIPmsi
  | EvpnSPmsi
  | EvpnLeaf
  | EvpnUnknown;

interface Evpn<T extends string> {
  readonly kind: "evpn";
  readonly routeType: T;
}
interface Distinguished {
  readonly rd: Uint8Array;
}

/** Type 1, section 7.1. */
export interface EvpnEthernetAd extends Evpn<"ethernet-ad">, Distinguished {
  readonly esi: Uint8Array;
  readonly ethernetTag: number;
  readonly label: number;
}

/** Type 2, section 7.2. */
export interface EvpnMacIp extends Evpn<"mac-ip">, Distinguished {
  readonly esi: Uint8Array;
  readonly ethernetTag: number;
  readonly mac: Uint8Array;
  readonly ip?: Uint8Array;
  readonly label: number;
  /** Of the IP-VRF (RFC 9135). */
  readonly label2?: number;
}

/** Type 3, section 7.3. */
export interface EvpnInclusiveMulticast extends Evpn<"inclusive-multicast">, Distinguished {
  readonly ethernetTag: number;
  readonly originator: Uint8Array;
}

/** Type 4, section 7.4. */
export interface EvpnEthernetSegment extends Evpn<"ethernet-segment">, Distinguished {
  readonly esi: Uint8Array;
  readonly originator: Uint8Array;
}

/** Type 5, RFC 9136 section 3.1. */
export interface EvpnIpPrefix extends Evpn<"ip-prefix">, Distinguished {
  readonly esi: Uint8Array;
  readonly ethernetTag: number;
  readonly prefix: IpPrefix;
  /** Of the prefix's address family; all zero for none. */
  readonly gateway: Uint8Array;
  readonly label: number;
}

/** A multicast flow: (S,G), (*,G) or (*,*). An address that is not there is the wildcard. */
export interface MulticastFlow {
  readonly source?: Uint8Array;
  readonly group?: Uint8Array;
}

/** Type 6, RFC 9251 section 9.1. */
export interface EvpnSelectiveMulticast extends Evpn<"selective-multicast">, Distinguished, MulticastFlow {
  readonly ethernetTag: number;
  readonly originator: Uint8Array;
  readonly flags: number;
}

/** Type 7, RFC 9251 section 9.2. */
export interface EvpnJoinSynch extends Evpn<"join-synch">, Distinguished, MulticastFlow {
  readonly esi: Uint8Array;
  readonly ethernetTag: number;
  readonly originator: Uint8Array;
  readonly flags: number;
}

/** Type 8, RFC 9251 section 9.3. */
export interface EvpnLeaveSynch extends Evpn<"leave-synch">, Distinguished, MulticastFlow {
  readonly esi: Uint8Array;
  readonly ethernetTag: number;
  readonly originator: Uint8Array;
  /** Reserved; of the drafts before the RFC the number of the synchronisation. */
  readonly sequence: number;
  readonly maxResponseTime: number;
  /** Absent in the form of the early drafts, which routers send. */
  readonly flags?: number;
}

/** Type 9, RFC 9572 section 3.1. */
export interface EvpnPerRegionIPmsi extends Evpn<"per-region-i-pmsi">, Distinguished {
  readonly ethernetTag: number;
  /** 8 octets, like an extended community. */
  readonly region: Uint8Array;
}

/** Type 10, RFC 9572 section 3.2. */
export interface EvpnSPmsi extends Evpn<"s-pmsi">, Distinguished, MulticastFlow {
  readonly ethernetTag: number;
  readonly originator: Uint8Array;
}

/** Type 11, RFC 9572 section 3.3. */
export interface EvpnLeaf extends Evpn<"leaf"> {
  /** The NLRI that is answered, or what stands for it. */
  readonly routeKey: Uint8Array;
  readonly originator: Uint8Array;
}

/** A type that this package does not know: not an error (RFC 7606 section 5.4). */
export interface EvpnUnknown extends Evpn<"unknown"> {
  readonly code: number;
  /** What stands behind type and length. */
  readonly value: Uint8Array;
}
