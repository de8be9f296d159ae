import { readUint16, readUint32 } from "../octets.ts";
import { Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "../mrt/code.ts";
import type { MrtReader } from "../mrt/reader.ts";
import type { FamilyField } from "./attributes.ts";
import { ascii } from "./line-buffer.ts";
import { LINE_ROOM, LineWriter } from "./line-writer.ts";
import { BgpdumpPeers } from "./peers.ts";

/** Why a record, or an entry of one, has no lines. */
export const bgpdumpSkipCauses = [
  /** Of a type or subtype for which bgpdump has no lines: peer index tables, multicast RIBs, RIB_GENERIC ... */
  "no-lines",
  /** A BGP message that is no UPDATE. */
  "other-message",
  /** What the record holds does not fit its length, or its fields say what they can't. */
  "malformed",
  /** A RIB entry's peer is not in the peer index table, or there was none before. */
  "unknown-peer",
] as const;

export type BgpdumpSkipCause = (typeof bgpdumpSkipCauses)[number];

const BAR = 0x7c;
const SLASH = 0x2f;
const NEWLINE = 0x0a;
const AFI_IPV4 = 1;
const AFI_IPV6 = 2;
const MARKER_LENGTH = 16;
const HEADER_LENGTH = 19;
const UPDATE = 2;

const FORMATS = ["BGP4MP", "BGP4MP_ET", "BGP4MP_LOCAL", "BGP4MP_ET_LOCAL", "BGP4MP_AP", "BGP4MP_ET_AP"].map(
  ascii,
);
const TABLE_DUMP = ascii("TABLE_DUMP");
const TABLE_DUMP2 = ascii("TABLE_DUMP2");
const TABLE_DUMP2_AP = ascii("TABLE_DUMP2_AP");
const ANNOUNCED = ascii("|A|");
const WITHDRAWN = ascii("|W|");
const BEST = ascii("|B|");
const STATE = ascii("|STATE|");

/**
 * MRT records as the lines of `bgpdump -m`, octet for octet what bgpdump 1.6.2 writes of a well-formed file,
 * its peculiarities included. Where bgpdump itself ends in an assertion, or with the 8192nd prefix of a
 * message, this goes on; what has no lines is
 * counted. Reads the file's octets as they are, not by RFC 7606: an archive is shown, not applied.
 */
export class BgpdumpLines {
  readonly skipped: Record<BgpdumpSkipCause, number> = {
    "no-lines": 0,
    "other-message": 0,
    malformed: 0,
    "unknown-peer": 0,
  };
  lines = 0;
  readonly #line = new LineWriter();
  readonly #peers = new BgpdumpPeers();
  /** Octets that wait to be taken. */
  get pending(): number {
    return this.#line.out.length;
  }

  /** What was written since it was last called. A view: good until the next record is written. */
  take(): Uint8Array {
    const taken = this.#line.out.bytes.subarray(0, this.#line.out.length);
    this.#line.out.length = 0;
    return taken;
  }

  /** Writes the lines of the record that the reader stands at. */
  write(reader: MrtReader): void {
    this.#line.buffer = reader.buffer;
    this.#line.timestamp = reader.timestamp;
    this.#line.microseconds = -1;
    this.#line.addPath = false;
    switch (reader.type) {
      case MrtType.bgp4mp:
      case MrtType.bgp4mpEt:
        this.#line.microseconds = reader.microseconds;
        return this.#bgp4mp(reader);
      case MrtType.tableDumpV2:
        return this.#tableDumpV2(reader.subtype, reader.start, reader.end);
      case MrtType.tableDump:
        return this.#tableDump(reader.subtype, reader.start, reader.end);
      default:
        this.skipped["no-lines"]++;
    }
  }

  #bgp4mp({ subtype, start, end }: MrtReader): void {
    switch (subtype) {
      case Bgp4mpSubtype.stateChange:
        return this.#stateChange(start, end, 2);
      case Bgp4mpSubtype.stateChangeAs4:
        return this.#stateChange(start, end, 4);
      case Bgp4mpSubtype.message:
        return this.#message(start, end, 2, false, false);
      case Bgp4mpSubtype.messageAs4:
        return this.#message(start, end, 4, false, false);
      case Bgp4mpSubtype.messageLocal:
        return this.#message(start, end, 2, true, false);
      case Bgp4mpSubtype.messageAs4Local:
        return this.#message(start, end, 4, true, false);
      case Bgp4mpSubtype.messageAddPath:
        return this.#message(start, end, 2, false, true);
      case Bgp4mpSubtype.messageAs4AddPath:
        return this.#message(start, end, 4, false, true);
      case Bgp4mpSubtype.messageLocalAddPath:
        return this.#message(start, end, 2, true, true);
      case Bgp4mpSubtype.messageAs4LocalAddPath:
        return this.#message(start, end, 4, true, true);
      default:
        this.skipped["no-lines"]++;
    }
  }

  #stateChange(start: number, end: number, asnWidth: 2 | 4): void {
    const buffer = this.#line.buffer;
    const isShort = end - start === 8;
    const addresses = start + 2 * asnWidth + 4;
    const isIPv6 = !isShort && addresses <= end && readUint16(buffer, addresses - 2) === AFI_IPV6;
    const width = isShort ? 0 : isIPv6 ? 16 : 4;
    const states = isShort ? start + 2 * asnWidth : addresses + 2 * width;
    if (
      isShort
        ? asnWidth !== 2
        : states + 4 !== end || (!isIPv6 && readUint16(buffer, addresses - 2) !== AFI_IPV4)
    ) {
      this.skipped.malformed++;
      return;
    }
    const out = this.#line.out;
    out.reserve(LINE_ROOM);
    this.#line.begin(this.#line.microseconds < 0 ? FORMATS[0]! : FORMATS[1]!, STATE);
    if (isShort) out.ipv4Number(0);
    else if (isIPv6) out.ipv6(buffer, addresses);
    else out.ipv4(buffer, addresses);
    out.octet(BAR);
    out.decimal(asnWidth === 4 ? readUint32(buffer, start) : readUint16(buffer, start));
    out.octet(BAR);
    out.decimal(readUint16(buffer, states));
    out.octet(BAR);
    out.decimal(readUint16(buffer, states + 2));
    out.octet(NEWLINE);
    this.lines++;
  }

  #message(start: number, end: number, asnWidth: 2 | 4, local: boolean, addPath: boolean): void {
    const buffer = this.#line.buffer;
    const addresses = start + 2 * asnWidth + 4;
    const afi = addresses <= end ? readUint16(buffer, addresses - 2) : 0;
    const width = afi === AFI_IPV6 ? 16 : 4;
    const message = addresses + 2 * width;
    if (
      (afi !== AFI_IPV4 && afi !== AFI_IPV6) ||
      message + HEADER_LENGTH > end ||
      !isMarker(buffer, message)
    ) {
      this.skipped.malformed++;
      return;
    }
    if (buffer[message + HEADER_LENGTH - 1] !== UPDATE) {
      this.skipped["other-message"]++;
      return;
    }
    // NB: of messages sent with ADD-PATH bgpdump shows the collector's own side.
    const ownSide = local && addPath;
    const asnAt = ownSide ? start + asnWidth : start;
    this.#line.peer = ownSide ? addresses + width : addresses;
    this.#line.peerIsIPv6 = width === 16;
    this.#line.peerAs = asnWidth === 4 ? readUint32(buffer, asnAt) : readUint16(buffer, asnAt);
    this.#line.asnWidth = asnWidth;
    this.#line.addPath = addPath;
    this.#line.local = local;
    this.#line.format = FORMATS[(this.#line.microseconds < 0 ? 0 : 1) + (addPath ? 4 : local ? 2 : 0)]!;
    this.#update(
      message + HEADER_LENGTH,
      Math.min(end, message + readUint16(buffer, message + MARKER_LENGTH)),
    );
  }

  #update(start: number, end: number): void {
    const buffer = this.#line.buffer;
    if (start + 2 > end) {
      this.skipped.malformed++;
      return;
    }
    const withdrawnEnd = Math.min(end, start + 2 + readUint16(buffer, start));
    const attributesStart = withdrawnEnd + 2;
    const attributesEnd =
      attributesStart > end ? end : Math.min(end, attributesStart + readUint16(buffer, withdrawnEnd));
    const attributes = this.#line.attributes;
    attributes.scan(buffer, Math.min(attributesStart, end), attributesEnd, this.#line.asnWidth);
    this.#withdrawn(start + 2, withdrawnEnd, 4);
    if (attributes.hasUnreach) {
      attributes.unreach.forEach((field, index) => {
        if (field.present) this.#withdrawn(field.start, field.end, index < 3 ? 4 : 16);
      });
    }
    if (attributesEnd < end) this.#announced(attributesEnd, end, undefined, false);
    if (attributes.hasReach) {
      attributes.reach.forEach((field, index) => {
        if (field.present && field.start < field.end)
          this.#announced(field.start, field.end, field, index >= 3);
      });
    }
  }

  #withdrawn(start: number, end: number, width: 4 | 16): void {
    const out = this.#line.out;
    // NB: of IPv6 routes withdrawn to an IPv4 peer bgpdump shows the peer's address as IPv6, zeros behind it.
    this.#line.widensPeer = width === 16 && this.#line.local && !this.#line.addPath;
    let headStart = -1;
    let headEnd = 0;
    for (let at = start; ;) {
      const next = this.#prefixEnd(at, end);
      if (next < 0) return;
      out.reserve(LINE_ROOM);
      const lineStart = out.length;
      if (headStart < 0) this.#line.head(WITHDRAWN);
      else out.repeat(headStart, headEnd);
      headStart = lineStart;
      headEnd = out.length;
      this.#line.writePrefix(at, next, width);
      if (this.#line.addPath) {
        out.octet(BAR);
        out.decimal(readUint32(this.#line.buffer, at));
      }
      out.octet(NEWLINE);
      this.lines++;
      at = next;
    }
  }

  /** `field`: the multiprotocol attribute that the NLRI are in, if they are in one. */
  #announced(start: number, end: number, field: FamilyField | undefined, isIPv6: boolean): void {
    const out = this.#line.out;
    this.#line.widensPeer = false;
    let headStart = -1;
    let headEnd = 0;
    let tailStart = 0;
    let tailEnd = 0;
    for (let at = start; ;) {
      const next = this.#prefixEnd(at, end);
      if (next < 0) return;
      out.reserve(LINE_ROOM);
      const lineStart = out.length;
      if (headStart < 0) this.#line.head(ANNOUNCED);
      else out.repeat(headStart, headEnd);
      const lineHeadEnd = out.length;
      this.#line.writePrefix(at, next, isIPv6 ? 16 : 4);
      out.octet(BAR);
      if (this.#line.addPath) {
        out.decimal(readUint32(this.#line.buffer, at));
        out.octet(BAR);
      }
      const lineTailStart = out.length;
      if (headStart < 0) this.#line.tail(field, isIPv6);
      else out.repeat(tailStart, tailEnd);
      headStart = lineStart;
      headEnd = lineHeadEnd;
      tailStart = lineTailStart;
      tailEnd = out.length;
      this.lines++;
      at = next;
    }
  }

  /** Where the prefix at an offset ends, its path identifier included; -1 if none is left whole. */
  #prefixEnd(at: number, end: number): number {
    const length = this.#line.addPath ? at + 4 : at;
    if (length >= end) return -1;
    const next = length + 1 + ((this.#line.buffer[length]! + 7) >>> 3);
    return next > end ? -1 : next;
  }

  #tableDumpV2(subtype: number, start: number, end: number): void {
    switch (subtype) {
      case TableDumpV2Subtype.peerIndexTable:
        this.skipped[this.#peers.read(this.#line.buffer, start, end) ? "no-lines" : "malformed"]++;
        return;
      case TableDumpV2Subtype.ribIpv4Unicast:
      case TableDumpV2Subtype.ribIpv4UnicastAddPath:
        return this.#rib(start, end, 4, subtype === TableDumpV2Subtype.ribIpv4UnicastAddPath);
      case TableDumpV2Subtype.ribIpv6Unicast:
      case TableDumpV2Subtype.ribIpv6UnicastAddPath:
        return this.#rib(start, end, 16, subtype === TableDumpV2Subtype.ribIpv6UnicastAddPath);
      default:
        this.skipped["no-lines"]++;
    }
  }

  #rib(start: number, end: number, width: 4 | 16, addPath: boolean): void {
    const buffer = this.#line.buffer;
    const out = this.#line.out;
    const prefix = start + 4;
    const next = prefix < end ? this.#prefixEnd(prefix, end) : -1;
    if (next < 0 || next + 2 > end) {
      this.skipped.malformed++;
      return;
    }
    this.#line.asnWidth = 4;
    let at = next + 2;
    for (let left = readUint16(buffer, next); left > 0; left--) {
      const lengthAt = at + (addPath ? 10 : 6);
      const attributesEnd = lengthAt + 2 <= end ? lengthAt + 2 + readUint16(buffer, lengthAt) : end + 1;
      if (attributesEnd > end) {
        this.skipped.malformed++;
        return;
      }
      const peer = this.#peers.at(readUint16(buffer, at));
      if (peer === undefined) this.skipped["unknown-peer"]++;
      else {
        out.reserve(LINE_ROOM);
        this.#line.begin(addPath ? TABLE_DUMP2_AP : TABLE_DUMP2, BEST);
        out.text(peer);
        this.#line.writePrefix(prefix, next, width);
        out.octet(BAR);
        if (addPath) {
          out.decimal(readUint32(buffer, at + 6));
          out.octet(BAR);
        }
        this.#line.attributes.scan(buffer, lengthAt + 2, attributesEnd, 4);
        this.#line.ribTail();
        this.lines++;
      }
      at = attributesEnd;
    }
  }

  #tableDump(subtype: number, start: number, end: number): void {
    if (subtype < 1 || subtype > 4) {
      this.skipped["no-lines"]++;
      return;
    }
    const buffer = this.#line.buffer;
    const width = (subtype & 1) === 1 ? 4 : 16;
    const asnWidth = subtype < 3 ? 2 : 4;
    const peer = start + 4 + width + 6;
    const length = peer + width + asnWidth;
    if (length + 2 > end || length + 2 + readUint16(buffer, length) > end) {
      this.skipped.malformed++;
      return;
    }
    const out = this.#line.out;
    out.reserve(LINE_ROOM);
    this.#line.begin(TABLE_DUMP, BEST);
    // NB: of the subtype with IPv6 and four-octet AS numbers bgpdump shows the addresses as IPv4.
    const showsIPv6 = subtype === 2;
    if (showsIPv6) out.ipv6(buffer, peer);
    else out.ipv4(buffer, peer);
    out.octet(BAR);
    out.decimal(asnWidth === 4 ? readUint32(buffer, length - 4) : readUint16(buffer, length - 2));
    out.octet(BAR);
    if (showsIPv6) out.ipv6(buffer, start + 4);
    else out.ipv4(buffer, start + 4);
    out.octet(SLASH);
    out.decimal(buffer[start + 4 + width]!);
    out.octet(BAR);
    this.#line.asnWidth = asnWidth;
    this.#line.attributes.scan(buffer, length + 2, length + 2 + readUint16(buffer, length), asnWidth);
    this.#line.ribTail();
    this.lines++;
  }
}

function isMarker(buffer: Uint8Array, at: number): boolean {
  for (let i = at; i < at + MARKER_LENGTH; i++) if (buffer[i] !== 0xff) return false;
  return true;
}
