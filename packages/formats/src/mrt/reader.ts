import { readUint16, readUint32 } from "../octets.ts";
import { MrtType } from "./code.ts";
import type { MrtError } from "./error.ts";

/** Timestamp, type, subtype, length (RFC 6396 section 2). */
export const MRT_HEADER_LENGTH = 12;
/** Microseconds, at the front of an extended timestamp record's body (RFC 6396 section 3). */
export const MICROSECONDS_LENGTH = 4;
/** Longest record that a reader takes unless told otherwise: thousands of paths for one prefix. */
export const MAX_RECORD_LENGTH = 16 * 1024 * 1024;

export interface MrtReaderOptions {
  /** Octets of a record's body. {@link MAX_RECORD_LENGTH} if absent. */
  readonly maxRecordLength?: number;
}

const EMPTY = new Uint8Array(0);

/**
 * Finds the records of an MRT file, handed to it in pieces. Pull: {@link MrtReader.next} steps to the next
 * record and tells of it in the reader's own fields, without allocating. Memory is bounded by the longest
 * record and the longest piece. After an error there is no next record: a file without framing has none to
 * be found again.
 */
export class MrtReader {
  /** The record's body is `[start, end)` of this buffer, good until the next {@link MrtReader.push}. Behind the microseconds, where there are any. */
  buffer: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** Seconds since 1970. */
  timestamp = 0;
  /** Of an extended timestamp; -1 for a record without. */
  microseconds = -1;
  type = 0;
  subtype = 0;
  /** Where the record begins, octets from the start of the file. */
  offset = 0;
  /** Records so far. */
  records = 0;
  /** Set when there can be no next record. */
  error: MrtError | undefined;

  readonly #maxRecordLength: number;
  /** What is not read yet: `[#at, #limit)` of the buffer. */
  #at = 0;
  #limit = 0;
  /** Octets of the file before the buffer. */
  #base = 0;

  constructor(options: MrtReaderOptions = {}) {
    this.#maxRecordLength = options.maxRecordLength ?? MAX_RECORD_LENGTH;
  }

  /** Hands over the next piece of the file. The reader keeps it: the caller must not change it. */
  push(chunk: Uint8Array): void {
    const rest = this.#limit - this.#at;
    this.#base += this.#at;
    if (rest === 0) {
      // Of one class whatever comes: code that has seen Buffers and plain arrays is compiled for neither.
      this.buffer = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      this.#limit = chunk.length;
    } else {
      const joined = new Uint8Array(rest + chunk.length);
      joined.set(this.buffer.subarray(this.#at, this.#limit));
      joined.set(chunk, rest);
      this.buffer = joined;
      this.#limit = joined.length;
    }
    this.#at = 0;
  }

  /** Steps to the next record; false if it is not whole yet, or after an error. */
  next(): boolean {
    if (this.error !== undefined) return false;
    const at = this.#at;
    const bytes = this.buffer;
    if (at + MRT_HEADER_LENGTH > this.#limit) return false;
    const length = readUint32(bytes, at + 8);
    if (length > this.#maxRecordLength) {
      const text = `an MRT record says it has ${length} octets, more than the limit ${this.#maxRecordLength}`;
      this.error = { cause: "record-too-long", offset: this.#base + at, text };
      return false;
    }
    let start = at + MRT_HEADER_LENGTH;
    const end = start + length;
    if (end > this.#limit) return false;
    this.timestamp = readUint32(bytes, at);
    this.type = readUint16(bytes, at + 4);
    this.subtype = readUint16(bytes, at + 6);
    this.microseconds = -1;
    if (this.type === MrtType.bgp4mpEt && length >= MICROSECONDS_LENGTH) {
      this.microseconds = readUint32(bytes, start);
      start += MICROSECONDS_LENGTH;
    }
    this.start = start;
    this.end = end;
    this.offset = this.#base + at;
    this.#at = end;
    this.records++;
    return true;
  }

  /** The file has ended: what is left must be nothing. */
  finish(): MrtError | undefined {
    const rest = this.#limit - this.#at;
    if (this.error === undefined && rest > 0) {
      const text = `the MRT file ends ${rest} octets into a record`;
      this.error = { cause: "cut-short", offset: this.#base + this.#at, text };
    }
    return this.error;
  }
}
