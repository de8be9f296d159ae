/** Reads a captured SYN: hostile octets, so every length is checked, and what is wrong is undefined. */
import { formatIPv4, formatIPv6 } from "@netferry/bgp";

import {
  EXTENSION_HEADERS,
  MAX_EXTENSION_HEADERS,
  PROTOCOL_TCP,
  SYN_MASK,
  SYN_ONLY,
  TCP_HEADER_LENGTH,
  TCP_MD5_OPTION,
  TCP_MD5_OPTION_LENGTH,
} from "./filter.ts";

/** The first segment of a connection. Its addresses may be forged: nobody answered yet. */
export interface Syn {
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
  /** Whether it carries the TCP MD5 option (RFC 2385). */
  readonly hasMd5: boolean;
}

/** A packet from its IP header on; undefined for what is no SYN or is cut off before its options end. */
export function parseSyn(packet: Uint8Array): Syn | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return parseIPv4(packet);
  return version === 6 ? parseIPv6(packet) : undefined;
}

function parseIPv4(packet: Uint8Array): Syn | undefined {
  const tcpAt = (packet[0]! & 15) * 4;
  if (tcpAt < 20 || packet.length < tcpAt + TCP_HEADER_LENGTH) return undefined;
  if (packet[9] !== PROTOCOL_TCP || (((packet[6]! & 0x1f) << 8) | packet[7]!) !== 0) return undefined;
  return parseTcp(packet, tcpAt, formatIPv4(packet, 12), formatIPv4(packet, 16));
}

function parseIPv6(packet: Uint8Array): Syn | undefined {
  if (packet.length < 40) return undefined;
  let next = packet[6]!;
  let at = 40;
  for (let step = 0; next !== PROTOCOL_TCP; step += 1) {
    if (step === MAX_EXTENSION_HEADERS || !EXTENSION_HEADERS.includes(next)) return undefined;
    if (at + 2 > packet.length) return undefined;
    next = packet[at]!;
    at += (packet[at + 1]! + 1) * 8;
  }
  if (packet.length < at + TCP_HEADER_LENGTH) return undefined;
  return parseTcp(packet, at, formatIPv6(packet, 8), formatIPv6(packet, 24));
}

function parseTcp(packet: Uint8Array, at: number, source: string, destination: string): Syn | undefined {
  if ((packet[at + 13]! & SYN_MASK) !== SYN_ONLY) return undefined;
  const end = at + (packet[at + 12]! >> 4) * 4;
  if (end < at + TCP_HEADER_LENGTH || end > packet.length) return undefined;
  return {
    sourceAddress: source,
    sourcePort: (packet[at]! << 8) | packet[at + 1]!,
    destinationAddress: destination,
    destinationPort: (packet[at + 2]! << 8) | packet[at + 3]!,
    hasMd5: hasMd5Option(packet, at + TCP_HEADER_LENGTH, end),
  };
}

/** Each step is at least one octet, and a header has at most 40 octets of options. */
function hasMd5Option(packet: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const kind = packet[at]!;
    if (kind === 0) return false;
    if (kind === 1) {
      at += 1;
      continue;
    }
    const length = at + 1 < end ? packet[at + 1]! : 0;
    if (length < 2 || at + length > end) return false;
    if (kind === TCP_MD5_OPTION) return length === TCP_MD5_OPTION_LENGTH;
    at += length;
  }
  return false;
}
