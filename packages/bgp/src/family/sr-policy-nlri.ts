/** A candidate path of a segment routing policy (RFC 9830 section 2.1). What it is stands in the tunnel encapsulation attribute. */
export interface SrPolicyNlri {
  readonly kind: "sr-policy";
  readonly distinguisher: number;
  readonly color: number;
  /** 4 or 16 octets, as the family says. */
  readonly endpoint: Uint8Array;
}
