import type { Family } from "@netferry/bgp";
import { afiOf, AttributeCode, HEADER_LENGTH, IPV4_UNICAST, MessageType, safiOf } from "@netferry/bgp";
import { MAX_PATH_LENGTH } from "./as-topology.ts";
import type { AttributeSet } from "./attribute-set.ts";
import { ABSENT, MAX_COMMUNITIES, MAX_LARGE_COMMUNITIES } from "./attribute-set.ts";
import type { Encoding } from "./encoding.ts";

const AS_TRANS = 23_456;
const OPTIONAL = 0x80;
const TRANSITIVE = 0x40;
const EXTENDED = 0x10;
const OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE;

/** Octets of attributes that a generated set takes at most, AS4_PATH and next hop included. */
export const MAX_ATTRIBUTES_LENGTH =
  256 + 8 * (MAX_PATH_LENGTH + 4) + 4 * MAX_COMMUNITIES + 12 * MAX_LARGE_COMMUNITIES;

/** Octets of NLRI that go into one UPDATE beside any attribute set (RFC 4271 section 4: 4096 in all). */
export const MAX_NLRI_RUN = 4096 - HEADER_LENGTH - 4 - MAX_ATTRIBUTES_LENGTH;

/** The next hops of a table, by AttributeSet.nextHop: 4 or 16 octets each. */
export interface NextHops {
  readonly ipv4: readonly Uint8Array[];
  readonly ipv6: readonly Uint8Array[];
}

/**
 * Writes UPDATEs straight into a caller's buffer, with nothing allocated for a message. The caller makes sure that
 * there is room: 4096 octets are always enough.
 */
