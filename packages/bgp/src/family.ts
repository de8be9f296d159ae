/**
 * Address families (AFI/SAFI), RFC 4760 section 3 and IANA's registries.
 * A family is one number, `AFI << 8 | SAFI`, so that it can be a key of maps and typed arrays.
 */
export type Family = number;

export const AFI_IPV4 = 1;
export const AFI_IPV6 = 2;
export const AFI_L2VPN = 25;
export const SAFI_UNICAST = 1;
export const SAFI_MULTICAST = 2;

export const IPV4_UNICAST: Family = (AFI_IPV4 << 8) | SAFI_UNICAST;
export const IPV6_UNICAST: Family = (AFI_IPV6 << 8) | SAFI_UNICAST;

/** The names by which operators know families; one that is not here is named by its numbers. */
const NAMES: readonly (readonly [Family, string])[] = [
  [IPV4_UNICAST, "ipv4-unicast"],
  [IPV6_UNICAST, "ipv6-unicast"],
  [familyOf(AFI_IPV4, SAFI_MULTICAST), "ipv4-multicast"],
  [familyOf(AFI_IPV6, SAFI_MULTICAST), "ipv6-multicast"],
  [familyOf(AFI_IPV4, 4), "ipv4-labelled-unicast"],
  [familyOf(AFI_IPV6, 4), "ipv6-labelled-unicast"],
  [familyOf(AFI_IPV4, 128), "ipv4-vpn"],
  [familyOf(AFI_IPV6, 128), "ipv6-vpn"],
  [familyOf(AFI_IPV4, 132), "route-target-constraint"],
  [familyOf(AFI_IPV4, 133), "ipv4-flowspec"],
  [familyOf(AFI_IPV6, 133), "ipv6-flowspec"],
  [familyOf(AFI_IPV4, 134), "ipv4-vpn-flowspec"],
  [familyOf(AFI_IPV6, 134), "ipv6-vpn-flowspec"],
  [familyOf(AFI_L2VPN, 65), "l2vpn-vpls"],
  [familyOf(AFI_L2VPN, 70), "l2vpn-evpn"],
  [familyOf(16388, 71), "link-state"],
  [familyOf(16388, 72), "link-state-vpn"],
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
