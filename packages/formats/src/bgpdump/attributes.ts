import { readUint16, readUint32 } from "../octets.ts";

/** The attributes that bgpdump's lines show. */
const AttributeCode = {
  origin: 1,
  asPath: 2,
  nextHop: 3,
  multiExitDisc: 4,
  localPref: 5,
  atomicAggregate: 6,
  aggregator: 7,
  communities: 8,
  mpReach: 14,
  mpUnreach: 15,
  as4Path: 17,
  as4Aggregator: 18,
} as const;
const EXTENDED_LENGTH = 0x10;
/** Stands for an AS number that does not fit two octets (RFC 6793 section 9). */
export const AS_TRANS = 23456;
/** Stands for an address that is not there, as in C. */
export const NO_ADDRESS = 0xffffffff;
const NONE = -1;
const FIRST_OCTET_OF_AFI = 0;
const AFI_IPV4 = 1;
const AFI_IPV6 = 2;
const MAX_SAFI = 3;
const LINK_LOCAL_LENGTH = 32;
const FAMILIES = 6;

/** The NLRI of one family in one attribute. */
export class FamilyField {
  present = false;
  /** The next hop, in the scan's buffer; past its end it counts as zeros. */
  nextHop = 0;
  nextHopLength = 0;
  start = 0;
  end = 0;
}

/**
 * Path attributes as bgpdump reads them: by position, lenient, with zeros for what is cut short. It looks at
 * unicast, multicast and both (SAFI 1 to 3) of IPv4 and IPv6, and at nothing newer than AS4_AGGREGATOR.
 * Reused: nothing of it may be kept.
 */
export class BgpdumpAttributes {
  buffer: Uint8Array = new Uint8Array(0);
  origin = NONE;
  asPathStart = NONE;
  asPathEnd = NONE;
  as4PathStart = NONE;
  as4PathEnd = NONE;
  nextHop = NO_ADDRESS;
  multiExitDisc = 0;
  localPref = 0;
  atomicAggregate = false;
  aggregatorAs = 0;
  aggregatorAddress = NO_ADDRESS;
  as4AggregatorAs = NONE;
  as4AggregatorAddress = NO_ADDRESS;
  communitiesStart = NONE;
  communitiesEnd = NONE;
  hasReach = false;
  hasUnreach = false;
  /** IPv4 unicast, multicast, both, then the same of IPv6. */
  readonly reach: readonly FamilyField[] = Array.from({ length: FAMILIES }, () => new FamilyField());
  readonly unreach: readonly FamilyField[] = Array.from({ length: FAMILIES }, () => new FamilyField());

  /** Reads the attributes in `[start, end)`. `asnWidth`: octets of an AS number. */
  scan(buffer: Uint8Array, start: number, end: number, asnWidth: 2 | 4): void {
    this.#clear(buffer);
    let at = start;
    while (at < end) {
      const flags = buffer[at]!;
      const code = at + 1 < end ? buffer[at + 1]! : 0;
      const extended = (flags & EXTENDED_LENGTH) !== 0;
      const valueStart = at + (extended ? 4 : 3);
      if (valueStart > end) return;
      const valueEnd = valueStart + (extended ? readUint16(buffer, at + 2) : buffer[at + 2]!);
      if (valueEnd > end) return;
      this.#attribute(code, valueStart, valueEnd, asnWidth);
      at = valueEnd;
    }
  }

