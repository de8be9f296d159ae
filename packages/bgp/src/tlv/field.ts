import { type ByteWriter, EncodeError, equalBytes, readUint16, readUint32 } from "../bytes.ts";
import { decodeUtf8, encodeUtf8 } from "../utf8.ts";

/** How the value of a TLV, or a part of it, is read and written. */
export interface Field<V> {
  /** The value in `[start, end)`, sharing no bytes with the buffer; undefined if it is none. */
  read(bytes: Uint8Array, start: number, end: number): V | undefined;
  write(value: V, out: ByteWriter): void;
}

/** What a field holds. */
export type FieldValue<F> = F extends Field<infer V> ? V : never;

/** An unsigned integer of `width` octets. */
export function uint(width: 1 | 2 | 3 | 4): Field<number> {
  return {
    read: (bytes, start, end) => (end - start === width ? readUint(bytes, start, width) : undefined),
    write: (value, out) => writeUint(value, width, out),
  };
}

/** Unsigned integers of `width` octets each, to the end of the value. */
export function uints(width: 1 | 2 | 4): Field<readonly number[]> {
  return {
    read(bytes, start, end) {
      if ((end - start) % width !== 0) return undefined;
      const values: number[] = [];
      for (let at = start; at < end; at += width) values.push(readUint(bytes, at, width));
      return values;
    },
    write(values, out) {
      for (const value of values) writeUint(value, width, out);
    },
  };
}

export function readUint(bytes: Uint8Array, at: number, width: 1 | 2 | 3 | 4): number {
  if (width === 1) return bytes[at]!;
  if (width === 2) return readUint16(bytes, at);
  return width === 3 ? (bytes[at]! << 16) | readUint16(bytes, at + 1) : readUint32(bytes, at);
}

export function writeUint(value: number, width: 1 | 2 | 3 | 4, out: ByteWriter): void {
  if (width === 1) out.uint8(value);
  else if (width === 2) out.uint16(value);
  else if (width === 4) out.uint32(value);
  else out.uint24(value);
}

/** IEEE 754 single precision: bandwidths, in octets a second. A not-a-number is none of them. */
export const floats: Field<readonly number[]> = {
  read(bytes, start, end) {
    if ((end - start) % 4 !== 0) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const values: number[] = [];
    for (let at = start; at < end; at += 4) values.push(view.getFloat32(at));
    return values;
  },
  write(values, out) {
    for (const value of values) writeFloat(value, out);
  },
};

export const float: Field<number> = {
  read: (bytes, start, end) => (end - start === 4 ? floats.read(bytes, start, end)?.[0] : undefined),
  write: writeFloat,
};

function writeFloat(value: number, out: ByteWriter): void {
  const encoded = new Uint8Array(4);
  new DataView(encoded.buffer).setFloat32(0, value);
  out.bytes(encoded);
}

/** Octets; as many as one of `lengths`, where any are given. */
export function octets(...lengths: readonly number[]): Field<Uint8Array> {
  const fits = (length: number): boolean => lengths.length === 0 || lengths.includes(length);
  return {
    read: (bytes, start, end) => (fits(end - start) ? bytes.slice(start, end) : undefined),
    write(value, out) {
      if (!fits(value.length))
        throw new EncodeError(`${value.length} octets where ${lengths.join(" or ")} are needed`);
      out.bytes(value);
    },
  };
}

export const text: Field<string> = {
  read: (bytes, start, end) => decodeUtf8(bytes.subarray(start, end)),
  write: (value, out) => out.bytes(encodeUtf8(value)),
};

/** Whether the field writes what it read from `[start, end)` to the same octets. */
export function isExact<V>(
  field: Field<V>,
  value: V,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: ByteWriter,
): boolean {
  field.write(value, out);
  return equalBytes(out.finish(), bytes.subarray(start, end));
}
