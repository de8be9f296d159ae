import { MAX_EXTENDED_MESSAGE_LENGTH } from "@netferry/bgp";

/** What a worker is to do: so many mutated messages of one kind of session. */
export interface Shard {
  /** Of {@link corpora}. */
  readonly corpus: number;
  readonly corpusSeed: number;
  readonly seed: number;
  readonly messages: number;
  readonly scratch: SharedArrayBuffer;
}

/** A message that was not judged as it should be. */
export interface Finding {
  readonly context: string;
  readonly hex: string;
  readonly problem: string;
}

export interface ShardResult {
  readonly context: string;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly octets: number;
  readonly findings: readonly Finding[];
  /** The heap after a collection, early on and at the end. */
  readonly heapBefore: number;
  readonly heapAfter: number;
}

/** A worker ends with this many findings: more would say nothing new. */
export const MAX_FINDINGS = 20;

/**
 * What a worker is at, for a watchdog that can't ask it: the message's number, its length, its octets. Written by the
 * worker alone.
 */
export class Scratch {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #octets: Uint8Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8 + MAX_EXTENDED_MESSAGE_LENGTH)) {
    this.buffer = buffer;
    this.#numbers = new Int32Array(buffer, 0, 2);
    this.#octets = new Uint8Array(buffer, 8);
  }

  begin(number: number, bytes: Uint8Array): void {
    this.#octets.set(bytes);
    Atomics.store(this.#numbers, 1, bytes.length);
    Atomics.store(this.#numbers, 0, number);
  }

  get number(): number {
    return Atomics.load(this.#numbers, 0);
  }

  message(): Uint8Array {
    return this.#octets.slice(0, Atomics.load(this.#numbers, 1));
  }
}
