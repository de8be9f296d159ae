/** The two families that every daemon here speaks. */
export const FAMILIES = ["ipv4-unicast", "ipv6-unicast"] as const;
export type FamilyName = (typeof FAMILIES)[number];

export const ORIGINS = ["igp", "egp", "incomplete"] as const;
export type Origin = (typeof ORIGINS)[number];

/** An extended community that a daemon is told to attach, by the usual two-part notation. */
export interface ExtendedCommunitySpec {
  /** Route target or route origin (site of origin), RFC 4360 sections 4 and 5. */
  kind: "target" | "origin";
  /** A 2-octet ASN, a 4-octet ASN (above 65535) or an IPv4 address. */
  administrator: number | string;
  value: number;
}

/** A set of path attributes that a daemon is told to originate routes with. */
export interface AttributeSpec {
  nextHop: string;
  origin: Origin;
  /** From the device's view: without its own ASN. A nested array is an AS_SET. */
  asPath: readonly (number | readonly number[])[];
  /** Undefined: the attribute is to be left out. */
  med: number | undefined;
  /** Undefined: whatever the daemon sends to an internal peer by default. */
  localPref: number | undefined;
  /** Numeric: "64496:7"; well-known ones too. */
  communities: readonly string[];
  largeCommunities: readonly string[];
  extendedCommunities: readonly ExtendedCommunitySpec[];
}

export interface RouteSpec {
  family: FamilyName;
  /** In normal form, host bits cleared. */
  prefix: string;
  /** As an operator wrote it: perhaps with host bits. */
  written: string;
  attributes: AttributeSpec;
  /** Which of several paths for the prefix, where ADD-PATH is in use; 0 unless told. */
  path?: number;
}

/** What a device does at run time: new and changed routes, and prefixes to withdraw. */
export interface RouteChange {
  announce: readonly RouteSpec[];
  withdraw: readonly RouteSpec[];
}

/**
 * One route as a judge sees it: a daemon's CLI about what it sent, or the ingest about what it holds.
 * Both sides are brought to this form:
 * - addresses as RFC 5952 writes them; prefixes without host bits;
 * - an AS_SET as {1,2} with its members in ascending order (a set has no order);
 * - communities of each kind in ascending order without repetition (all are sets: RFC 1997, 4360, 8092),
 *   well-known ones by number, extended ones as the 16 hexadecimal digits of their octets;
 * - an absent MED or LOCAL_PREF is undefined, never a default;
 * - of an IPv6 next hop of 32 octets the global address; the link-local one is compared nowhere.
 */
export interface NormalRoute {
  family: FamilyName;
  prefix: string;
  /** Only where ADD-PATH was negotiated. */
  pathId: number | undefined;
  origin: Origin;
  asPath: string;
  nextHop: string;
  med: number | undefined;
  localPref: number | undefined;
  communities: readonly string[];
  largeCommunities: readonly string[];
  extendedCommunities: readonly string[];
}

/** The family that a prefix or address in text belongs to. */
export function familyOfText(text: string): FamilyName {
  return text.includes(":") ? "ipv6-unicast" : "ipv4-unicast";
}
