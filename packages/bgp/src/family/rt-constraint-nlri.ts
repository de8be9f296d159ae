/** RFC 4684 section 4: the sender wants the routes that have these route targets. */
export interface RtConstraintNlri {
  readonly kind: "rt-constraint";
  /** Bits that count: 0 for every route target, else 32 to 96. */
  readonly length: number;
  /** 0 where the length is. */
  readonly originAs: number;
  /** An extended community of 8 octets; bits behind the length are 0. */
  readonly routeTarget: Uint8Array;
}
