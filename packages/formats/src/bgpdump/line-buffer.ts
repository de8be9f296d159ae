/** ASCII text written as octets: bgpdump's lines come faster so than as strings. */

const DIGITS = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
const CHUNK = 10_000;
const INITIAL_CAPACITY = 64 * 1024;

/** Four digits of each number below 10000, zeros in front. */
const FOUR_DIGITS = new Uint8Array(4 * CHUNK);
for (let value = 0; value < CHUNK; value++) {
  FOUR_DIGITS[4 * value] = DIGITS + Math.floor(value / 1000);
  FOUR_DIGITS[4 * value + 1] = DIGITS + (Math.floor(value / 100) % 10);
  FOUR_DIGITS[4 * value + 2] = DIGITS + (Math.floor(value / 10) % 10);
  FOUR_DIGITS[4 * value + 3] = DIGITS + (value % 10);
}
const HEX_DIGITS = ascii("0123456789abcdef");

/** The octets of a text without characters beyond ASCII. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Appends text to a buffer. The caller reserves room; nothing else checks it. */
export class LineBuffer {
  bytes = new Uint8Array(INITIAL_CAPACITY);
  length = 0;

  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  octet(value: number): void {
    this.bytes[this.length++] = value;
  }

  text(value: Uint8Array): void {
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < value.length; i++) bytes[at++] = value[i]!;
    this.length = at;
  }

  /** Again what was written at `[start, end)`. */
  repeat(start: number, end: number): void {
    this.bytes.copyWithin(this.length, start, end);
    this.length += end - start;
  }

  /** An unsigned number of up to 32 bits. */
  decimal(value: number): void {
    if (value < CHUNK) return this.#leading(value);
    const high = Math.floor(value / CHUNK);
    if (high < CHUNK) this.#leading(high);
    else {
      const top = Math.floor(high / CHUNK);
      this.#leading(top);
      this.#padded(high - top * CHUNK);
    }
    this.#padded(value - high * CHUNK);
  }

  signedDecimal(value: number): void {
    const signed = value | 0;
    if (signed < 0) this.octet(0x2d);
    this.decimal(Math.abs(signed));
  }

  /** Six digits. */
  microseconds(value: number): void {
    if (value > 999_999) return this.decimal(value);
    const high = Math.floor(value / CHUNK);
    this.octet(DIGITS + Math.floor(high / 10));
    this.octet(DIGITS + (high % 10));
    this.#padded(value - high * CHUNK);
  }

  ipv4(source: Uint8Array, offset: number): void {
    this.#octetDecimal(source[offset]!);
    this.octet(DOT);
    this.#octetDecimal(source[offset + 1]!);
    this.octet(DOT);
    this.#octetDecimal(source[offset + 2]!);
    this.octet(DOT);
    this.#octetDecimal(source[offset + 3]!);
  }

  ipv4Number(value: number): void {
    this.#octetDecimal(value >>> 24);
    this.octet(DOT);
    this.#octetDecimal((value >>> 16) & 255);
    this.octet(DOT);
    this.#octetDecimal((value >>> 8) & 255);
    this.octet(DOT);
    this.#octetDecimal(value & 255);
  }

  /**
   * An IPv6 address as bgpdump writes it: unlike RFC 5952 a single zero group is shortened too, and an
   * IPv4-compatible address ends in dots.
   */
  ipv6(source: Uint8Array, offset: number): void {
    let bestStart = -1;
    let bestLength = 0;
    let runStart = 0;
    for (let group = 0; group <= 8; group++) {
      if (group < 8 && (source[offset + 2 * group]! | source[offset + 2 * group + 1]!) === 0) continue;
      if (group - runStart > bestLength) {
        bestStart = runStart;
        bestLength = group - runStart;
      }
      runStart = group + 1;
    }
    if (bestStart === 0 && this.#embedded(source, offset, bestLength)) return;
    for (let group = 0; group < 8; group++) {
      if (group === bestStart) {
        if (group === 0) this.octet(COLON);
        this.octet(COLON);
        group += bestLength - 1;
        continue;
      }
      this.#hexGroup((source[offset + 2 * group]! << 8) | source[offset + 2 * group + 1]!);
      if (group !== 7) this.octet(COLON);
    }
  }

  /** An IPv4-mapped or IPv4-compatible address (RFC 4291 section 2.5.5). */
  #embedded(source: Uint8Array, offset: number, zeroGroups: number): boolean {
    const mapped = zeroGroups === 5 && (source[offset + 10]! & source[offset + 11]!) === 0xff;
    const compatible =
      zeroGroups === 6 || (zeroGroups === 7 && (source[offset + 14]! !== 0 || source[offset + 15]! > 1));
    if (!mapped && !compatible) return false;
    this.text(mapped ? MAPPED : COMPATIBLE);
    this.ipv4(source, offset + 12);
    return true;
  }

  #hexGroup(value: number): void {
    if (value >= 0x1000) this.octet(HEX_DIGITS[value >>> 12]!);
    if (value >= 0x100) this.octet(HEX_DIGITS[(value >>> 8) & 15]!);
    if (value >= 0x10) this.octet(HEX_DIGITS[(value >>> 4) & 15]!);
    this.octet(HEX_DIGITS[value & 15]!);
  }

  #octetDecimal(value: number): void {
    const bytes = this.bytes;
    let at = this.length;
    if (value >= 100) bytes[at++] = FOUR_DIGITS[4 * value + 1]!;
    if (value >= 10) bytes[at++] = FOUR_DIGITS[4 * value + 2]!;
    bytes[at++] = FOUR_DIGITS[4 * value + 3]!;
    this.length = at;
  }

  #leading(value: number): void {
    const bytes = this.bytes;
    let at = this.length;
    if (value >= 1000) bytes[at++] = FOUR_DIGITS[4 * value]!;
    if (value >= 100) bytes[at++] = FOUR_DIGITS[4 * value + 1]!;
    if (value >= 10) bytes[at++] = FOUR_DIGITS[4 * value + 2]!;
    bytes[at++] = FOUR_DIGITS[4 * value + 3]!;
    this.length = at;
  }

  #padded(value: number): void {
    const bytes = this.bytes;
    const at = this.length;
    bytes[at] = FOUR_DIGITS[4 * value]!;
    bytes[at + 1] = FOUR_DIGITS[4 * value + 1]!;
    bytes[at + 2] = FOUR_DIGITS[4 * value + 2]!;
    bytes[at + 3] = FOUR_DIGITS[4 * value + 3]!;
    this.length = at + 4;
  }
}

const MAPPED = ascii("::ffff:");
const COMPATIBLE = ascii("::");
