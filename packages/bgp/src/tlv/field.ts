import { type ByteWriter, EncodeError, equalBytes, readUint16, readUint32, readUint64 } from "../bytes.ts";
import { decodeUtf8, encodeUtf8 } from "../utf8.ts";
import { listOf, type Shape, TEXT } from "./shape.ts";

/** How the value of a TLV, or a part of it, is read and written. */
export interface Field<V> {
  readonly shape: Shape;
  /** The value in `[start, end)`, sharing no bytes with the buffer; undefined if it is none. */
  read(bytes: Uint8Array, start: number, end: number): V | undefined;
  write(value: V, out: ByteWriter): void;
}

/** What a field holds. */
export type FieldValue<F> = F extends Field<infer V> ? V : never;

/** An unsigned integer of `width` octets. */
export function uint(width: 1 | 2 | 3 | 4): Field<number> {
  return {
    shape: { kind: "uint", octets: width },
    read: (bytes, start, end) => (end - start === width ? readUint(bytes, start, width) : undefined),
    write: (value, out) => writeUint(value, width, out),
  };
}

/** Unsigned integers of `width` octets each, to the end of the value. */
export function uints(width: 1 | 2 | 3 | 4): Field<readonly number[]> {
  return repeated(width, uint(width));
}

/** An unsigned integer of eight octets. */
export const uint64: Field<bigint> = {
  shape: { kind: "uint64" },
  read: (bytes, start, end) => (end - start === 8 ? readUint64(bytes, start) : undefined),
  write: (value, out) => out.uint64(value),
};

/** Values of `width` octets each, to the end. */
export function repeated<V>(width: number, field: Field<V>): Field<readonly V[]> {
  return {
    shape: listOf(field.shape),
    read(bytes, start, end) {
      if ((end - start) % width !== 0) return undefined;
      const values: V[] = [];
      for (let at = start; at < end; at += width) {
        const value = field.read(bytes, at, at + width);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return values;
    },
    write(values, out) {
      for (const value of values) field.write(value, out);
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

/** IEEE 754 single precision: bandwidths, in octets a second. */
export const float: Field<number> = {
  shape: { kind: "float" },
  read: (bytes, start, end) =>
    end - start === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getFloat32(start) : undefined,
  write(value, out) {
    const encoded = new Uint8Array(4);
    new DataView(encoded.buffer).setFloat32(0, value);
    out.bytes(encoded);
  },
};

export const floats: Field<readonly number[]> = repeated(4, float);

/** Octets; as many as one of `lengths`, where any are given. */
export function octets(...lengths: readonly number[]): Field<Uint8Array> {
  const fits = (length: number): boolean => lengths.length === 0 || lengths.includes(length);
  return {
    shape: { kind: "octets", lengths },
    read: (bytes, start, end) => (fits(end - start) ? bytes.slice(start, end) : undefined),
    write(value, out) {
      if (!fits(value.length))
        throw new EncodeError(`${value.length} octets where ${lengths.join(" or ")} are needed`);
      out.bytes(value);
    },
  };
}

/** An IP address of one of `lengths` octets; 0 where it may be absent. */
export function address(...lengths: readonly (0 | 4 | 16)[]): Field<Uint8Array> {
  return { ...octets(...lengths), shape: { kind: "address", lengths } };
}

export const text: Field<string> = {
  shape: TEXT,
  read: (bytes, start, end) => decodeUtf8(bytes.subarray(start, end)),
  write: (value, out) => out.bytes(encodeUtf8(value)),
};

/** There or not. */
export const nothing: Field<true> = {
  shape: { kind: "presence" },
  read: (_bytes, start, end) => (start === end ? true : undefined),
  write() {},
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
