/**
 * One route's NLRI as on the wire. For a family whose encoding this package knows, `bytes` is one
 * prefix: the length in bits, then as many octets as it needs (RFC 4271 section 4.3; bits behind the
 * length are as received). For any other family it is the whole NLRI field, carried and not looked into.
 */
export interface Nlri {
  /** The path identifier, where ADD-PATH is in use for the family (RFC 7911 section 3). */
  readonly pathId?: number;
  readonly bytes: Uint8Array;
}
