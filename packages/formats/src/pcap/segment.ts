import { readUint16, readUint32 } from "../octets.ts";
import { ipOffset, type NoPacket } from "./link-layer.ts";
import type { Packet } from "./packet.ts";

/** A TCP segment. Octets in it are views of the packet. */
export interface Segment {
  /** 4 or 16 octets. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  /** What was captured of it. */
  readonly payload: Uint8Array;
  /** Octets of it that were not captured. */
  readonly missing: number;
}

/** Why a packet has no segment. */
export type NoSegment = NoPacket | "not-tcp" | "fragment";

const Flag = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
const PROTOCOL_TCP = 6;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
/** More fragments, and the offset of this one (RFC 791 section 3.1). */
const IPV4_FRAGMENT = 0x3fff;
const Extension = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const;
/** Extension headers that are looked behind. */
const MAX_EXTENSIONS = 16;

/** The TCP segment of a packet, or why there is none. */
export function segmentOf({ linkType, data }: Packet): Segment | NoSegment {
  const at = ipOffset(linkType, data);
  if (typeof at === "string") return at;
  if (at >= data.length) return "malformed";
  switch (data[at]! >>> 4) {
    case 4:
      return ipv4(data, at);
    case 6:
      return ipv6(data, at);
    default:
      return "malformed";
  }
}

function ipv4(data: Uint8Array, at: number): Segment | NoSegment {
  const headerLength = 4 * (data[at]! & 15);
  if (headerLength < IPV4_HEADER || at + headerLength > data.length) return "malformed";
  if (data[at + 9] !== PROTOCOL_TCP) return "not-tcp";
  if ((readUint16(data, at + 6) & IPV4_FRAGMENT) !== 0) return "fragment";
  // 0 is what a card's segmentation offload leaves there for a packet longer than its field can tell.
  const length = readUint16(data, at + 2) || data.length - at;
  if (length < headerLength) return "malformed";
  const source = data.subarray(at + 12, at + 16);
  const destination = data.subarray(at + 16, at + 20);
  return tcp(data, at + headerLength, at + length, source, destination);
}

function ipv6(data: Uint8Array, start: number): Segment | NoSegment {
  if (start + IPV6_HEADER > data.length) return "malformed";
  const end = start + IPV6_HEADER + (readUint16(data, start + 4) || data.length - start - IPV6_HEADER);
  const source = data.subarray(start + 8, start + 24);
  const destination = data.subarray(start + 24, start + 40);
  let protocol = data[start + 6]!;
  let at = start + IPV6_HEADER;
  for (let count = 0; count < MAX_EXTENSIONS && protocol !== PROTOCOL_TCP; count++) {
    if (!isExtension(protocol)) return "not-tcp";
    if (at + 8 > data.length) return "malformed";
    if (protocol === Extension.fragment && (readUint16(data, at + 2) & 0xfff9) !== 0) return "fragment";
    const length = data[at + 1]!;
    const octets =
      protocol === Extension.fragment
        ? 8
        : protocol === Extension.authentication
          ? 4 * (length + 2)
          : 8 * (length + 1);
    protocol = data[at]!;
    at += octets;
  }
  return protocol === PROTOCOL_TCP ? tcp(data, at, end, source, destination) : "not-tcp";
}

function isExtension(protocol: number): boolean {
  return Object.values(Extension).some((each) => each === protocol);
}

/** `end`: of the packet by its own length; what was captured may end before it, or behind it with padding. */
function tcp(
  data: Uint8Array,
  at: number,
  end: number,
  source: Uint8Array,
  destination: Uint8Array,
): Segment | NoSegment {
  if (at + TCP_HEADER > data.length) return "malformed";
  const payload = at + 4 * (data[at + 12]! >>> 4);
  if (payload < at + TCP_HEADER || payload > end) return "malformed";
  const flags = data[at + 13]!;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const captured = Math.min(end, data.length);
  return {
    source,
    destination,
    sourcePort: readUint16(data, at),
    destinationPort: readUint16(data, at + 2),
    sequence: readUint32(data, at + 4),
    acknowledgement: has(Flag.ack) ? readUint32(data, at + 8) : undefined,
    syn: has(Flag.syn),
    fin: has(Flag.fin),
    rst: has(Flag.rst),
    payload: data.subarray(Math.min(payload, captured), captured),
    missing: end - Math.max(payload, captured),
  };
}
