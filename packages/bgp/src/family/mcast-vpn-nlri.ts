import type { MulticastFlow } from "./evpn-nlri.ts";

/** Multicast in L3VPNs (RFC 6514 section 4). Route distinguishers have 8 octets, addresses 4 or 16. */
export type McastVpnNlri =
  | McastVpnIntraAsIPmsi
  | McastVpnInterAsIPmsi
  | McastVpnSPmsi
  | McastVpnLeaf
  | McastVpnSourceActive
  | McastVpnJoin
  | McastVpnUnknown;

interface McastVpn<T extends string> {
  readonly kind: "mcast-vpn";
  readonly routeType: T;
}
interface Distinguished {
  readonly rd: Uint8Array;
}

/** Type 1. */
export interface McastVpnIntraAsIPmsi extends McastVpn<"intra-as-i-pmsi">, Distinguished {
  readonly originator: Uint8Array;
}

/** Type 2. */
export interface McastVpnInterAsIPmsi extends McastVpn<"inter-as-i-pmsi">, Distinguished {
  readonly sourceAs: number;
}

/** Type 3; wildcards: RFC 6625. */
export interface McastVpnSPmsi extends McastVpn<"s-pmsi">, Distinguished, MulticastFlow {
  readonly originator: Uint8Array;
}

/** Type 4. */
export interface McastVpnLeaf extends McastVpn<"leaf"> {
  /** The NLRI that is answered. */
  readonly routeKey: Uint8Array;
  readonly originator: Uint8Array;
}

/** Type 5. */
export interface McastVpnSourceActive extends McastVpn<"source-active">, Distinguished, MulticastFlow {}

/** Types 6 and 7; of a shared tree the source is the rendezvous point. */
export interface McastVpnJoin
  extends McastVpn<"shared-tree-join" | "source-tree-join">, Distinguished, MulticastFlow {
  readonly sourceAs: number;
}

/** A type that this package does not know: not an error (RFC 7606 section 5.4). */
export interface McastVpnUnknown extends McastVpn<"unknown"> {
  readonly code: number;
  readonly value: Uint8Array;
}
