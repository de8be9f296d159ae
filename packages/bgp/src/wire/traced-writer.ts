import { ByteWriter } from "../bytes.ts";

/** What the writer asks of whoever watches the value that is being encoded. */
export interface ValueWatch<S> {
  /** Where octets that are about to be written come from. */
  sourceOf(written: number | bigint | Uint8Array): S;
}

/** One write of an encoder: a field of the wire. */
export interface WrittenField<S> {
  at: number;
  length: number;
  /** A length field: what it counts. */
  counts?: string;
  /** Written as octets, not as a number. */
  octets?: boolean;
  source?: S;
}

/**
 * A writer that remembers each write, so that the one description of a value's octets, its encoder, also tells
 * how they are divided into fields.
 */
export class TracedWriter<S> extends ByteWriter {
  readonly fields: WrittenField<S>[] = [];
  readonly #watch: ValueWatch<S>;
  /** Inside a write that is made of others. */
  #nested = false;

  constructor(watch: ValueWatch<S>) {
    super();
    this.#watch = watch;
  }

  override uint8(value: number): void {
    this.#record(1, value);
    super.uint8(value);
  }

  override uint16(value: number): void {
    this.#record(2, value);
    super.uint16(value);
  }

  override uint24(value: number): void {
    this.#record(3, value);
    super.uint24(value);
  }

  override uint32(value: number): void {
    this.#record(4, value);
    super.uint32(value);
  }

  override uint64(value: bigint): void {
    this.#record(8, value);
    this.#nested = true;
    super.uint64(value);
    this.#nested = false;
  }

  override bytes(value: Uint8Array): void {
    if (value.length > 0) this.#record(value.length, value);
    super.bytes(value);
  }

  override counted(width: 1 | 2, what: string, body: (out: ByteWriter) => void, more = 0): void {
    this.fields.push({ at: this.length, length: width, counts: what });
    super.counted(width, what, body, more);
  }

  override patchUint8(offset: number, value: number): void {
    this.#patched(offset);
    super.patchUint8(offset, value);
  }

  override patchUint16(offset: number, value: number): void {
    this.#patched(offset);
    super.patchUint16(offset, value);
  }

  /** A length that turned out to need one octet more. */
  override insertUint8(offset: number, value: number): void {
    for (const field of this.fields) {
      if (field.at === offset) field.length++;
      else if (field.at > offset) field.at++;
    }
    super.insertUint8(offset, value);
  }

  #record(length: number, value: number | bigint | Uint8Array): void {
    if (this.#nested) return;
    const octets = value instanceof Uint8Array;
    this.fields.push({ at: this.length, length, octets, source: this.#watch.sourceOf(value) });
  }

  /** What is written again once the rest is known is a length. */
  #patched(offset: number): void {
    const field = this.fields.find(({ at, length }) => offset >= at && offset < at + length);
    if (field === undefined) return;
    field.counts ??= "what follows";
    delete field.source;
  }
}
