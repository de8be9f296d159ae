import { readUint16, readUint32 } from "../octets.ts";

/** Link-layer header types (https://www.tcpdump.org/linktypes.html) that are understood. */
export const LinkType = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;

const EtherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, provider: 0x88a8, stacked: 0x9100 } as const;
const VLAN_TAGS: ReadonlySet<number> = new Set([EtherType.vlan, EtherType.provider, EtherType.stacked]);
const VLAN_TAG_LENGTH = 4;
/** Tags that are looked behind; more do not occur. */
const MAX_VLAN_TAGS = 8;
const ETHERNET_HEADER = 14;
const COOKED_HEADER = 16;
const COOKED2_HEADER = 20;
const FAMILY_LENGTH = 4;
/** AF_INET everywhere; AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS. */
const AF_INET = 2;
const AF_INET6: ReadonlySet<number> = new Set([10, 24, 28, 30]);
/** The highest address family there is: a larger number was written in the other byte order. */
const MAX_FAMILY = 0xffff;

/** Why a frame has no IP packet. */
export type NoPacket = "link-type" | "not-ip" | "malformed";

/** Where the IP packet of a frame begins, or why there is none. */
export function ipOffset(linkType: number, data: Uint8Array): number | NoPacket {
  switch (linkType) {
    case LinkType.raw:
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return 0;
    case LinkType.ethernet:
      return behindEtherType(data, ETHERNET_HEADER);
    case LinkType.linuxCooked:
      return behindEtherType(data, COOKED_HEADER);
    case LinkType.linuxCooked2:
      return data.length < COOKED2_HEADER ? "malformed" : tagged(data, readUint16(data, 0), COOKED2_HEADER);
    case LinkType.null:
    case LinkType.loop:
      return behindFamily(data);
    default:
      return "link-type";
  }
}

/** The last two octets of the header are the type of what follows. */
function behindEtherType(data: Uint8Array, header: number): number | NoPacket {
  return data.length < header ? "malformed" : tagged(data, readUint16(data, header - 2), header);
}

/** Behind VLAN tags, where there are any. */
function tagged(data: Uint8Array, first: number, start: number): number | NoPacket {
  let type = first;
  let at = start;
  for (let tags = 0; VLAN_TAGS.has(type) && tags < MAX_VLAN_TAGS; tags++) {
    if (at + VLAN_TAG_LENGTH > data.length) return "malformed";
    type = readUint16(data, at + 2);
    at += VLAN_TAG_LENGTH;
  }
  return type === EtherType.ipv4 || type === EtherType.ipv6 ? at : "not-ip";
}

/** BSD's loopback: an address family in the byte order of the machine that captured. */
function behindFamily(data: Uint8Array): number | NoPacket {
  if (data.length < FAMILY_LENGTH) return "malformed";
  const big = readUint32(data, 0);
  const family = big <= MAX_FAMILY ? big : (data[0]! | (data[1]! << 8) | (data[2]! << 16)) >>> 0;
  return family === AF_INET || AF_INET6.has(family) ? FAMILY_LENGTH : "not-ip";
}
