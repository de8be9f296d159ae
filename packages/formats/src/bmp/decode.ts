import { familyOf, readUint16 } from "@netferry/bgp";
import { Fields } from "../fields.ts";
import { readUint32 } from "../octets.ts";
import { BMP_HEADER_LENGTH, BMP_VERSION, type BmpError } from "./framer.ts";
import {
  type BmpDownReason,
  type BmpMessage,
  type BmpPeer,
  BmpPeerFlag,
  BmpPeerType,
  type BmpStatistic,
  type BmpTlv,
  BmpType,
} from "./message.ts";

export type BmpResult =
  | { readonly ok: true; readonly message: BmpMessage }
  | { readonly ok: false; readonly error: BmpError };

/** Marker and length of a BGP message, to find where it ends. */
const BGP_LENGTH_AT = 16;
const BGP_HEADER_LENGTH = 19;
const IPV4_PADDING = 12;
const FAMILY_GAUGE_LENGTH = 11;

/** Decodes the one message that the bytes are, header included. Total. Octets in it are views. */
export function decodeBmpMessage(bytes: Uint8Array): BmpResult {
  const fits = bytes.length >= BMP_HEADER_LENGTH && readUint32(bytes, 1) === bytes.length;
  if (!fits || bytes[0] !== BMP_VERSION) return malformed("its header does not fit it");
  const fields = new Fields(bytes, BMP_HEADER_LENGTH, bytes.length);
  const message = decodeBody(bytes[BMP_HEADER_LENGTH - 1]!, fields);
  if (message === undefined || fields.short) return malformed(fields.problem);
  return fields.at === fields.end ? { ok: true, message } : malformed("something stands behind its fields");
}

function malformed(problem: string): BmpResult {
  return { ok: false, error: { cause: "malformed", text: `malformed BMP message: ${problem}` } };
}

function decodeBody(type: number, fields: Fields): BmpMessage | undefined {
  switch (type) {
    case BmpType.routeMonitoring:
      return { type: "route-monitoring", peer: peerHeader(fields), update: fields.rest() };
    case BmpType.statisticsReport:
      return { type: "statistics-report", peer: peerHeader(fields), statistics: statistics(fields) };
    case BmpType.peerDown:
      return { type: "peer-down", peer: peerHeader(fields), reason: downReason(fields) };
    case BmpType.peerUp:
      return peerUp(fields);
    case BmpType.initiation:
      return { type: "initiation", information: tlvs(fields) };
    case BmpType.termination:
      return { type: "termination", information: tlvs(fields) };
    case BmpType.routeMirroring:
      return { type: "route-mirroring", peer: peerHeader(fields), tlvs: tlvs(fields) };
    default:
      return { type: "unknown", code: type, body: fields.rest() };
  }
}

/** RFC 7854 section 4.2. */
function peerHeader(fields: Fields): BmpPeer {
  const peerType = fields.uint8();
  const flags = fields.uint8();
  return {
    peerType,
    flags,
    distinguisher: fields.bytes(8),
    address: address(fields, peerType !== BmpPeerType.locRib && (flags & BmpPeerFlag.ipv6) !== 0),
    asn: fields.uint32(),
    bgpIdentifier: fields.uint32(),
    seconds: fields.uint32(),
    microseconds: fields.uint32(),
  };
}

/** 16 octets; an IPv4 address stands in the last four. */
function address(fields: Fields, isIPv6: boolean): Uint8Array {
  const octets = fields.bytes(16);
  const padded = !isIPv6 && octets.subarray(0, IPV4_PADDING).every((octet) => octet === 0);
  return padded ? octets.subarray(IPV4_PADDING) : octets;
}

function tlvs(fields: Fields): BmpTlv[] {
  const list: BmpTlv[] = [];
  while (fields.at < fields.end && !fields.short) {
    const type = fields.uint16();
    list.push({ type, value: fields.bytes(fields.uint16()) });
  }
  return list;
}

/** RFC 7854 section 4.8. */
function statistics(fields: Fields): BmpStatistic[] {
  const count = fields.uint32();
  const list: BmpStatistic[] = [];
  while (list.length < count && !fields.short) {
    const type = fields.uint16();
    list.push(statistic(type, fields.bytes(fields.uint16())));
  }
  return list;
}

function statistic(type: number, bytes: Uint8Array): BmpStatistic {
  switch (bytes.length) {
    case 4:
      return { kind: "counter", type, value: readUint32(bytes, 0) };
    case 8:
      return { kind: "gauge", type, value: uint64(bytes, 0) };
    case FAMILY_GAUGE_LENGTH: {
      const family = familyOf(readUint16(bytes, 0), bytes[2]!);
      return { kind: "family-gauge", type, family, value: uint64(bytes, 3) };
    }
    default:
      return { kind: "unknown", type, bytes };
  }
}

function uint64(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(readUint32(bytes, offset)) << 32n) | BigInt(readUint32(bytes, offset + 4));
}

/** RFC 7854 section 4.9. */
function downReason(fields: Fields): BmpDownReason {
  const code = fields.uint8();
  switch (code) {
    case 1:
      return { kind: "local-notification", notification: fields.rest() };
    case 2:
      return { kind: "local-event", fsmEvent: fields.uint16() };
    case 3:
      return { kind: "remote-notification", notification: fields.rest() };
    case 4:
      return { kind: "remote-close" };
    case 5:
      return { kind: "de-configured" };
    case 6:
      return { kind: "local-closed", information: tlvs(fields) };
    default:
      return { kind: "unknown", code, data: fields.rest() };
  }
}

/** RFC 7854 section 4.10. */
function peerUp(fields: Fields): BmpMessage {
  const peer = peerHeader(fields);
  const isIPv6 = peer.peerType !== BmpPeerType.locRib && (peer.flags & BmpPeerFlag.ipv6) !== 0;
  const localAddress = address(fields, isIPv6);
  const localPort = fields.uint16();
  const remotePort = fields.uint16();
  const sentOpen = bgpMessage(fields);
  const receivedOpen = bgpMessage(fields);
  return {
    type: "peer-up",
    peer,
    localAddress,
    localPort,
    remotePort,
    sentOpen,
    receivedOpen,
    information: tlvs(fields),
  };
}

function bgpMessage(fields: Fields): Uint8Array {
  const at = fields.at + BGP_LENGTH_AT;
  const length = at + 2 <= fields.end ? readUint16(fields.buffer, at) : 0;
  if (length < BGP_HEADER_LENGTH) fields.fail("an OPEN in it does not fit its length");
  return fields.bytes(length);
}
