import type { ByteWriter } from "../bytes.ts";
import type { Members } from "../tlv/shape.ts";

/** How one capability's value is read and written (RFC 5492 section 4: code, length, value). */
export interface CapabilityCodec<C extends { readonly kind: string }> {
  readonly code: number;
  readonly kind: C["kind"];
  /** Without its value the session's bytes would be misread, so that a malformed one ends the session. */
  readonly essential: boolean;
  /** What the capability has beside its kind, for those who write it in another form. */
  readonly shape: Members;
  /** What it may have. */
  readonly optionalShape?: Members;
  /** Undefined for a malformed value; "ignore" for one that its RFC says to ignore. */
  decode(value: Uint8Array): C | "ignore" | undefined;
  encode(capability: C, out: ByteWriter): void;
}

/** A capability that this package does not know, or whose value it can't make sense of: ignored, kept as bytes. */
export interface UnknownCapability {
  readonly kind: "unknown";
  readonly code: number;
  readonly value: Uint8Array;
}
