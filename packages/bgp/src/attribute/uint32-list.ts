import { type ByteWriter, readUint32 } from "../bytes.ts";

export function readUint32List(bytes: Uint8Array, start: number, end: number): number[] {
  const values: number[] = [];
  for (let at = start; at < end; at += 4) values.push(readUint32(bytes, at));
  return values;
}

export function writeUint32List(values: readonly number[], out: ByteWriter): void {
  for (const value of values) out.uint32(value);
}