  #clear(buffer: Uint8Array): void {
    this.buffer = buffer;
    this.origin = NONE;
    this.asPathStart = NONE;
    this.asPathEnd = NONE;
    this.as4PathStart = NONE;
    this.as4PathEnd = NONE;
    this.nextHop = NO_ADDRESS;
    this.multiExitDisc = 0;
    this.localPref = 0;
    this.atomicAggregate = false;
    this.aggregatorAs = 0;
    this.aggregatorAddress = NO_ADDRESS;
    this.as4AggregatorAs = NONE;
    this.as4AggregatorAddress = NO_ADDRESS;
    this.communitiesStart = NONE;
    this.communitiesEnd = NONE;
    if (this.hasReach) for (const field of this.reach) field.present = false;
    if (this.hasUnreach) for (const field of this.unreach) field.present = false;
    this.hasReach = false;
    this.hasUnreach = false;
  }

  #attribute(code: number, start: number, end: number, asnWidth: 2 | 4): void {
    switch (code) {
      case AttributeCode.origin:
        this.origin = start < end ? this.buffer[start]! : 0;
        break;
      case AttributeCode.asPath:
        this.asPathStart = start;
        this.asPathEnd = end;
        break;
      case AttributeCode.nextHop:
        this.nextHop = this.#uint32(start, end);
        break;
      case AttributeCode.multiExitDisc:
        this.multiExitDisc = this.#uint32(start, end);
        break;
      case AttributeCode.localPref:
        this.localPref = this.#uint32(start, end);
        break;
      case AttributeCode.atomicAggregate:
        this.atomicAggregate = true;
        break;
      case AttributeCode.aggregator:
        this.aggregatorAs = asnWidth === 4 ? this.#uint32(start, end) : this.#uint32(start, end) >>> 16;
        this.aggregatorAddress = this.#uint32(start + asnWidth, end);
        break;
      case AttributeCode.communities:
        this.communitiesStart = start;
        this.communitiesEnd = end;
        break;
      case AttributeCode.as4Path:
        this.as4PathStart = start;
        this.as4PathEnd = end;
        break;
      case AttributeCode.as4Aggregator:
        this.as4AggregatorAs = this.#uint32(start, end);
        this.as4AggregatorAddress = this.#uint32(start + 4, end);
        break;
      case AttributeCode.mpReach:
        this.hasReach = true;
        this.#reach(start, end);
        break;
      case AttributeCode.mpUnreach:
        this.hasUnreach = true;
        this.#unreach(start, end);
        break;
    }
  }

  /** RFC 4760 section 3, or in RIB entries the next hop alone (RFC 6396 section 4.3.4). */
  #reach(start: number, end: number): void {
    const buffer = this.buffer;
    if (start === end) return;
    if (buffer[start] !== FIRST_OCTET_OF_AFI) {
      const field = this.reach[FAMILIES / 2]!;
      if (field.present) return;
      this.#nextHop(field, start, end);
      field.start = end;
      field.end = end;
      return;
    }
    const field =
      end - start < 4 ? undefined : familyField(this.reach, readUint16(buffer, start), buffer[start + 2]!);
    if (field === undefined || field.present) return;
    let at = this.#nextHop(field, start + 3, end);
    let snpas = at < end ? buffer[at]! : 0;
    for (at += 1; snpas > 0 && at < end; snpas--) at += 1 + buffer[at]!;
    field.start = Math.min(at, end);
    field.end = end;
  }

  /** Where the next hop ends. */
  #nextHop(field: FamilyField, at: number, end: number): number {
    field.present = true;
    field.nextHop = at + 1;
    field.nextHopLength = this.buffer[at]!;
    const isIPv4 = field === this.reach[0] || field === this.reach[1] || field === this.reach[2];
    const width = isIPv4 || field.nextHopLength === LINK_LOCAL_LENGTH ? field.nextHopLength : 16;
    return Math.min(at + 1 + width, end);
  }

  #unreach(start: number, end: number): void {
    if (end - start < 3) return;
    const field = familyField(this.unreach, readUint16(this.buffer, start), this.buffer[start + 2]!);
    if (field === undefined || field.present) return;
    field.present = true;
    field.start = start + 3;
    field.end = end;
  }

  #uint32(at: number, end: number): number {
    if (at + 4 <= end) return readUint32(this.buffer, at);
    let value = 0;
    for (let i = 0; i < 4; i++) value = (value << 8) | (at + i < end ? this.buffer[at + i]! : 0);
    return value >>> 0;
  }
}

function familyField(fields: readonly FamilyField[], afi: number, safi: number): FamilyField | undefined {
  if (afi < AFI_IPV4 || afi > AFI_IPV6 || safi < 1 || safi > MAX_SAFI) return undefined;
  return fields[(afi - 1) * MAX_SAFI + safi - 1];
}
