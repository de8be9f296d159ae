import { type ByteWriter, EncodeError } from "../bytes.ts";
import { type Field, type FieldValue, readUint, writeUint } from "./field.ts";
import type { Members, Shape } from "./shape.ts";

/** A part of fixed width: octets of an unsigned integer, or of a field that reads just so many. */
type Part = 1 | 2 | 3 | 4 | readonly [width: number, field: Field<unknown>];
type Parts = Readonly<Record<string, Part>>;

type PartValue<P> = P extends number ? number : P extends readonly [number, Field<infer V>] ? V : never;

type StructValue<P extends Parts> = {
  readonly [K in keyof P]: PartValue<P[K]>;
};

/** Parts one after the other, reserved octets among them under names of their own. */
export function struct<P extends Parts>(parts: P): Field<StructValue<P>> {
  const entries = Object.entries(parts);
  const width = widthOfAll(parts);
  return {
    shape: { kind: "record", members: membersOf(parts) },
    read(bytes, start, end) {
      if (end - start !== width) return undefined;
      const value: Record<string, unknown> = {};
      let at = start;
      for (const [name, part] of entries) {
        const next = at + widthOf(part);
        const member = typeof part === "number" ? readUint(bytes, at, part) : part[1].read(bytes, at, next);
        if (member === undefined) return undefined;
        value[name] = member;
        at = next;
      }
      return value as StructValue<P>;
    },
    write(value, out) {
      for (const [name, part] of entries) {
        const member: unknown = value[name];
        if (typeof part === "number") writeUint(member as number, part, out);
        else part[1].write(member, out);
      }
    },
  };
}

function widthOf(part: Part): number {
  return typeof part === "number" ? part : part[0];
}

function widthOfAll(parts: Parts): number {
  return Object.values(parts).reduce<number>((sum, part) => sum + widthOf(part), 0);
}

function membersOf(parts: Parts): Members {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]): [string, Shape] => [
      name,
      typeof part === "number" ? { kind: "uint", octets: part } : part[1].shape,
    ]),
  );
}

/** A struct of fixed width, and behind it one field that takes the rest, as the member `name`. */
export function withRest<P extends Parts, N extends string, F extends Field<unknown>>(
  parts: P,
  name: N,
  rest: F,
): Field<StructValue<P> & { readonly [K in N]: FieldValue<F> }> {
  type Value = StructValue<P> & { readonly [K in N]: FieldValue<F> };
  const head = struct(parts);
  const width = widthOfAll(parts);
  return {
    shape: { kind: "record", members: { ...membersOf(parts), [name]: rest.shape } },
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

/**
 * A struct of fixed width, and behind it members that may be absent: each is there only if those before it
 * are, so that the length tells which.
 */
export function withOptional<P extends Parts, O extends Parts>(
  parts: P,
  optional: O,
): Field<StructValue<P> & Partial<StructValue<O>>> {
  type Value = StructValue<P> & Partial<StructValue<O>>;
  const names = Object.keys(optional);
  const forms = Array.from({ length: names.length + 1 }, (_, count) => {
    const there = names.slice(0, count).map((name): [string, Part] => [name, optional[name]!]);
    const all: Parts = { ...parts, ...Object.fromEntries(there) };
    return { width: widthOfAll(all), form: struct(all) };
  });
  return {
    shape: { kind: "record", members: membersOf(parts), optional: membersOf(optional) },
    read(bytes, start, end) {
      const found = forms.find(({ width }) => width === end - start);
      return found?.form.read(bytes, start, end) as Value | undefined;
    },
    write(value: Value, out: ByteWriter) {
      const members: Readonly<Record<string, unknown>> = value;
      const there = names.filter((name) => members[name] !== undefined).length;
      if (names.slice(0, there).some((name) => members[name] === undefined)) {
        throw new EncodeError(
          `${names.slice(0, there + 1).join(", ")}: a later one is there without the first`,
        );
      }
      forms[there]!.form.write(members, out);
    },
  };
}
