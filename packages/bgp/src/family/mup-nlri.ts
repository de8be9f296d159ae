import type { IpPrefix } from "./ip-prefix.ts";

/** Mobile user plane (draft-ietf-bess-mup-safi section 3.1). Route distinguishers have 8 octets, addresses 4 or 16. */
export type MupNlri =
  | MupInterworkSegment
  | MupDirectSegment
  | MupType1SessionTransformed
  | MupType2SessionTransformed
  | MupUnknown;

interface Mup<T extends string> {
  readonly kind: "mup";
  readonly routeType: T;
}
interface Distinguished {
  readonly rd: Uint8Array;
}

/** Type 1. */
export interface MupInterworkSegment extends Mup<"interwork-segment">, Distinguished {
  readonly prefix: IpPrefix;
}

/** Type 2. */
export interface MupDirectSegment extends Mup<"direct-segment">, Distinguished {
  readonly address: Uint8Array;
}

/** Type 3: a session's downlink. */
export interface MupType1SessionTransformed extends Mup<"type-1-session-transformed">, Distinguished {
  readonly prefix: IpPrefix;
  /** Tunnel endpoint identifier. */
  readonly teid: number;
  /** QoS flow identifier. */
  readonly qfi: number;
  readonly endpoint: Uint8Array;
  readonly source?: Uint8Array;
}

/** Type 4: a session's uplink. */
export interface MupType2SessionTransformed extends Mup<"type-2-session-transformed">, Distinguished {
  readonly endpoint: Uint8Array;
  /** Tunnel endpoint identifiers that have its first `teidLength` bits; what else is in the octets of those bits is carried. */
  readonly teid: number;
  /** 0 to 32. */
  readonly teidLength: number;
}

/** An architecture or type that this package does not know. */
export interface MupUnknown extends Mup<"unknown"> {
  /** 1 for 3GPP 5G. */
  readonly architecture: number;
  readonly code: number;
  readonly value: Uint8Array;
}
