import type { Attribute } from "./attribute/attribute.ts";
import { mergeAs4 } from "./attribute/as4.ts";
import { AttributeCode, AttributeFlag, OPTIONAL_NON_TRANSITIVE } from "./attribute/code.ts";
import { decodeAttribute, encodeAttributes } from "./attribute/list.ts";
import { MP_REACH_MINIMUM } from "./attribute/mp-reach.ts";
import { readUint16 } from "./bytes.ts";
import { type CodecContext, codecContext } from "./codec-context.ts";
import type { UpdateCheck } from "./update-check.ts";

const EMPTY = new Uint8Array(0);
const FOUR_OCTET = codecContext();
/** A MP_REACH_NLRI without NLRI: its header, family, next hop of up to 255 octets, reserved octet. */
const MAX_REACH_LENGTH = 3 + MP_REACH_MINIMUM + 255;
const INITIAL_CAPACITY = 1024;

/** The attributes whose form depends on whether the session has four-octet AS numbers (RFC 6793). */
const AS_CODES: readonly number[] = [
  AttributeCode.asPath,
  AttributeCode.aggregator,
  AttributeCode.as4Path,
  AttributeCode.as4Aggregator,
];

/**
 * Writes the attributes of a checked UPDATE in the form in which a RIB keeps them: those kept, as
 * received, but without MP_UNREACH_NLRI; with four-octet AS numbers; for routes of MP_REACH_NLRI that
 * attribute first, cut down to family and next hop (an MP_REACH_NLRI with no NLRI), and no NEXT_HOP, which
 * is not theirs (RFC 4760 section 3); for routes of the NLRI field without MP_REACH_NLRI.
 */
export class AttributeRewriter {
  /** What was written last, from 0. Reused, and replaced by a larger one when it must be. */
  buffer: Uint8Array = EMPTY;
  readonly #check: UpdateCheck;
  readonly #context: CodecContext;

  constructor(check: UpdateCheck, context: CodecContext) {
    this.#check = check;
    this.#context = context;
  }

  /** Writes the attributes for the routes of MP_REACH_NLRI, or else of the NLRI field; returns their length. */
  write(bytes: Uint8Array, forReach: boolean): number {
    const check = this.#check;
    const as4 = this.#context.fourOctetAs ? EMPTY : this.#fourOctetForm(bytes);
    this.#reserve(MAX_REACH_LENGTH + as4.length + check.attributesEnd - check.attributesStart);
    let length = forReach ? this.#writeReach(bytes) : 0;
    length = this.#append(as4, 0, as4.length, length);
    let at = check.attributesStart;
    const end = check.attributesEnd;
    let from = at; // what is to be copied and was not yet: [from, at)
    while (at + 3 <= end) {
      const code = bytes[at + 1]!;
      const next =
        (bytes[at]! & AttributeFlag.extendedLength) === 0
          ? at + 3 + bytes[at + 2]!
          : at + 4 + readUint16(bytes, at + 2);
      if (check.keptAt(code) !== at || !this.#isCopied(code, forReach)) {
        length = this.#append(bytes, from, at, length);
        from = next;
      }
      at = next;
    }
    return this.#append(bytes, from, end, length);
  }

  #reserve(length: number): void {
    if (length <= this.buffer.length) return;
    this.buffer = new Uint8Array(Math.max(INITIAL_CAPACITY, 2 ** Math.ceil(Math.log2(length))));
  }

  #isCopied(code: number, forReach: boolean): boolean {
    if (code === AttributeCode.mpReach || code === AttributeCode.mpUnreach) return false;
    if (forReach && code === AttributeCode.nextHop) return false;
    return this.#context.fourOctetAs || !AS_CODES.includes(code);
  }

  #writeReach(bytes: Uint8Array): number {
    const check = this.#check;
    const { buffer } = this;
    const { family } = check.reach;
    buffer[0] = OPTIONAL_NON_TRANSITIVE;
    buffer[1] = AttributeCode.mpReach;
    buffer[2] = MP_REACH_MINIMUM + check.nextHopLength;
    buffer[3] = family >>> 16;
    buffer[4] = family >>> 8;
    buffer[5] = family;
    buffer[6] = check.nextHopLength;
    const length = this.#append(bytes, check.nextHopStart, check.nextHopStart + check.nextHopLength, 7);
    buffer[length] = 0;
    return length + 1;
  }

  /** The AS path and aggregator of a two-octet session, merged with AS4_*. Allocates. */
  #fourOctetForm(bytes: Uint8Array): Uint8Array {
    const attributes: Attribute[] = [];
    for (const code of AS_CODES) {
      const at = this.#check.keptAt(code);
      if (at < 0) continue;
      const flags = bytes[at]!;
      const extended = (flags & AttributeFlag.extendedLength) !== 0;
      const start = extended ? at + 4 : at + 3;
      const end = start + (extended ? readUint16(bytes, at + 2) : bytes[at + 2]!);
      attributes.push(decodeAttribute(bytes, flags, code, start, end, this.#context));
    }
    return encodeAttributes(mergeAs4(attributes), FOUR_OCTET);
  }

  /** Copies octet by octet: for the few that attributes have, that beats making a view for `set`. */
  #append(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const { buffer } = this;
    let to = offset;
    for (let from = start; from < end; from++) buffer[to++] = bytes[from]!;
    return to;
  }
}
