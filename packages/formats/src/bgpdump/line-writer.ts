import { AS_PATH_ROOM, writeAsPath } from "./as-path-text.ts";
import { AS_TRANS, BgpdumpAttributes, type FamilyField, NO_ADDRESS } from "./attributes.ts";
import { MAX_COMMUNITIES_LENGTH, writeCommunities } from "./community-text.ts";
import { ascii, LineBuffer } from "./line-buffer.ts";

const BAR = 0x7c;
const SLASH = 0x2f;
const SPACE = 0x20;
const DOT = 0x2e;
const NEWLINE = 0x0a;
/** A whole line: what is not AS path or communities is short. */
export const LINE_ROOM = AS_PATH_ROOM + MAX_COMMUNITIES_LENGTH + 512;

const ORIGINS = ["IGP", "EGP", "INCOMPLETE"].map(ascii);
const AGGREGATE = ascii("|AG|");
const NO_AGGREGATE = ascii("|NAG|");
const NO_FORMAT = new Uint8Array(0);
const IPV6_UNICAST_FIELD = 3;

/** The pieces of a line, out of the record and the attributes that its fields tell of. */
export class LineWriter {
  readonly out = new LineBuffer();
  readonly attributes = new BgpdumpAttributes();
  readonly #prefix = new Uint8Array(32);
  buffer: Uint8Array = new Uint8Array(0);
  format: Uint8Array = NO_FORMAT;
  timestamp = 0;
  microseconds = -1;
  peer = 0;
  peerIsIPv6 = false;
  peerAs = 0;
  /** The line's address is shown as IPv6, whatever it is. */
  widensPeer = false;
  local = false;
  addPath = false;
  asnWidth: 2 | 4 = 4;

  /** Host bits and too long lengths are shown as they are. */
  writePrefix(at: number, next: number, width: 4 | 16): void {
    const buffer = this.buffer;
    const length = this.addPath ? at + 4 : at;
    const octets = next - length - 1;
    let source = buffer;
    let offset = length + 1;
    if (octets < width) {
      source = this.#prefix;
      offset = 0;
      for (let i = 0; i < width; i++) source[i] = i < octets ? buffer[length + 1 + i]! : 0;
    }
    if (width === 16) this.out.ipv6(source, offset);
    else this.out.ipv4(source, offset);
    this.out.octet(SLASH);
    this.out.decimal(buffer[length]!);
  }

  /** Format, time and kind. */
  begin(format: Uint8Array, kind: Uint8Array): void {
    const out = this.out;
    out.text(format);
    out.octet(BAR);
    out.decimal(this.timestamp);
    if (this.microseconds >= 0) {
      out.octet(DOT);
      out.microseconds(this.microseconds);
    }
    out.text(kind);
  }

  head(kind: Uint8Array): void {
    const out = this.out;
    this.begin(this.format, kind);
    if (this.peerIsIPv6) out.ipv6(this.buffer, this.peer);
    else if (this.widensPeer) out.ipv6(this.#widened(), 0);
    else out.ipv4(this.buffer, this.peer);
    out.octet(BAR);
    out.decimal(this.peerAs);
    out.octet(BAR);
  }

  #widened(): Uint8Array {
    const address = this.#prefix.fill(0);
    address.set(this.buffer.subarray(this.peer, this.peer + 4));
    return address;
  }

  /** AS path to the line's end. */
  tail(field: FamilyField | undefined, isIPv6: boolean): void {
    const out = this.out;
    const attributes = this.attributes;
    writeAsPath(attributes, this.asnWidth, out);
    out.octet(BAR);
    out.text(ORIGINS[attributes.origin] ?? ORIGINS[2]!);
    out.octet(BAR);
    if (field === undefined) out.ipv4Number(attributes.nextHop);
    else this.#familyNextHop(field, isIPv6);
    out.octet(BAR);
    // NB: signed for IPv4 in a multiprotocol attribute.
    if (field !== undefined && !isIPv6) {
      out.signedDecimal(attributes.localPref);
      out.octet(BAR);
      out.signedDecimal(attributes.multiExitDisc);
    } else {
      out.decimal(attributes.localPref);
      out.octet(BAR);
      out.decimal(attributes.multiExitDisc);
    }
    out.octet(BAR);
    if (attributes.communitiesStart >= 0) writeCommunities(attributes, out);
    out.text(attributes.atomicAggregate ? AGGREGATE : NO_AGGREGATE);
    this.#aggregator();
    out.octet(BAR);
    out.octet(NEWLINE);
  }

  /** An IPv4 route's next hop may be IPv6 (RFC 8950); bgpdump itself ends there. */
  #familyNextHop(field: FamilyField, isIPv6: boolean): void {
    const { buffer } = this.attributes;
    const showsIPv6 = isIPv6 || field.nextHopLength >= 16;
    const width = showsIPv6 ? 16 : 4;
    const missing = field.nextHop + width > buffer.length;
    const source = missing ? new Uint8Array(16) : buffer;
    const offset = missing ? 0 : field.nextHop;
    if (showsIPv6) this.out.ipv6(source, offset);
    else this.out.ipv4(source, offset);
  }

  #aggregator(): void {
    const attributes = this.attributes;
    const merged =
      this.asnWidth === 2 &&
      attributes.as4AggregatorAs >= 0 &&
      attributes.aggregatorAddress !== NO_ADDRESS &&
      attributes.aggregatorAs === AS_TRANS;
    const address = merged ? attributes.as4AggregatorAddress : attributes.aggregatorAddress;
    if (address === NO_ADDRESS) return;
    const out = this.out;
    out.decimal(merged ? attributes.as4AggregatorAs : attributes.aggregatorAs);
    out.octet(SPACE);
    out.ipv4Number(address);
  }

  /** A RIB's next hop is that of IPv6 unicast where the path has one. */
  ribTail(): void {
    const field = this.attributes.reach[IPV6_UNICAST_FIELD]!;
    this.tail(field.present ? field : undefined, true);
  }
}
