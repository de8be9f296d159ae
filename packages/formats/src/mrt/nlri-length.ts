import { afiOf, type Family, readUint16, safiOf } from "@netferry/bgp";

const AFI_LINK_STATE = 16388;
const SAFI_MCAST_VPN = 5;
const SAFI_VPLS = 65;
const SAFI_EVPN = 70;
const SAFI_MUP = 85;
const SAFI_FLOWSPEC = 133;
const SAFI_VPN_FLOWSPEC = 134;

/**
 * How many octets the one NLRI at an offset takes, by how its family tells; -1 if it does not end by `end`.
 * Families without a rule of their own have a length in bits in front.
 */
export function nlriLength(family: Family, bytes: Uint8Array, offset: number, end: number): number {
  const length = declaredLength(family, bytes, offset, end);
  return length < 0 || offset + length > end ? -1 : length;
}

function declaredLength(family: Family, bytes: Uint8Array, offset: number, end: number): number {
  const room = end - offset;
  if (room < 1) return -1;
  if (afiOf(family) === AFI_LINK_STATE) return room < 4 ? -1 : 4 + readUint16(bytes, offset + 2);
  switch (safiOf(family)) {
    case SAFI_FLOWSPEC:
    case SAFI_VPN_FLOWSPEC: // RFC 8955 section 4.1: 0xfnnn is a length of two octets
      if (bytes[offset]! < 0xf0) return 1 + bytes[offset]!;
      return room < 2 ? -1 : 2 + (readUint16(bytes, offset) & 0xfff);
    case SAFI_EVPN:
    case SAFI_MCAST_VPN:
      return room < 2 ? -1 : 2 + bytes[offset + 1]!;
    case SAFI_VPLS:
      return room < 2 ? -1 : 2 + readUint16(bytes, offset);
    case SAFI_MUP:
      return room < 4 ? -1 : 4 + bytes[offset + 3]!;
    default:
      return 1 + ((bytes[offset]! + 7) >>> 3);
  }
}
