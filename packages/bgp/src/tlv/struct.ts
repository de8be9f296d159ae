import type { ByteWriter } from "../bytes.ts";
import type { Field, FieldValue } from "./field.ts";
import { readUint, writeUint } from "./field.ts";

/** A part of fixed width: octets of an unsigned integer, or of a field that reads just so many. */
type Part = 1 | 2 | 3 | 4 | readonly [width: number, field: Field<Uint8Array>];

type PartValue<P> = P extends number ? number : P extends readonly [number, Field<infer V>] ? V : never;

type StructValue<P extends Readonly<Record<string, Part>>> = {
  readonly [K in keyof P]: PartValue<P[K]>;
};

/** Parts one after the other, reserved octets among them under names of their own. */
export function struct<P extends Readonly<Record<string, Part>>>(parts: P): Field<StructValue<P>> {
  const entries = Object.entries(parts);
  const width = entries.reduce((sum, [, part]) => sum + widthOf(part), 0);
  return {
    read(bytes, start, end) {
      if (end - start !== width) return undefined;
      const value: Record<string, unknown> = {};
      let at = start;
      for (const [name, part] of entries) {
        const next = at + widthOf(part);
        value[name] = typeof part === "number" ? readUint(bytes, at, part) : part[1].read(bytes, at, next);
        at = next;
      }
      return value as StructValue<P>;
    },
    write(value, out) {
      for (const [name, part] of entries) {
        const member: unknown = value[name];
        if (typeof part === "number") writeUint(member as number, part, out);
        else part[1].write(member as Uint8Array, out);
      }
    },
  };
}

function widthOf(part: Part): number {
  return typeof part === "number" ? part : part[0];
}

/** A struct of fixed width, and behind it one field that takes the rest, as the member `name`. */
export function withRest<
  P extends Readonly<Record<string, Part>>,
  N extends string,
  F extends Field<unknown>,
>(parts: P, name: N, rest: F): Field<StructValue<P> & { readonly [K in N]: FieldValue<F> }> {
  type Value = StructValue<P> & { readonly [K in N]: FieldValue<F> };
  const head = struct(parts);
  const width = Object.values(parts).reduce<number>((sum, part) => sum + widthOf(part), 0);
  return {
    read(bytes, start, end) {
      if (end - start < width) return undefined;
      const value = head.read(bytes, start, start + width);
      const tail = rest.read(bytes, start + width, end);
      return value === undefined || tail === undefined ? undefined : ({ ...value, [name]: tail } as Value);
    },
    write(value: Value, out: ByteWriter) {
      head.write(value, out);
      rest.write(value[name], out);
    },
  };
}
