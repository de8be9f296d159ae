/**
 * Runs of whole BGP messages, kept under absolute positions until the other side has acknowledged them.
 *
 * Owns no memory of its own: it keeps the arrays that it was given, so whoever appends gives them away.
 */
export class RetainedRuns {
  #runs: Uint8Array[] = [];
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
    this.#runs.push(run);
    this.#to += run.length;
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
