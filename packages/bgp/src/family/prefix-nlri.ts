import type { IpPrefix } from "./ip-prefix.ts";

/** Unicast and multicast (RFC 4271 section 4.3, RFC 4760). */
export interface PrefixNlri {
  readonly kind: "prefix";
  readonly prefix: IpPrefix;
}

/**
 * Labelled unicast (RFC 8277 section 2). Labels are the 24-bit fields of the wire: 20 bits of label, 3 of
 * traffic class, 1 for the bottom of the stack; see `labelValue` and `labelField`. One that is withdrawn
 * usually has the single field 0x800000, which is no label.
 */
export interface LabelledNlri {
  readonly kind: "labelled";
  /** At least one. */
  readonly labels: readonly number[];
  readonly prefix: IpPrefix;
}

/** L3VPN, RFC 4364 section 4.3.4 and RFC 4659 section 2. */
export interface VpnNlri {
  readonly kind: "vpn";
  /** As in {@link LabelledNlri}. */
  readonly labels: readonly number[];
  /** The route distinguisher, 8 octets. */
  readonly rd: Uint8Array;
  readonly prefix: IpPrefix;
}
