import { afiOf, type Family, familyOf, safiOf } from "@netferry/bgp";

const AFI_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "ipv4"],
  [2, "ipv6"],
  [25, "l2vpn"],
  [16388, "bgp-ls"],
]);
const SAFI_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "unicast"],
  [2, "multicast"],
  [4, "nlri-mpls"],
  [5, "mcast-vpn"],
  [65, "vpls"],
  [70, "evpn"],
  [71, "bgp-ls"],
  [72, "bgp-ls-vpn"],
  [73, "sr-policy"],
  [85, "mup"],
  [128, "mpls-vpn"],
  [132, "rtc"],
  [133, "flow"],
  [134, "flow-vpn"],
]);
const AFIS: ReadonlyMap<string, number> = inverse(AFI_NAMES);
const SAFIS: ReadonlyMap<string, number> = inverse(SAFI_NAMES);

function inverse(names: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  return new Map([...names].map(([number, name]) => [name, number]));
}

/** `ipv4`, or the number of one without a name. */
export function exabgpAfi(family: Family): string {
  return AFI_NAMES.get(afiOf(family)) ?? `${afiOf(family)}`;
}

/** `mpls-vpn`, or the number of one without a name. */
export function exabgpSafi(family: Family): string {
  return SAFI_NAMES.get(safiOf(family)) ?? `${safiOf(family)}`;
}

/** `ipv4 unicast`, with `/` between them in OPENs. */
export function exabgpFamily(family: Family, separator = " "): string {
  return `${exabgpAfi(family)}${separator}${exabgpSafi(family)}`;
}

/** The inverse of {@link exabgpFamily}. */
export function parseExabgpFamily(text: string): Family | undefined {
  const [afiText = "", safiText = "", ...more] = text.split(/[ /]/);
  const afi = AFIS.get(afiText) ?? numberIn(afiText, 0xffff);
  const safi = SAFIS.get(safiText) ?? numberIn(safiText, 0xff);
  return afi === undefined || safi === undefined || more.length > 0 ? undefined : familyOf(afi, safi);
}

function numberIn(text: string, limit: number): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= limit ? Number(text) : undefined;
}
