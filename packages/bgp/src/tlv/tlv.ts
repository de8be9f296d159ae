import { ByteWriter } from "../bytes.ts";
import { type Field, type FieldValue, isExact, readUint, writeUint } from "./field.ts";
import { OCTETS, type Shape } from "./shape.ts";

/** A TLV that a table does not have, or whose value says more than the table's field can tell (reserved bits set): kept as bytes. */
export interface UnknownTlv {
  readonly type: "unknown";
  readonly code: number;
  readonly value: Uint8Array;
}

/** Names of TLVs, with their code and how their value is read. */
export type TlvTable = Readonly<Record<string, { readonly code: number; readonly field: Field<unknown> }>>;

type Value<E> = E extends { readonly field: infer F } ? FieldValue<F> : never;

/** The TLVs of a table as a tagged union. */
export type TlvOf<T extends TlvTable> =
  | { [K in keyof T & string]: { readonly type: K; readonly value: Value<T[K]> } }[keyof T & string]
  | UnknownTlv;

/** The widths of type and length, in octets; of a length that depends on the type, what gives it. */
export interface TlvForm {
  readonly codeWidth: 1 | 2;
  readonly lengthWidth: 1 | 2 | ((code: number) => 1 | 2);
  /** The length counts type and length, too. */
  readonly lengthOfAll?: boolean;
}

interface Entry {
  readonly name: string;
  readonly code: number;
  readonly field: Field<unknown>;
}

/**
 * Lists of TLVs in one number space. A list is a field itself, for TLVs inside TLVs. What is read is written
 * to the same octets, in the same order.
 */
export class TlvList<T extends TlvTable> implements Field<readonly TlvOf<T>[]> {
  readonly shape: Shape;
  readonly #form: TlvForm;
  readonly #byName = new Map<string, Entry>();
  readonly #byCode = new Map<number, Entry>();

  constructor(form: TlvForm, table: T) {
    this.#form = form;
    const shapes = Object.entries(table).map(([name, { field }]): [string, Shape] => [name, field.shape]);
    const codes = Object.entries(table).map(([name, { code }]): [string, number] => [name, code]);
    this.shape = {
      kind: "tlvs",
      types: Object.fromEntries(shapes),
      codes: Object.fromEntries(codes),
      codeOctets: form.codeWidth,
    };
    for (const [name, { code, field }] of Object.entries(table)) {
      const entry: Entry = { name, code, field };
      this.#byName.set(name, entry);
      this.#byCode.set(code, entry);
    }
  }

  /** The name of a type; undefined if it has none here. */
  nameOf(code: number): string | undefined {
    return this.#byCode.get(code)?.name;
  }

  /** The types that have a name here, in the order of their numbers. */
  get codes(): readonly number[] {
    return [...this.#byCode.keys()].toSorted((a, b) => a - b);
  }

  /** Whether TLVs fill `[start, end)` to its end. Allocates nothing. */
  fills(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end) {
      at = this.#next(bytes, at, end);
      if (at < 0) return false;
    }
    return true;
  }

  read(bytes: Uint8Array, start: number, end: number): readonly TlvOf<T>[] | undefined {
    if (!this.fills(bytes, start, end)) return undefined;
    const list: TlvOf<T>[] = [];
    let at = start;
    while (at < end) {
      const next = this.#next(bytes, at, end);
      list.push(this.#readOne(bytes, at, next));
      at = next;
    }
    return list;
  }

  write(list: readonly TlvOf<T>[], out: ByteWriter): void {
    for (const tlv of list) {
      const entry = this.#entry(tlv);
      writeUint(entry.code, this.#form.codeWidth, out);
      const lengthWidth = this.#lengthWidth(entry.code);
      const head = this.#form.lengthOfAll === true ? this.#form.codeWidth + lengthWidth : 0;
      out.counted(lengthWidth, entry.name, (value) => entry.field.write(tlv.value, value), head);
    }
  }

  #entry(tlv: TlvOf<T>): Entry {
    const known = this.#byName.get(tlv.type);
    if (known !== undefined) return known;
    const { code } = tlv as UnknownTlv;
    return { name: `TLV ${code}`, code, field: RAW };
  }

  #lengthWidth(code: number): 1 | 2 {
    const { lengthWidth } = this.#form;
    return typeof lengthWidth === "function" ? lengthWidth(code) : lengthWidth;
  }

  /** Where the TLV at `at` ends, -1 if not within `end`. */
  #next(bytes: Uint8Array, at: number, end: number): number {
    const { codeWidth } = this.#form;
    if (at + codeWidth > end) return -1;
    const lengthWidth = this.#lengthWidth(readUint(bytes, at, codeWidth));
    const start = at + codeWidth + lengthWidth;
    if (start > end) return -1;
    const length = readUint(bytes, at + codeWidth, lengthWidth);
    const next = (this.#form.lengthOfAll === true ? at : start) + length;
    return next < start || next > end ? -1 : next;
  }

  #readOne(bytes: Uint8Array, at: number, end: number): TlvOf<T> {
    const { codeWidth } = this.#form;
    const code = readUint(bytes, at, codeWidth);
    const start = at + codeWidth + this.#lengthWidth(code);
    const entry = this.#byCode.get(code);
    const value = entry?.field.read(bytes, start, end);
    if (
      entry !== undefined &&
      value !== undefined &&
      isExact(entry.field, value, bytes, start, end, new ByteWriter())
    ) {
      return { type: entry.name, value } as TlvOf<T>;
    }
    return { type: "unknown", code, value: bytes.slice(start, end) };
  }
}

const RAW: Field<unknown> = {
  shape: OCTETS,
  read: (bytes, start, end) => bytes.slice(start, end),
  write: (value, out) => out.bytes(value as Uint8Array),
};