export class UpdateWriter {
  readonly #nextHops: NextHops;
  readonly #encoding: Encoding;
  #out: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(encoding: Encoding, nextHops: NextHops) {
    this.#encoding = encoding;
    this.#nextHops = nextHops;
  }

  /** Announces the run `[start, end)` of NLRI with one attribute set; returns the offset behind the message. */
  announce(
    out: Uint8Array,
    at: number,
    family: Family,
    set: AttributeSet,
    nlri: Uint8Array,
    start: number,
    end: number,
  ): number {
    this.#begin(out, at);
    const lengthAt = this.#at + 2;
    this.#uint16(0);
    this.#at += 2;
    this.#attributes(family, set, nlri, start, end);
    putUint16(out, lengthAt, this.#at - lengthAt - 2);
    if (family === IPV4_UNICAST) this.#copy(nlri, start, end);
    return this.#finish(at);
  }

  /** Withdraws the run `[start, end)` of NLRI; returns the offset behind the message. */
  withdraw(
    out: Uint8Array,
    at: number,
    family: Family,
    nlri: Uint8Array,
    start: number,
    end: number,
  ): number {
    this.#begin(out, at);
    if (family === IPV4_UNICAST) {
      this.#uint16(end - start);
      this.#copy(nlri, start, end);
      this.#uint16(0);
    } else {
      const length = 3 + end - start;
      this.#uint16(0);
      this.#uint16(length + 4);
      this.#attributeHeader(OPTIONAL | EXTENDED, AttributeCode.mpUnreach, length);
      this.#uint16(afiOf(family));
      this.#uint8(safiOf(family));
      this.#copy(nlri, start, end);
    }
    return this.#finish(at);
  }

  /** Writes attributes alone, in the form that UpdateScanner hands to a RIB (MP_REACH_NLRI without NLRI). */
  attributes(out: Uint8Array, at: number, family: Family, set: AttributeSet): number {
    this.#out = out;
    this.#at = at;
    this.#attributes(family, set, out, 0, 0);
    return this.#at;
  }

  #begin(out: Uint8Array, at: number): void {
    this.#out = out;
    out.fill(0xff, at, at + 16);
    out[at + 18] = MessageType.update;
    this.#at = at + HEADER_LENGTH;
  }

  #finish(start: number): number {
    putUint16(this.#out, start + 16, this.#at - start);
    return this.#at;
  }

  #attributes(family: Family, set: AttributeSet, nlri: Uint8Array, start: number, end: number): void {
    const { internal, fourOctetAs } = this.#encoding;
    if (family !== IPV4_UNICAST) this.#reach(family, set, nlri, start, end);
    this.#attributeHeader(TRANSITIVE, AttributeCode.origin, 1);
    this.#uint8(set.origin);
    this.#path(AttributeCode.asPath, TRANSITIVE, set, fourOctetAs);
    if (family === IPV4_UNICAST) {
      const nextHop = pick(this.#nextHops.ipv4, set.nextHop);
      this.#attributeHeader(TRANSITIVE, AttributeCode.nextHop, 4);
      this.#copy(nextHop, 0, 4);
    }
    if (set.med !== ABSENT) this.#number(OPTIONAL, AttributeCode.multiExitDisc, set.med);
    if (internal) this.#number(TRANSITIVE, AttributeCode.localPref, set.localPref);
    if (set.atomicAggregate) this.#attributeHeader(TRANSITIVE, AttributeCode.atomicAggregate, 0);
    if (set.aggregator !== ABSENT) this.#aggregator(AttributeCode.aggregator, set, fourOctetAs);
    this.#communities(set);
    if (set.routeTarget !== ABSENT) {
      this.#attributeHeader(OPTIONAL_TRANSITIVE, AttributeCode.extendedCommunities, 8);
      this.#uint16(0x0002);
      this.#uint16(64_512);
      this.#uint32(set.routeTarget);
    }
    if (!fourOctetAs) {
      if (this.#needsFourOctets(set)) this.#path(AttributeCode.as4Path, OPTIONAL_TRANSITIVE, set, true);
      if (set.aggregator > 0xffff) this.#aggregator(AttributeCode.as4Aggregator, set, true);
    }
    if (set.largeCommunityCount > 0) {
      this.#attributeHeader(
        OPTIONAL_TRANSITIVE,
        AttributeCode.largeCommunities,
        12 * set.largeCommunityCount,
      );
      for (let index = 0; index < 3 * set.largeCommunityCount; index += 1) {
        this.#uint32(set.largeCommunities[index]!);
      }
    }
    if (set.onlyToCustomer !== ABSENT) {
      this.#number(OPTIONAL_TRANSITIVE, AttributeCode.onlyToCustomer, set.onlyToCustomer);
    }
  }

  /** RFC 4760 section 3; first of all attributes by RFC 7606 section 5.1. */
  #reach(family: Family, set: AttributeSet, nlri: Uint8Array, start: number, end: number): void {
    const nextHop = pick(this.#nextHops.ipv6, set.nextHop);
    const length = 5 + nextHop.length + end - start;
    this.#attributeHeader(length > 255 ? OPTIONAL | EXTENDED : OPTIONAL, AttributeCode.mpReach, length);
    this.#uint16(afiOf(family));
    this.#uint8(safiOf(family));
    this.#uint8(nextHop.length);
    this.#copy(nextHop, 0, nextHop.length);
    this.#uint8(0);
    this.#copy(nlri, start, end);
  }

  /** AS_PATH or AS4_PATH: a sequence, and an AS_SET where there is one. */
  #path(code: number, flags: number, { path }: AttributeSet, fourOctets: boolean): void {
    const size = fourOctets ? 4 : 2;
    const length = 2 + size * path.length + (path.setLength === 0 ? 0 : 2 + size * path.setLength);
    this.#attributeHeader(length > 255 ? flags | EXTENDED : flags, code, length);
    this.#uint8(2);
    this.#uint8(path.length);
    // An external speaker stands in for the first AS, so that paths stay as long as they are.
    const { internal, localAsn } = this.#encoding;
    for (let index = 0; index < path.length; index += 1) {
      this.#asn(index === 0 && !internal ? localAsn : path.asns[index]!, fourOctets);
    }
    if (path.setLength === 0) return;
    this.#uint8(1);
    this.#uint8(path.setLength);
    for (let index = 0; index < path.setLength; index += 1) this.#asn(path.set[index]!, fourOctets);
  }

  #needsFourOctets({ path }: AttributeSet): boolean {
    const { internal, localAsn } = this.#encoding;
    if (!internal && localAsn > 0xffff) return true;
    for (let index = internal ? 0 : 1; index < path.length; index += 1) {
      if (path.asns[index]! > 0xffff) return true;
    }
    for (let index = 0; index < path.setLength; index += 1) if (path.set[index]! > 0xffff) return true;
    return false;
  }

  #aggregator(code: number, set: AttributeSet, fourOctets: boolean): void {
    this.#attributeHeader(OPTIONAL_TRANSITIVE, code, fourOctets ? 8 : 6);
    this.#asn(set.aggregator, fourOctets);
    this.#uint32(set.aggregatorAddress);
  }

  #communities(set: AttributeSet): void {
    if (set.communityCount === 0) return;
    const length = 4 * set.communityCount;
    const flags = length > 255 ? OPTIONAL_TRANSITIVE | EXTENDED : OPTIONAL_TRANSITIVE;
    this.#attributeHeader(flags, AttributeCode.communities, length);
    for (let index = 0; index < set.communityCount; index += 1) this.#uint32(set.communities[index]!);
  }

  #number(flags: number, code: number, value: number): void {
    this.#attributeHeader(flags, code, 4);
    this.#uint32(value);
  }

  #attributeHeader(flags: number, code: number, length: number): void {
    const out = this.#out;
    out[this.#at] = flags;
    out[this.#at + 1] = code;
    if ((flags & EXTENDED) === 0) {
      out[this.#at + 2] = length;
      this.#at += 3;
    } else {
      putUint16(out, this.#at + 2, length);
      this.#at += 4;
    }
  }

  #asn(asn: number, fourOctets: boolean): void {
    if (fourOctets) this.#uint32(asn);
    else this.#uint16(asn > 0xffff ? AS_TRANS : asn);
  }

  #uint8(value: number): void {
    this.#out[this.#at] = value;
    this.#at += 1;
  }

  #uint16(value: number): void {
    putUint16(this.#out, this.#at, value);
    this.#at += 2;
  }

  #uint32(value: number): void {
    const out = this.#out;
    const at = this.#at;
    out[at] = value >>> 24;
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
    this.#at = at + 4;
  }

  /** Octet by octet: for the few that there are, that beats making a view for `set`. */
  #copy(source: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    let to = this.#at;
    for (let from = start; from < end; from += 1, to += 1) out[to] = source[from]!;
    this.#at = to;
  }
}

function putUint16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 8;
  out[at + 1] = value;
}

function pick(nextHops: readonly Uint8Array[], which: number): Uint8Array {
  return nextHops[which % nextHops.length]!;
}
