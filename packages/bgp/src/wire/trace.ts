import type { ByteWriter } from "../bytes.ts";
import { EncodeError } from "../bytes.ts";
import { TracedWriter, type WrittenField } from "./traced-writer.ts";
import { type Source, WatchedValue } from "./watched-value.ts";

export type TracedField = WrittenField<Source>;

export interface Trace {
  /** One behind the other, from 0 to the end of the octets. */
  readonly fields: readonly TracedField[];
  /** Offsets of octets that a decoder reads over: reserved bits that are set, host bits of a prefix. */
  readonly ignored: readonly number[];
}

/**
 * How the encoder of a decoded value divides its octets, `[start, end)`, into fields: there is no second
 * description of the format. Undefined where it would write other octets than came, so that their fields are not known.
 */
export function traceEncoding<V extends object>(
  value: V,
  encode: (value: V, out: ByteWriter) => void,
  bytes: Uint8Array,
  start: number,
  end: number,
): Trace | undefined {
  const watch = new WatchedValue(value);
  const out = new TracedWriter<Source>(watch);
  try {
    encode(watch.value, out);
  } catch (error) {
    if (error instanceof EncodeError) return undefined;
    throw error;
  }
  if (out.length !== end - start) return undefined;
  const written = out.finish();
  const ignored: number[] = [];
  for (let i = 0; i < written.length; i++) if (written[i] !== bytes[start + i]) ignored.push(i);
  return { fields: out.fields, ignored };
}
