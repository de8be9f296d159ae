import { formatAddress, formatIPv4, type IpPrefix } from "@netferry/bgp";

/** As C libraries write it: an IPv4-compatible IPv6 address ends in dots, unlike RFC 5952 has it. */
export function exabgpAddress(address: Uint8Array): string {
  const compatible =
    address.length === 16 &&
    address.subarray(0, 12).every((octet) => octet === 0) &&
    (address[12]! | address[13]!) !== 0;
  return compatible ? `::${formatIPv4(address, 12)}` : formatAddress(address);
}

/** `10.0.0.0/8`. */
export function exabgpPrefix({ address, length }: IpPrefix): string {
  return `${exabgpAddress(address)}/${length}`;
}

/** Octets of a route distinguisher before a VPN's next hop, all zero (RFC 4364 section 4.3.2). */
const RD_LENGTH = 8;

/** The global address of a next hop field, of a VPN without the route distinguisher; `no-nexthop` where there is none. */
export function exabgpNextHop(nextHop: Uint8Array): string {
  switch (nextHop.length) {
    case 0:
      return "no-nexthop";
    case 4 + RD_LENGTH:
    case 16 + RD_LENGTH:
      return exabgpAddress(nextHop.subarray(RD_LENGTH));
    case 2 * (16 + RD_LENGTH):
      return exabgpAddress(nextHop.subarray(RD_LENGTH, RD_LENGTH + 16));
    case 32:
      return exabgpAddress(nextHop.subarray(0, 16));
    default:
      return exabgpAddress(nextHop);
  }
}
