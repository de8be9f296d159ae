import { attributeName } from "./attribute/attribute.ts";
import { toHex } from "./bytes.ts";
import type { ErrorAction } from "./errors.ts";

/** What can be wrong in an UPDATE. What is done about it, error-handling.ts tells. */
export const updateErrorCauses = [
  /** Withdrawn Routes Length and Total Path Attribute Length exceed the message (RFC 7606 section 3 b). */
  "field-lengths",
  /** The Withdrawn Routes field is syntactically incorrect (RFC 7606 section 5.3). */
  "withdrawn-syntax",
  /** The NLRI field is syntactically incorrect (RFC 7606 section 5.3). */
  "nlri-syntax",
  /** An attribute, or what is left for one, does not fit the Total Path Attribute Length (RFC 7606 section 4). */
  "attribute-overrun",
  /** The Optional or Transitive bit is not what the attribute's RFC says (RFC 7606 section 3 c). */
  "attribute-flags",
  /** The attribute's length or value is wrong (RFC 7606 section 7). */
  "attribute-malformed",
  /** The attribute was there before (RFC 7606 section 3 g). */
  "attribute-duplicate",
  /** A well-known mandatory attribute is missing (RFC 7606 section 3 d). */
  "attribute-missing",
  /** The attribute must not come from this kind of peer (RFC 7606 section 7.5, RFC 6793 section 6). */
  "attribute-unexpected",
  /** An attribute that says of itself to be well-known is not (RFC 4271 section 6.3). */
  "attribute-unrecognized",
  /** A multiprotocol attribute is too short to tell its family (RFC 7606 section 5.3). */
  "family-unreadable",
  /** An error, and no reachable NLRI that would show that they were all found (RFC 7606 section 5.2). */
  "no-reachable-nlri",
  /** NLRI of a family that was not negotiated. */
  "family-not-negotiated",
  /** NLRI of a family that was disabled earlier in the session (RFC 4760 section 7). */
  "family-disabled",
  /** NLRI of a family that the scanner can't hand out prefix by prefix. */
  "family-opaque",
] as const;

export type UpdateErrorCause = (typeof updateErrorCauses)[number];

/** One error found in an UPDATE, and what was done about it. */
export interface AttributeError {
  readonly action: ErrorAction;
  readonly cause: UpdateErrorCause;
  /** The attribute's type code; undefined for an error that is of none. */
  readonly code?: number;
  /** The attribute as it came, flags to value: empty for a missing one. */
  readonly bytes: Uint8Array;
  /** One line. */
  readonly text: string;
}

/** Octets of an attribute that its error's text shows. */
const SHOWN = 32;

export function attributeError(
  action: ErrorAction,
  cause: UpdateErrorCause,
  code: number | undefined,
  bytes: Uint8Array,
): AttributeError {
  const subject = code === undefined ? "UPDATE" : attributeName(code);
  const octets =
    bytes.length === 0 ? "" : ` (${toHex(bytes.subarray(0, SHOWN))}${bytes.length > SHOWN ? "..." : ""})`;
  const text = `${subject}: ${cause}${octets}, ${action}`;
  return { action, cause, bytes, text, ...(code === undefined ? {} : { code }) };
}
