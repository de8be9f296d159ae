/** A block of labels for a VPLS with BGP signalling (RFC 4761 section 3.2.2). */
export interface VplsNlri {
  readonly kind: "vpls";
  /** The route distinguisher, 8 octets. */
  readonly rd: Uint8Array;
  readonly veId: number;
  readonly blockOffset: number;
  readonly blockSize: number;
  /** The 24-bit field of the wire; the label in the upper 20 bits. */
  readonly labelBase: number;
}

/** A member of a VPLS with LDP signalling that discovers members by BGP (RFC 6074 section 3.2.2.1). */
export interface VplsDiscoveryNlri {
  readonly kind: "vpls-discovery";
  readonly rd: Uint8Array;
  /** Four octets. */
  readonly peAddress: Uint8Array;
}
