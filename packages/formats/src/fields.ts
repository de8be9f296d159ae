import { readUint16, readUint32 } from "./octets.ts";

/** Reads fields one behind the other; past the end it gives zeros and remembers that. */
export class Fields {
  short = false;
  problem = "its fields do not fit its length";
  readonly buffer: Uint8Array;
  /** Where the next field begins. */
  at: number;
  readonly end: number;

  constructor(buffer: Uint8Array, start: number, end: number) {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
  }

  uint8(): number {
    return this.#take(1) ? this.buffer[this.at - 1]! : 0;
  }

  uint16(): number {
    return this.#take(2) ? readUint16(this.buffer, this.at - 2) : 0;
  }

  uint32(): number {
    return this.#take(4) ? readUint32(this.buffer, this.at - 4) : 0;
  }

  asn(fourOctets: boolean): number {
    return fourOctets ? this.uint32() : this.uint16();
  }

  /** A view. */
  bytes(length: number): Uint8Array {
    return this.#take(length) ? this.buffer.subarray(this.at - length, this.at) : new Uint8Array(0);
  }

  rest(): Uint8Array {
    return this.bytes(this.end - this.at);
  }

  fail(problem: string): undefined {
    if (!this.short) this.problem = problem;
    this.short = true;
  }

  #take(length: number): boolean {
    if (this.short || this.at + length > this.end) {
      this.short = true;
      return false;
    }
    this.at += length;
    return true;
  }
}
