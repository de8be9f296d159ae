/**
 * One route's NLRI as on the wire, length and type fields included, in the form of its family; `decodeNlri`
 * tells what it says. Of unicast: the length in bits, then as many octets as it needs (RFC 4271 section 4.3;
 * bits behind the length are as received). Of a family without a codec: the whole NLRI field, carried and
 * not looked into.
 */
export interface Nlri {
  /** The path identifier, where ADD-PATH is in use for the family (RFC 7911 section 3). */
  readonly pathId?: number;
  readonly bytes: Uint8Array;
}
