import type { ByteWriter } from "../bytes.ts";
import type { Family } from "../family.ts";
import type { Nlri } from "../nlri.ts";
import type { NlriValue } from "./nlri-value.ts";

/** How the NLRI of one family are read and written. */
export interface FamilyCodec<V extends NlriValue = NlriValue> {
  readonly family: Family;
  /** The kinds of value that its NLRI have. */
  readonly kinds: readonly V["kind"][];
  /**
   * What a RIB may make of an NLRI: a prefix with its length octet in front; a prefix behind labels (and a
   * route distinguisher), the labels being no part of its key; or octets that are the key as they are.
   */
  readonly layout: "prefix" | "labelled" | "opaque";
  /** Whether a next hop of this many octets is one; `extended`: RFC 8950 is in use for the family. */
  acceptsNextHop(length: number, extended: boolean): boolean;
  /**
   * Checks a field of NLRI and counts its routes; -1 if it is syntactically incorrect (RFC 7606 section 5.3).
   * Called for every UPDATE: it allocates nothing.
   */
  count(bytes: Uint8Array, start: number, end: number, addPath: boolean): number;
  /** The routes of a field that {@link count} found correct; their bytes are views. */
  split(bytes: Uint8Array, start: number, end: number, addPath: boolean): Nlri[];
  /** Where the NLRI at `start`, without a path identifier, ends; -1 if it is incorrect or does not end by `limit`. Allocates nothing. */
  end(bytes: Uint8Array, start: number, limit: number): number;
  /** What one NLRI, `[start, end)`, says that {@link end} found correct. Shares no bytes with the buffer. */
  decode(bytes: Uint8Array, start: number, end: number): V;
  /** Writes one NLRI of one of {@link kinds}. Throws EncodeError for a value without an encoding. */
  encode(value: V, out: ByteWriter): void;
  /** One correct NLRI (without path identifier) as operators write it. */
  format(bytes: Uint8Array, offset: number): string;
}
