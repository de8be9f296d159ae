import type { FamilyCodec } from "./codec.ts";

type AcceptsNextHop = FamilyCodec["acceptsNextHop"];

/** RFC 4271; with an IPv6 next hop RFC 8950 section 3. */
export const ipv4NextHop: AcceptsNextHop = (length, extended) =>
  length === 4 || (extended && (length === 16 || length === 32));

/** RFC 2545 section 3: a global address, or a global and a link-local one. */
export const ipv6NextHop: AcceptsNextHop = (length, extended) =>
  length === 16 || length === 32 || (extended && length === 4);

/** An address behind a route distinguisher of zeros, RFC 4364 section 4.3.2; RFC 8950 section 3. */
export const vpnIpv4NextHop: AcceptsNextHop = (length, extended) =>
  length === 12 || (extended && (length === 16 || length === 24 || length === 32 || length === 48));

/** RFC 4659 section 3.2.1: each address behind a route distinguisher of zeros. */
export const vpnIpv6NextHop: AcceptsNextHop = (length, extended) =>
  length === 24 || length === 48 || (extended && length === 12);

/** Families that are of no address family of their own. */
export const anyAddressNextHop: AcceptsNextHop = (length) => length === 4 || length === 16 || length === 32;

/** {@link anyAddressNextHop}, each address behind a route distinguisher of zeros or, as some send it, bare. */
export const anyVpnAddressNextHop: AcceptsNextHop = (length, extended) =>
  length === 12 || length === 24 || length === 48 || anyAddressNextHop(length, extended);

/** RFC 8955 section 4: there is none, and what is there is ignored. */
export const ignoredNextHop: AcceptsNextHop = () => true;
