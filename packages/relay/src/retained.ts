/** A shorter run is put behind the one before it: an array costs some hundred octets, however short it is. */
export const SHORT_RUN_BYTES = 2_048;
/** Short runs are joined up to this length. */
export const JOINED_RUN_BYTES = 16 * 1024;

/**
 * Runs of whole BGP messages, kept under absolute positions until the other side has acknowledged them.
 *
 * It keeps the arrays that it was given, so whoever appends gives them away; short ones are joined, so that what is kept
 * takes about as much memory as it has octets.
 */
export class RetainedRuns {
  #runs: Uint8Array[] = [];
  /** Where short runs are joined: the newest run is a view of its beginning. */
  #joining: ArrayBuffer | undefined;
  /** Index in #runs of the oldest run; slots before it are free and are cut off now and then. */
  #head = 0;
  #from: number;
  #to: number;

  constructor(position = 0) {
    this.#from = position;
    this.#to = position;
  }

  /** Position of the oldest byte that is still here. */
  get from(): number {
    return this.#from;
  }

  /** Position after the newest byte. */
  get to(): number {
    return this.#to;
  }

  get size(): number {
    return this.#to - this.#from;
  }

  /** Moves an empty queue to another position. */
  skipTo(position: number): void {
    if (this.size === 0) this.#from = this.#to = position;
  }

  /** Adds a run of whole messages and takes it over. */
  append(run: Uint8Array): void {
    if (run.length === 0) return;
    if (run.length >= SHORT_RUN_BYTES || !this.#join(run)) this.#runs.push(run);
    this.#to += run.length;
  }

  /** Puts a short run behind the newest one, where that is short as well. Views of it that were given out stay as they are. */
  #join(run: Uint8Array): boolean {
    const last = this.#runs.length - 1;
    const before = this.#runs[last];
    if (last < this.#head || before === undefined) return false;
    const length = before.length + run.length;
    if (length > JOINED_RUN_BYTES) return false;
    const joinable = before.buffer === this.#joining;
    if (!joinable && before.length >= SHORT_RUN_BYTES) return false;
    const start = joinable ? before.byteOffset : 0;
    if (joinable && start + length <= before.buffer.byteLength) {
      const joined = new Uint8Array(before.buffer, start, length);
      joined.set(run, before.length);
      this.#runs[last] = joined;
      return true;
    }
    const joined = new Uint8Array(new ArrayBuffer(Math.min(JOINED_RUN_BYTES, 2 * length)), 0, length);
    joined.set(before);
    joined.set(run, before.length);
    this.#joining = joined.buffer;
    this.#runs[last] = joined;
    return true;
  }

  /** Forgets everything before the position; false where it lies outside of what is here. */
  release(position: number): boolean {
    if (position < this.#from || position > this.#to) return false;
    while (this.#from < position) {
      const run = this.#runs[this.#head];
      if (run === undefined) return false;
      const cut = position - this.#from;
      if (cut < run.length) {
        this.#runs[this.#head] = run.subarray(cut);
        this.#from = position;
        break;
      }
      this.#from += run.length;
      this.#runs[this.#head] = EMPTY;
      this.#head += 1;
    }
    if (this.#head > 64 && this.#head * 2 > this.#runs.length) {
      this.#runs = this.#runs.slice(this.#head);
      this.#head = 0;
    }
    return true;
  }

  /**
   * Whole runs from a position on, joined, up to `limit` bytes; a single run that is larger comes whole.
   * Empty at the end.
   */
  read(position: number, limit: number): Uint8Array {
    let index = this.#head;
    let at = this.#from;
    // The reader is near the end nearly always: everything before it waits only for acknowledgement.
    if (position - this.#from > this.#to - position) {
      index = this.#runs.length;
      at = this.#to;
      while (at > position) {
        index -= 1;
        at -= this.#runs[index]?.length ?? 0;
      }
    } else {
      while (index < this.#runs.length && at + (this.#runs[index]?.length ?? 0) <= position) {
        at += this.#runs[index]?.length ?? 0;
        index += 1;
      }
    }
    const first = this.#runs[index];
    if (first === undefined || position < this.#from) return EMPTY;
    const start = first.subarray(position - at);
    let total = start.length;
    let end = index + 1;
    while (end < this.#runs.length && total + (this.#runs[end]?.length ?? 0) <= limit) {
      total += this.#runs[end]?.length ?? 0;
      end += 1;
    }
    if (end === index + 1) return start;
    const joined = new Uint8Array(total);
    joined.set(start);
    let offset = start.length;
    for (let i = index + 1; i < end; i += 1) {
      const run = this.#runs[i] ?? EMPTY;
      joined.set(run, offset);
      offset += run.length;
    }
    return joined;
  }
}

const EMPTY = new Uint8Array(0);
