/** IANA's "BGP Error (Notification) Codes" and their subcodes, by number. */
const CODES: readonly (string | undefined)[] = [
  undefined,
  "Message Header Error",
  "OPEN Message Error",
  "UPDATE Message Error",
  "Hold Timer Expired",
  "Finite State Machine Error",
  "Cease",
  "ROUTE-REFRESH Message Error",
  "Send Hold Timer Expired",
];
const SUBCODES: readonly (readonly (string | undefined)[])[] = [
  [],
  ["Unspecific", "Connection Not Synchronized", "Bad Message Length", "Bad Message Type"],
  [
    "Unspecific",
    "Unsupported Version Number",
    "Bad Peer AS",
    "Bad BGP Identifier",
    "Unsupported Optional Parameter",
    "Authentication Failure",
    "Unacceptable Hold Time",
    "Unsupported Capability",
    undefined,
    undefined,
    undefined,
    "Role Mismatch",
  ],
  [
    "Unspecific",
    "Malformed Attribute List",
    "Unrecognized Well-known Attribute",
    "Missing Well-known Attribute",
    "Attribute Flags Error",
    "Attribute Length Error",
    "Invalid ORIGIN Attribute",
    "AS Routing Loop",
    "Invalid NEXT_HOP Attribute",
    "Optional Attribute Error",
    "Invalid Network Field",
    "Malformed AS_PATH",
  ],
  [],
  [
    "Unspecified Error",
    "Unexpected Message in OpenSent",
    "Unexpected Message in OpenConfirm",
    "Unexpected Message in Established",
  ],
  [
    "Unspecific",
    "Maximum Number of Prefixes Reached",
    "Administrative Shutdown",
    "Peer De-configured",
    "Administrative Reset",
    "Connection Rejected",
    "Other Configuration Change",
    "Connection Collision Resolution",
    "Out of Resources",
    "Hard Reset",
    "BFD Down",
  ],
  [undefined, "Invalid Message Length"],
  [],
];

/** `Cease / Administrative Shutdown`; numbers where there is no name. */
export function errorName(code: number, subcode: number): string {
  const name = CODES[code] ?? `Error ${code}`;
  const subname = SUBCODES[code]?.[subcode];
  if (subname !== undefined) return `${name} / ${subname}`;
  return subcode === 0 ? name : `${name} / subcode ${subcode}`;
}
