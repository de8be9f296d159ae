import type { ProtocolError } from "./errors.ts";
import { checkLength, checkMarker, HEADER_LENGTH, messageLength } from "./message/header.ts";

export interface FramerOptions {
  /** Octets; a longer message is an error. */
  readonly maxMessageLength: number;
}

export interface FramedMessages {
  /**
   * Zero or more whole messages, one after another. A view of the chunk where nothing was waiting from
   * before, else a new buffer; never reused by the framer.
   */
  readonly messages: Uint8Array;
  /** The stream is no BGP behind these messages; the framer takes nothing more. */
  readonly error?: ProtocolError;
}

const NOTHING = new Uint8Array(0);

/**
 * Cuts a byte stream into whole BGP messages (RFC 4271 section 4.1). Holds less than one message. Looks
 * at marker and length only, and no longer than it must: a wrong octet of a marker is an error at once.
 */
export class MessageFramer {
  /** The first octets of a message that is not whole yet, with room for those up to `#wanted`. Owned. */
  #waiting: Uint8Array = NOTHING;
  #length = 0;
  /** As many octets are needed to go on: a header, or the whole message once its header is there. */
  #wanted = HEADER_LENGTH;
  #maxMessageLength: number;
  #error: ProtocolError | undefined;

  constructor(options: FramerOptions) {
    this.#maxMessageLength = options.maxMessageLength;
  }

  /** Octets of the message that is not whole yet. */
  get buffered(): number {
    return this.#length;
  }

  get maxMessageLength(): number {
    return this.#maxMessageLength;
  }

  /** Takes effect with the next push. */
  set maxMessageLength(octets: number) {
    this.#maxMessageLength = octets;
  }

  /** A copy of the octets that wait for the rest of their message. */
  remainder(): Uint8Array {
    return this.#waiting.slice(0, this.#length);
  }

  /** Takes the next octets of the stream. The chunk must not change while its messages are in use. */
  push(chunk: Uint8Array): FramedMessages {
    if (this.#error !== undefined) return { messages: NOTHING, error: this.#error };
    if (this.#length > 0 && this.#length + chunk.length < this.#wanted) {
      this.#waiting.set(chunk, this.#length);
      this.#length += chunk.length;
      this.#error = checkMarker(this.#waiting, 0, this.#length);
      if (this.#error !== undefined) this.#length = 0;
      return this.#result(NOTHING);
    }
    const bytes = this.#length === 0 ? chunk : this.#waitingAnd(chunk);
    const end = this.#endOfMessages(bytes);
    this.#length = 0;
    if (this.#error === undefined) this.#keep(bytes, end);
    return this.#result(end === bytes.length ? bytes : bytes.subarray(0, end));
  }

  #result(messages: Uint8Array): FramedMessages {
    return this.#error === undefined ? { messages } : { messages, error: this.#error };
  }

  #waitingAnd(chunk: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(this.#length + chunk.length);
    bytes.set(this.#waiting.subarray(0, this.#length));
    bytes.set(chunk, this.#length);
    return bytes;
  }

  #keep(bytes: Uint8Array, start: number): void {
    this.#waiting = NOTHING;
    this.#length = bytes.length - start;
    if (this.#length === 0) return;
    this.#wanted = this.#length < HEADER_LENGTH ? HEADER_LENGTH : messageLength(bytes, start);
    this.#waiting = new Uint8Array(this.#wanted);
    this.#waiting.set(bytes.subarray(start));
  }

  #endOfMessages(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      this.#error = checkMarker(bytes, at, bytes.length);
      if (this.#error !== undefined || at + HEADER_LENGTH > bytes.length) return at;
      this.#error = checkLength(bytes, at, this.#maxMessageLength);
      if (this.#error !== undefined) return at;
      const next = at + messageLength(bytes, at);
      if (next > bytes.length) return at;
      at = next;
    }
    return at;
  }
}

/**
 * The offset behind the message at `offset` of a run of whole messages, such as a framer gives out:
 * `for (let at = 0; at < run.length; at = messageEnd(run, at))`.
 */
export function messageEnd(run: Uint8Array, offset: number): number {
  return offset + messageLength(run, offset);
}

/** The messages of such a run, each a view. */
export function* iterateMessages(run: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < run.length; at = messageEnd(run, at)) yield run.subarray(at, messageEnd(run, at));
}
