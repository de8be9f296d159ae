import { HEADER_LENGTH, MAX_EXTENDED_MESSAGE_LENGTH, readUint16 } from "@netferry/bgp";
import type { AttributeSpan, LengthField, Outline } from "./outline.ts";
import type { Draw } from "./random.ts";

/** Type codes that decide what is read: the attributes and a few that nobody has. */
const CODES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 22, 23, 24, 25, 26, 27, 29] as const;
const LATER_CODES = [32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 128, 0, 99, 255] as const;
const FLAGS = [0x00, 0x40, 0x80, 0xc0, 0x50, 0x90, 0xd0, 0xe0, 0xff] as const;
/** Copies of a value inside of itself, for depth. */
const MAX_COPIES = 12;

/** Makes wrong messages out of right ones, knowing where their lengths, flags and codes are. */
export class Mutator {
  readonly #corpus: readonly Outline[];
  readonly #draw: Draw;
  readonly #bytes = new Uint8Array(MAX_EXTENDED_MESSAGE_LENGTH);
  #length = 0;
  #source!: Outline;

  constructor(corpus: readonly Outline[], draw: Draw) {
    this.#corpus = corpus;
    this.#draw = draw;
  }

  /** A message of the corpus with one to four things wrong. A view that is good until the next call. */
  next(): Uint8Array {
    this.#source = this.#pick(this.#corpus);
    this.#bytes.set(this.#source.bytes);
    this.#length = this.#source.bytes.length;
    for (let count = this.#draw(2) === 0 ? 1 : 1 + this.#draw(4); count > 0; count--) this.#mutate();
    // Mostly right, since a wrong header hides the rest.
    if (this.#draw(64) > 0) this.#put16(16, this.#length);
    return this.#bytes.subarray(0, this.#length);
  }

  #mutate(): void {
    switch (this.#draw(11)) {
      case 0:
      case 1:
        return this.#changeLength();
      case 2:
        return this.#changeHead(0, FLAGS);
      case 3:
        return this.#changeHead(1, this.#draw(2) === 0 ? CODES : LATER_CODES);
      case 4:
        return this.#truncate();
      case 5:
        return this.#splice();
      case 6:
        return this.#repeatAttribute();
      case 7:
        return this.#nest();
      case 8:
        return this.#removeOctets();
      case 9:
        return this.#insertOctets();
      default:
        return this.#setOctets();
    }
  }

  #changeLength(): void {
    if (this.#source.lengths.length === 0) return this.#setOctets();
    const { at, size }: LengthField = this.#pick(this.#source.lengths);
    if (at + size > this.#length) return;
    const old = size === 1 ? this.#bytes[at]! : readUint16(this.#bytes, at);
    const values = [0, 1, old - 1, old + 1, old + 4, old * 2, 3, 4, 8, 16, 32, 33, 128, 129, 255, 65535];
    const value = Math.max(0, this.#pick(values));
    if (size === 1) this.#bytes[at] = value;
    else this.#put16(at, value);
  }

  #changeHead(offset: 0 | 1, values: readonly number[]): void {
    const span = this.#attribute();
    if (span === undefined) return this.#setOctets();
    if (span.start + 1 < this.#length) this.#bytes[span.start + offset] = this.#pick(values);
  }

  #truncate(): void {
    const left = HEADER_LENGTH + this.#draw(this.#length - HEADER_LENGTH + 1);
    this.#grow(left - this.#length);
    this.#length = left;
  }

  /** Puts an attribute of another message, or a part of one, behind or over one of this. */
  #splice(): void {
    const other = this.#pick(this.#corpus);
    const span = this.#attribute();
    if (other.attributes.length === 0 || span === undefined) return this.#setOctets();
    const donor = this.#pick(other.attributes);
    const whole = this.#draw(2) === 0;
    const from = whole ? donor.start : donor.value;
    this.#replace(
      whole ? span.end : span.value,
      whole ? 0 : span.end - span.value,
      other.bytes,
      from,
      donor.end,
    );
  }

  #repeatAttribute(): void {
    const span = this.#attribute();
    if (span === undefined) return this.#setOctets();
    this.#replace(span.end, 0, this.#source.bytes, span.start, span.end);
  }

  /** Writes what stands behind a length into itself, many times over. */
  #nest(): void {
    if (this.#source.lengths.length === 0) return this.#setOctets();
    const { at } = this.#pick(this.#source.lengths);
    const span = this.#source.attributes.find(({ start, end }) => start <= at && at < end);
    const end = Math.min(span?.end ?? this.#source.bytes.length, this.#source.bytes.length);
    const start = Math.max(HEADER_LENGTH, at - 2);
    if (start >= end) return;
    for (let copies = 1 + this.#draw(MAX_COPIES); copies > 0; copies--) {
      this.#replace(at + 2, 0, this.#source.bytes, start, end);
    }
  }

  #removeOctets(): void {
    const at = this.#offset();
    const count = Math.min(1 + this.#draw(4), this.#length - at);
    this.#bytes.copyWithin(at, at + count, this.#length);
    this.#length -= count;
    this.#grow(-count);
  }

  #insertOctets(): void {
    const at = this.#offset();
    const octets = Uint8Array.from({ length: 1 + this.#draw(8) }, () => this.#octet());
    this.#replace(at, 0, octets, 0, octets.length);
  }

  #setOctets(): void {
    for (let count = 1 + this.#draw(4); count > 0; count--) this.#bytes[this.#offset()] = this.#octet();
  }

  /** Puts `[from, to)` of other octets in place of `count` at an offset, and sometimes makes the total length fit. */
  #replace(at: number, count: number, source: Uint8Array, from: number, to: number): void {
    const added = to - from - count;
    if (at + count > this.#length || this.#length + added > MAX_EXTENDED_MESSAGE_LENGTH) return;
    const tail = at + count;
    this.#bytes.copyWithin(at + (to - from), tail, this.#length);
    this.#bytes.set(source.subarray(from, to), at);
    this.#length += added;
    this.#grow(added);
  }

  #grow(by: number): void {
    const at = this.#source.totalLengthAt;
    if (at === 0 || at + 2 > this.#length || this.#draw(8) === 0) return;
    this.#put16(at, Math.max(0, readUint16(this.#bytes, at) + by));
  }

  #attribute(): AttributeSpan | undefined {
    const { attributes } = this.#source;
    return attributes.length === 0 ? undefined : this.#pick(attributes);
  }

  /** Behind the header, but for one in sixty-four. */
  #offset(): number {
    const start = this.#draw(64) === 0 ? 0 : HEADER_LENGTH;
    return this.#length <= start ? this.#length : start + this.#draw(this.#length - start);
  }

  #octet(): number {
    return this.#draw(2) === 0 ? this.#draw(256) : this.#pick([0, 1, 2, 4, 8, 16, 24, 32, 64, 128, 255]);
  }

  #put16(at: number, value: number): void {
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#draw(list.length)]!;
  }
}
