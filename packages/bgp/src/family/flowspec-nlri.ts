import type { IpPrefix } from "./ip-prefix.ts";

/** RFC 8955 section 4, RFC 8956 section 3: a packet matches if it does in every component. */
export interface FlowSpecNlri {
  readonly kind: "flowspec";
  /** The route distinguisher of the VPN families, 8 octets (RFC 8955 section 8). */
  readonly rd?: Uint8Array;
  /** In the order of their types, each at most once. */
  readonly components: readonly FlowComponent[];
}

export type FlowComponent = FlowPrefixComponent | FlowTestComponent;

export interface FlowPrefixComponent {
  readonly type: "destination" | "source";
  readonly prefix: IpPrefix;
  /** IPv6: the first bits that don't matter (RFC 8956 section 3.1); of IPv4 0. */
  readonly offset: number;
  /** Written with the bits before the offset, as the drafts before RFC 8956 had it and as ExaBGP does. */
  readonly wholePattern?: true;
}

/** What numbers are compared with. */
export type FlowNumericType =
  | "protocol"
  | "port"
  | "destination-port"
  | "source-port"
  | "icmp-type"
  | "icmp-code"
  | "packet-length"
  | "dscp"
  | "flow-label";
/** What bits are compared with. */
export type FlowBitmaskType = "tcp-flags" | "fragment";

export interface FlowTestComponent {
  readonly type: FlowNumericType | FlowBitmaskType;
  /** At least one. */
  readonly tests: readonly FlowTest[];
}

/** One comparison. The octet before the value but for its end and length bits, RFC 8955 sections 4.2.1.1 and 4.2.1.2. */
export interface FlowTest {
  /** Joined to the one before it with AND, which binds closer, not with OR. */
  readonly and: boolean;
  /** Bits of {@link FlowOperator}; the fourth of them is reserved. */
  readonly operator: number;
  readonly value: FlowValue;
}

/** A number in as many octets. */
export type FlowValue =
  | { readonly octets: 1 | 2 | 4; readonly number: number }
  | { readonly octets: 8; readonly number: bigint };

export const FlowOperator = {
  /** Of numbers: alone or together; none of them is false, all of them true. */
  equal: 1,
  greater: 2,
  less: 4,
  /** Of bits: all that are set in the value must be set, and not just any. */
  match: 1,
  /** Of bits: the result is negated. */
  not: 2,
} as const;
