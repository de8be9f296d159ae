import { readUint32 } from "../octets.ts";

/** Version, length, type (RFC 7854 section 4.1). */
export const BMP_HEADER_LENGTH = 6;
export const BMP_VERSION = 3;
/** Longest message that a framer takes unless told otherwise: several BGP messages of the extended length, mirrored. */
export const MAX_BMP_MESSAGE_LENGTH = 1024 * 1024;

export interface BmpError {
  readonly cause: "version" | "length" | "malformed";
  /** One line: what was wrong, with the value found. */
  readonly text: string;
}

const EMPTY = new Uint8Array(0);

/**
 * Cuts a BMP stream into messages. Memory is bounded by the longest message and the longest piece. After an
 * error there is no next message: the stream has lost its framing, and its connection is to be closed.
 */
export class BmpFramer {
  /** Set when there can be no next message. */
  error: BmpError | undefined;
  readonly #maxMessageLength: number;
  #bytes: Uint8Array = EMPTY;
  #at = 0;

  constructor(options: { readonly maxMessageLength?: number } = {}) {
    this.#maxMessageLength = options.maxMessageLength ?? MAX_BMP_MESSAGE_LENGTH;
  }

  /** Octets of a message that is not whole yet. */
  get buffered(): number {
    return this.#bytes.length - this.#at;
  }

  /** Hands over the next piece of the stream. The framer keeps it: the caller must not change it. */
  push(chunk: Uint8Array): void {
    const rest = this.buffered;
    if (rest === 0) {
      this.#bytes = chunk;
    } else {
      const joined = new Uint8Array(rest + chunk.length);
      joined.set(this.#bytes.subarray(this.#at));
      joined.set(chunk, rest);
      this.#bytes = joined;
    }
    this.#at = 0;
  }

  /** The next whole message, a view; undefined if there is none yet, or after an error. */
  next(): Uint8Array | undefined {
    if (this.error !== undefined || this.buffered < BMP_HEADER_LENGTH) return undefined;
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] !== BMP_VERSION) {
      this.error = { cause: "version", text: `BMP version ${bytes[at]}, only ${BMP_VERSION} is read` };
      return undefined;
    }
    const length = readUint32(bytes, at + 1);
    if (length < BMP_HEADER_LENGTH || length > this.#maxMessageLength) {
      const text = `BMP message length ${length} is not within ${BMP_HEADER_LENGTH} to ${this.#maxMessageLength}`;
      this.error = { cause: "length", text };
      return undefined;
    }
    if (length > this.buffered) return undefined;
    this.#at = at + length;
    return bytes.subarray(at, at + length);
  }
}
