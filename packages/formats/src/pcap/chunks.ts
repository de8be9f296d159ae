const EMPTY = new Uint8Array(0);

/** The octets of a file that were handed over and not read yet, in one piece. */
export class Chunks {
  /** What is not read yet is `[at, length)`; good until the next {@link Chunks.push}. */
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  at = 0;
  /** Octets of the file before the buffer. */
  #base = 0;

  /** Keeps the chunk: the caller must not change it. */
  push(chunk: Uint8Array): void {
    const rest = this.bytes.length - this.at;
    this.#base += this.at;
    if (rest === 0) {
      this.bytes = chunk;
    } else {
      const joined = new Uint8Array(rest + chunk.length);
      joined.set(this.bytes.subarray(this.at));
      joined.set(chunk, rest);
      this.bytes = joined;
    }
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.at = 0;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Octets from the start of the file. */
  get offset(): number {
    return this.#base + this.at;
  }
}
