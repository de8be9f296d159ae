/** Octets in network byte order: reading at an offset, and a growing writer. */

/** Reads an unsigned 16-bit integer. The caller has checked that two octets are there. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** Reads an unsigned 32-bit integer. The caller has checked that four octets are there. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>>
    0
  );
}

/** Reads an unsigned 24-bit integer. The caller has checked that three octets are there. */
export function readUint24(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
}

/** Reads an unsigned 64-bit integer. The caller has checked that eight octets are there. */
export function readUint64(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(readUint32(bytes, offset)) << 32n) | BigInt(readUint32(bytes, offset + 4));
}

export function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const HEX_DIGITS = "0123456789abcdef";

/** Lower-case hexadecimal, no separators. */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let i = start; i < end; i++) {
    const octet = bytes[i]!;
    text += HEX_DIGITS[octet >>> 4]! + HEX_DIGITS[octet & 15]!;
  }
  return text;
}

/** The octets of a hexadecimal text; colons and white space between digits are skipped. Undefined if it is not one. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/[\s:]/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

const INITIAL_CAPACITY = 128;

/** A value that has no encoding: too long for its length field, or out of its field's range. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

/** Appends octets to a buffer that grows. Values out of range throw {@link EncodeError}. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    if (!(value >= 0 && value <= 0xff && Number.isInteger(value))) throw outOfRange(value, 8);
    const offset = this.#grow(1);
    this.#bytes[offset] = value;
  }

  uint16(value: number): void {
    if (!(value >= 0 && value <= 0xffff && Number.isInteger(value))) throw outOfRange(value, 16);
    const offset = this.#grow(2);
    writeUint16(this.#bytes, offset, value);
  }

  uint24(value: number): void {
    if (!(value >= 0 && value <= 0xffffff && Number.isInteger(value))) throw outOfRange(value, 24);
    const offset = this.#grow(3);
    this.#bytes[offset] = value >>> 16;
    writeUint16(this.#bytes, offset + 1, value);
  }

  uint32(value: number): void {
    if (!(value >= 0 && value <= 0xffffffff && Number.isInteger(value))) throw outOfRange(value, 32);
    const offset = this.#grow(4);
    writeUint32(this.#bytes, offset, value);
  }

  uint64(value: bigint): void {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw outOfRange(value, 64);
    this.uint32(Number(value >> 32n));
    this.uint32(Number(value & 0xffff_ffffn));
  }

  bytes(value: Uint8Array): void {
    const offset = this.#grow(value.length);
    this.#bytes.set(value, offset);
  }

  /** Writes a length field of `width` octets and then what `body` writes, which the field counts, and `more` with it. */
  counted(width: 1 | 2, what: string, body: (out: ByteWriter) => void, more = 0): void {
    const field = this.#grow(width);
    const start = this.#length;
    body(this);
    const length = this.#length - start + more;
    const limit = width === 1 ? 0xff : 0xffff;
    if (length > limit) throw new EncodeError(`${what} takes ${length} octets, more than its limit ${limit}`);
    if (width === 1) this.#bytes[field] = length;
    else writeUint16(this.#bytes, field, length);
  }

  /** Overwrites two octets that were written before. */
  patchUint16(offset: number, value: number): void {
    writeUint16(this.#bytes, offset, value);
  }

  /** Overwrites an octet that was written before. */
  patchUint8(offset: number, value: number): void {
    this.#bytes[offset] = value;
  }

  /** Makes room for an octet at an offset, moving what was written behind it. */
  insertUint8(offset: number, value: number): void {
    this.#grow(1);
    this.#bytes.copyWithin(offset + 1, offset, this.#length - 1);
    this.#bytes[offset] = value;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** NB: may replace the buffer, so that it is read after this. */
  #grow(count: number): number {
    const offset = this.#length;
    const needed = offset + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#length = needed;
    return offset;
  }
}

function outOfRange(value: number | bigint, bits: number): EncodeError {
  return new EncodeError(`${value} is not an unsigned ${bits}-bit integer`);
}
