import { attributeName } from "./attribute/attribute.ts";
import { toHex } from "./bytes.ts";
import type { ErrorAction } from "./errors.ts";

/** What can be wrong in an UPDATE. What is done about it, error-handling.ts tells. */
export const updateErrorCauses = [
  /** The message is shorter than an UPDATE or longer than was negotiated (RFC 4271 section 6.1, RFC 8654). */
  "message-length",
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
  /** NLRI of a family that the scanner can't hand out one by one. */
  "family-opaque",
] as const;

export type UpdateErrorCause = (typeof updateErrorCauses)[number];

/** The causes in words, behind the name of the attribute, or "UPDATE". */
const CAUSE_TEXT: Readonly<Record<UpdateErrorCause, string>> = {
  "message-length": "has a wrong message length",
  "field-lengths": "has length fields that exceed the message",
  "withdrawn-syntax": "has withdrawn routes with a prefix too long or cut short",
  "nlri-syntax": "has NLRI with a prefix too long or cut short",
  "attribute-overrun": "exceeds the path attributes",
  "attribute-flags": "has wrong flags",
  "attribute-malformed": "is malformed",
  "attribute-duplicate": "is there more than once",
  "attribute-missing": "is missing",
  "attribute-unexpected": "must not come from such a peer",
  "attribute-unrecognized": "claims to be well-known",
  "family-unreadable": "is too short to name its family",
  "no-reachable-nlri": "has an error and announces nothing",
  "family-not-negotiated": "is of a family that was not negotiated",
  "family-disabled": "is of a family that an earlier error has disabled",
  "family-opaque": "is of a family that is not read",
};

const ACTION_TEXT: Readonly<Record<ErrorAction, string>> = {
  discard: "discarded",
  "treat-as-withdraw": "its routes count as withdrawn",
  "afi-safi-disable": "its family is disabled",
  reset: "session reset",
};

/** One error found in an UPDATE, and what was done about it. */
export interface AttributeError {
  readonly action: ErrorAction;
  readonly cause: UpdateErrorCause;
  /** The attribute's type code; undefined for an error that is of none. */
  readonly code?: number;
  /** The attribute, flags to value, or the field, as it came; empty where there is none. */
  readonly bytes: Uint8Array;
  /** One line. */
  readonly text: string;
}

/** Octets of what came that an error's text shows. */
const SHOWN = 32;

export function attributeError(
  action: ErrorAction,
  cause: UpdateErrorCause,
  code: number | undefined,
  bytes: Uint8Array,
): AttributeError {
  const subject = code === undefined ? "UPDATE" : attributeName(code);
  const more = bytes.length > SHOWN ? "..." : "";
  const octets = bytes.length === 0 ? "" : ` (${toHex(bytes.subarray(0, SHOWN))}${more})`;
  const text = `${subject} ${CAUSE_TEXT[cause]}${octets}: ${ACTION_TEXT[action]}`;
  return { action, cause, bytes, text, ...(code === undefined ? {} : { code }) };
}
