import type { Family } from "@netferry/bgp";

/** Message types (RFC 7854 section 4.1). */
export const BmpType = {
  routeMonitoring: 0,
  statisticsReport: 1,
  peerDown: 2,
  peerUp: 3,
  initiation: 4,
  termination: 5,
  routeMirroring: 6,
} as const;

/** Peer types (RFC 7854 section 4.2, RFC 9069 section 4.1). */
export const BmpPeerType = { global: 0, routeDistinguisher: 1, local: 2, locRib: 3 } as const;

/** Bits of a peer's flags (RFC 7854 section 4.2, RFC 8671 section 5.1); of a Loc-RIB peer only the first, with another meaning (RFC 9069 section 4.2). */
export const BmpPeerFlag = {
  ipv6: 0x80,
  postPolicy: 0x40,
  /** AS numbers in the messages' AS_PATHs take two octets. */
  twoOctetAs: 0x20,
  /** The routes are of Adj-RIB-Out, not Adj-RIB-In. */
  adjRibOut: 0x10,
  /** Loc-RIB: not all of it is told. */
  filtered: 0x80,
} as const;

/** The per-peer header (RFC 7854 section 4.2). */
export interface BmpPeer {
  /** One of {@link BmpPeerType}, or another. */
  readonly peerType: number;
  /** Bits of {@link BmpPeerFlag}. */
  readonly flags: number;
  /** 8 octets: a route distinguisher, or zeros. */
  readonly distinguisher: Uint8Array;
  /** 4 octets, or 16 where the flags say IPv6 or what is there is no IPv4 address. */
  readonly address: Uint8Array;
  readonly asn: number;
  readonly bgpIdentifier: number;
  /** Seconds since 1970; 0 if the time is not known. */
  readonly seconds: number;
  readonly microseconds: number;
}

/** Type and value; what the types are, the message tells. */
export interface BmpTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Types of information TLVs (RFC 7854 sections 4.4 and 4.5, RFC 9069 section 4.3, RFC 8671). */
export const BmpInformationType = {
  string: 0,
  /** Of initiations; of a termination the reason in two octets. */
  sysDescr: 1,
  sysName: 2,
  vrfTableName: 3,
  adminLabel: 4,
} as const;

/** Counters are of 32 bits, gauges of 64; those of a family come with it (RFC 7854 section 4.8, RFC 8671 section 6.2). */
export type BmpStatistic =
  | { readonly kind: "counter"; readonly type: number; readonly value: number }
  | { readonly kind: "gauge"; readonly type: number; readonly value: bigint }
  | { readonly kind: "family-gauge"; readonly type: number; readonly family: Family; readonly value: bigint }
  /** Of a length that none of the others has. */
  | { readonly kind: "unknown"; readonly type: number; readonly bytes: Uint8Array };

/** Why a session ended (RFC 7854 section 4.9, RFC 9069 section 5.3). */
export type BmpDownReason =
  /** NOTIFICATIONs are whole BGP messages. */
  | { readonly kind: "local-notification"; readonly notification: Uint8Array }
  | { readonly kind: "local-event"; readonly fsmEvent: number }
  | { readonly kind: "remote-notification"; readonly notification: Uint8Array }
  | { readonly kind: "remote-close" }
  | { readonly kind: "de-configured" }
  | { readonly kind: "local-closed"; readonly information: readonly BmpTlv[] }
  | { readonly kind: "unknown"; readonly code: number; readonly data: Uint8Array };

/** A message of a monitored router (RFC 7854). BGP messages in it are octets, headers included. */
export type BmpMessage =
  | { readonly type: "route-monitoring"; readonly peer: BmpPeer; readonly update: Uint8Array }
  | {
      readonly type: "statistics-report";
      readonly peer: BmpPeer;
      readonly statistics: readonly BmpStatistic[];
    }
  | { readonly type: "peer-down"; readonly peer: BmpPeer; readonly reason: BmpDownReason }
  | {
      readonly type: "peer-up";
      readonly peer: BmpPeer;
      /** 4 or 16 octets. */
      readonly localAddress: Uint8Array;
      readonly localPort: number;
      readonly remotePort: number;
      readonly sentOpen: Uint8Array;
      readonly receivedOpen: Uint8Array;
      readonly information: readonly BmpTlv[];
    }
  | { readonly type: "initiation"; readonly information: readonly BmpTlv[] }
  | { readonly type: "termination"; readonly information: readonly BmpTlv[] }
  /** TLVs of type 0 are BGP messages, of type 1 codes in two octets: 0 errored PDU, 1 messages lost. */
  | { readonly type: "route-mirroring"; readonly peer: BmpPeer; readonly tlvs: readonly BmpTlv[] }
  | { readonly type: "unknown"; readonly code: number; readonly body: Uint8Array };

const STATISTICS: readonly string[] = [
  "prefixes rejected by inbound policy",
  "duplicate prefix advertisements",
  "duplicate withdraws",
  "updates invalidated by CLUSTER_LIST loop",
  "updates invalidated by AS_PATH loop",
  "updates invalidated by ORIGINATOR_ID",
  "updates invalidated by AS_CONFED loop",
  "routes in Adj-RIBs-In",
  "routes in Loc-RIB",
  "routes in per-family Adj-RIB-In",
  "routes in per-family Loc-RIB",
  "updates subjected to treat-as-withdraw",
  "prefixes subjected to treat-as-withdraw",
  "duplicate update messages",
  "routes in pre-policy Adj-RIB-Out",
  "routes in post-policy Adj-RIB-Out",
  "routes in per-family pre-policy Adj-RIB-Out",
  "routes in per-family post-policy Adj-RIB-Out",
];

/** What a statistic counts (IANA's "BMP Statistics Types"). */
export function bmpStatisticName(type: number): string {
  return STATISTICS[type] ?? `statistic ${type}`;
}

/** The flags of a peer by name. Of a Loc-RIB peer none but `filtered` can be set. */
export function bmpPeerFlags({ peerType, flags }: BmpPeer): {
  readonly ipv6: boolean;
  readonly postPolicy: boolean;
  readonly twoOctetAs: boolean;
  readonly adjRibOut: boolean;
  readonly filtered: boolean;
} {
  const isLocRib = peerType === BmpPeerType.locRib;
  const has = (bit: number): boolean => !isLocRib && (flags & bit) !== 0;
  return {
    ipv6: has(BmpPeerFlag.ipv6),
    postPolicy: has(BmpPeerFlag.postPolicy),
    twoOctetAs: has(BmpPeerFlag.twoOctetAs),
    adjRibOut: has(BmpPeerFlag.adjRibOut),
    filtered: isLocRib && (flags & BmpPeerFlag.filtered) !== 0,
  };
}
