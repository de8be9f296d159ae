/**
 * Address families (AFI/SAFI), RFC 4760 section 3 and IANA's registries.
 * A family is one number, `AFI << 8 | SAFI`, so that it can be a key of maps and typed arrays.
 */
export type Family = number;

export const AFI_IPV4 = 1;
export const AFI_IPV6 = 2;
export const AFI_L2VPN = 25;
export const AFI_LINK_STATE = 16388;
export const SAFI_UNICAST = 1;
export const SAFI_MULTICAST = 2;

export const IPV4_UNICAST: Family = (AFI_IPV4 << 8) | SAFI_UNICAST;
export const IPV6_UNICAST: Family = (AFI_IPV6 << 8) | SAFI_UNICAST;

export const IPV4_MULTICAST: Family = familyOf(AFI_IPV4, SAFI_MULTICAST);
export const IPV6_MULTICAST: Family = familyOf(AFI_IPV6, SAFI_MULTICAST);
export const IPV4_LABELLED_UNICAST: Family = familyOf(AFI_IPV4, 4);
export const IPV6_LABELLED_UNICAST: Family = familyOf(AFI_IPV6, 4);
export const IPV4_MCAST_VPN: Family = familyOf(AFI_IPV4, 5);
export const IPV6_MCAST_VPN: Family = familyOf(AFI_IPV6, 5);
export const IPV4_SR_POLICY: Family = familyOf(AFI_IPV4, 73);
export const IPV6_SR_POLICY: Family = familyOf(AFI_IPV6, 73);
export const IPV4_MUP: Family = familyOf(AFI_IPV4, 85);
export const IPV6_MUP: Family = familyOf(AFI_IPV6, 85);
export const IPV4_VPN: Family = familyOf(AFI_IPV4, 128);
export const IPV6_VPN: Family = familyOf(AFI_IPV6, 128);
export const ROUTE_TARGET_CONSTRAINT: Family = familyOf(AFI_IPV4, 132);
export const IPV4_FLOWSPEC: Family = familyOf(AFI_IPV4, 133);
export const IPV6_FLOWSPEC: Family = familyOf(AFI_IPV6, 133);
export const IPV4_VPN_FLOWSPEC: Family = familyOf(AFI_IPV4, 134);
export const IPV6_VPN_FLOWSPEC: Family = familyOf(AFI_IPV6, 134);
export const L2VPN_VPLS: Family = familyOf(AFI_L2VPN, 65);
export const L2VPN_EVPN: Family = familyOf(AFI_L2VPN, 70);
export const LINK_STATE: Family = familyOf(AFI_LINK_STATE, 71);
export const LINK_STATE_VPN: Family = familyOf(AFI_LINK_STATE, 72);

/** The names by which operators know families; one that is not here is named by its numbers. */
const NAMES: readonly (readonly [Family, string])[] = [
  [IPV4_UNICAST, "ipv4-unicast"],
  [IPV6_UNICAST, "ipv6-unicast"],
  [IPV4_MULTICAST, "ipv4-multicast"],
  [IPV6_MULTICAST, "ipv6-multicast"],
  [IPV4_LABELLED_UNICAST, "ipv4-labelled-unicast"],
  [IPV6_LABELLED_UNICAST, "ipv6-labelled-unicast"],
  [IPV4_MCAST_VPN, "ipv4-mcast-vpn"],
  [IPV6_MCAST_VPN, "ipv6-mcast-vpn"],
  [IPV4_SR_POLICY, "ipv4-sr-policy"],
  [IPV6_SR_POLICY, "ipv6-sr-policy"],
  [IPV4_MUP, "ipv4-mup"],
  [IPV6_MUP, "ipv6-mup"],
  [IPV4_VPN, "ipv4-vpn"],
  [IPV6_VPN, "ipv6-vpn"],
  [ROUTE_TARGET_CONSTRAINT, "route-target-constraint"],
  [IPV4_FLOWSPEC, "ipv4-flowspec"],
  [IPV6_FLOWSPEC, "ipv6-flowspec"],
  [IPV4_VPN_FLOWSPEC, "ipv4-vpn-flowspec"],
  [IPV6_VPN_FLOWSPEC, "ipv6-vpn-flowspec"],
  [L2VPN_VPLS, "l2vpn-vpls"],
  [L2VPN_EVPN, "l2vpn-evpn"],
  [LINK_STATE, "link-state"],
  [LINK_STATE_VPN, "link-state-vpn"],
];
const NAME_BY_FAMILY: ReadonlyMap<Family, string> = new Map(NAMES);
const FAMILY_BY_NAME: ReadonlyMap<string, Family> = new Map(NAMES.map(([family, name]) => [name, family]));

/** @param afi 0 to 65535 @param safi 0 to 255 */
export function familyOf(afi: number, safi: number): Family {
  return (afi << 8) | safi;
}

export function afiOf(family: Family): number {
  return family >>> 8;
}

export function safiOf(family: Family): number {
  return family & 0xff;
}

/** `ipv4-unicast`, or `afi-25/safi-99` for a family without a name here. */
export function familyName(family: Family): string {
  return NAME_BY_FAMILY.get(family) ?? `afi-${afiOf(family)}/safi-${safiOf(family)}`;
}

/** The inverse of {@link familyName}; a named family is also understood by its numbers. */
export function parseFamilyName(text: string): Family | undefined {
  const named = FAMILY_BY_NAME.get(text);
  if (named !== undefined) return named;
  const match = /^afi-(\d{1,5})\/safi-(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const afi = Number(match[1]);
  const safi = Number(match[2]);
  return afi <= 0xffff && safi <= 0xff ? familyOf(afi, safi) : undefined;
}
