/**
 * An error that ends the session: the NOTIFICATION to send (RFC 4271 section 6) and what to tell the
 * operator. A value, not an exception: decoders return it.
 */
export interface ProtocolError {
  readonly code: number;
  readonly subcode: number;
  /** The NOTIFICATION's data field, as the section of the error asks for it. */
  readonly data: Uint8Array;
  /** One line: what was wrong, with the value found. */
  readonly text: string;
}

/** What a decoder of one kind of message returns. */
export type Decoded<T> =
  | { readonly ok: true; readonly message: T }
  | { readonly ok: false; readonly error: ProtocolError };

const NO_DATA = new Uint8Array(0);

export function protocolError(
  code: number,
  subcode: number,
  text: string,
  data: Uint8Array = NO_DATA,
): ProtocolError {
  return { code, subcode, data, text };
}

/** RFC 4271 section 4.5 and IANA's "BGP Error (Notification) Codes". */
export const ErrorCode = {
  messageHeader: 1,
  open: 2,
  update: 3,
  holdTimerExpired: 4,
  finiteStateMachine: 5,
  cease: 6,
  routeRefresh: 7,
  sendHoldTimerExpired: 8,
} as const;

/** RFC 4271 section 6.1. */
export const HeaderSubcode = {
  connectionNotSynchronized: 1,
  badMessageLength: 2,
  badMessageType: 3,
} as const;

/** RFC 4271 section 6.2, RFC 5492, RFC 9234. */
export const OpenSubcode = {
  unspecific: 0,
  unsupportedVersion: 1,
  badPeerAs: 2,
  badBgpIdentifier: 3,
  unsupportedOptionalParameter: 4,
  unacceptableHoldTime: 6,
  unsupportedCapability: 7,
  roleMismatch: 11,
} as const;

/** RFC 4271 section 6.3. */
export const UpdateSubcode = {
  malformedAttributeList: 1,
  unrecognizedWellKnownAttribute: 2,
  missingWellKnownAttribute: 3,
  attributeFlagsError: 4,
  attributeLengthError: 5,
  invalidOrigin: 6,
  invalidNextHop: 8,
  optionalAttributeError: 9,
  invalidNetworkField: 10,
  malformedAsPath: 11,
} as const;

/** RFC 6608. */
export const FsmSubcode = {
  unspecified: 0,
  unexpectedInOpenSent: 1,
  unexpectedInOpenConfirm: 2,
  unexpectedInEstablished: 3,
} as const;

/** RFC 4486, RFC 8538, RFC 9384. */
export const CeaseSubcode = {
  maximumPrefixesReached: 1,
  administrativeShutdown: 2,
  peerDeconfigured: 3,
  administrativeReset: 4,
  connectionRejected: 5,
  otherConfigurationChange: 6,
  connectionCollisionResolution: 7,
  outOfResources: 8,
  hardReset: 9,
  bfdDown: 10,
} as const;

/** RFC 7313 section 5. */
export const RouteRefreshSubcode = { invalidMessageLength: 1 } as const;

/**
 * What is done about an error in an UPDATE, weakest first (RFC 7606 section 2): the attribute is
 * discarded; every route of the message is withdrawn; the family's routes are dropped and the family is
 * ignored from then on (RFC 4760 section 7); the session is reset.
 */
export type ErrorAction = "discard" | "treat-as-withdraw" | "afi-safi-disable" | "reset";

/** The actions with "ok" before them, weakest first: what a whole UPDATE came to. */
export type Disposition = "ok" | Exclude<ErrorAction, "discard">;
