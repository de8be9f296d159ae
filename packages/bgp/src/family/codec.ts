import type { Family } from "../family.ts";
import type { Nlri } from "../nlri.ts";

/** How the NLRI of one family are read and written. */
export interface FamilyCodec {
  readonly family: Family;
  /** Whether a next hop of this many octets is one; `extended`: RFC 8950 is in use for the family. */
  acceptsNextHop(length: number, extended: boolean): boolean;
  /**
   * Checks a field of NLRI and counts its routes; -1 if it is syntactically incorrect (RFC 7606 section 5.3).
   * Called for every UPDATE: it allocates nothing.
   */
  count(bytes: Uint8Array, start: number, end: number, addPath: boolean): number;
  /** The routes of a field that {@link count} found correct; their bytes are views. */
  split(bytes: Uint8Array, start: number, end: number, addPath: boolean): Nlri[];
  /** One NLRI (without path identifier) as operators write it. */
  format(bytes: Uint8Array, offset: number): string;
}
