import { SharedWords } from "./shared-words.ts";

/** Words of the arena's own figures, in `state`. */
const TAIL = 0;
const LIVE = 1;
const READ = 2;
const WRITE = 3;
const COMPACTING = 4;
const STATE_WORDS = 5;

/** Dead words that are let lie before a compaction begins, beside half of what is live. */
const SLACK_WORDS = 4096;
/** Words that a compaction moves for each word appended while it runs; over 1, so that it overtakes. */
const PACE = 4;

/** Two words in each of an array of records: `field` and the one after it, of `stride`. */
export interface RecordWords {
  readonly records: SharedWords;
  readonly stride: number;
  readonly field: number;
}

/**
 * Byte strings under small integer ids, laid end to end. Space of what was removed is won back by sliding the
 * rest down, a little with each append: no append stops to copy everything, and the arena never grows past
 * about twice the most that was live at once.
 *
 * An entry is one header word and the octets padded to words. The header is the id of a live entry, or minus
 * the words of a dead one.
 */
export class ByteArena {
  readonly log: SharedWords;
  readonly state = new Int32Array(new SharedArrayBuffer(STATE_WORDS * 4));
  readonly #maxWords: number;
  readonly #records: SharedWords;
  readonly #stride: number;
  readonly #field: number;
  #octets: Uint8Array<SharedArrayBuffer>;

  /**
   * @param maxBytes bound of live octets as stored: padded, with headers
   * @param places the owner's records, in which two words of each id are the arena's: the word offset of its
   * octets in the log, and their number. They must be there before `put`.
   */
  constructor(name: string, maxBytes: number, places: RecordWords) {
    this.#maxWords = Math.floor(maxBytes / 4);
    this.log = new SharedWords(`${name} bytes`, logWords(maxBytes));
    this.#octets = new Uint8Array(this.log.buffer, 0, 0);
    this.#records = places.records;
    this.#stride = places.stride;
    this.#field = places.field;
  }

  /** Octets of live entries as stored: padded to words, with their headers. */
  get liveBytes(): number {
    return this.state[LIVE]! * 4;
  }

  /** Stores a copy of `bytes[start, end)` under a free id. False where memory is refused. */
  put(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    const words = entryWords(length);
    if (this.state[LIVE]! + words > this.#maxWords) return false;
    this.#compact(words * PACE);
    const tail = this.state[TAIL]!;
    if (!this.log.ensure(tail + words)) return false;
    if (this.#octets.length !== this.log.words.length * 4) {
      this.#octets = new Uint8Array(this.log.buffer, 0, this.log.words.length * 4);
    }
    this.log.words[tail] = id;
    const octets = this.#octets;
    let to = (tail + 1) * 4;
    for (let from = start; from < end; from++) octets[to++] = bytes[from]!;
    const place = this.#place(id);
    this.#records.words[place] = tail + 1;
    this.#records.words[place + 1] = length;
    this.state[TAIL] = tail + words;
    this.state[LIVE] = this.state[LIVE]! + words;
    return true;
  }

  remove(id: number): void {
    const place = this.#place(id);
    const offset = this.#records.words[place]!;
    const words = entryWords(this.#records.words[place + 1]!);
    this.log.words[offset - 1] = -words;
    this.state[LIVE] = this.state[LIVE]! - words;
    if (this.state[LIVE] === 0) {
      this.state[TAIL] = 0;
      this.state[COMPACTING] = 0;
    }
  }

  equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const place = this.#place(id);
    if (this.#records.words[place + 1] !== end - start) return false;
    const octets = this.#octets;
    let at = this.#records.words[place]! * 4;
    for (let from = start; from < end; from++) if (octets[at++] !== bytes[from]) return false;
    return true;
  }

  /** A view, right until the next `put`: copy what must last. */
  view(id: number): Uint8Array<SharedArrayBuffer> {
    const place = this.#place(id);
    const at = this.#records.words[place]! * 4;
    return this.#octets.subarray(at, at + this.#records.words[place + 1]!);
  }

  #place(id: number): number {
    return id * this.#stride + this.#field;
  }

  /** Goes on with the compaction under way, or begins one where enough is dead, for about `budget` words. */
  #compact(budget: number): void {
    const { state, log } = this;
    const tail = state[TAIL]!;
    if (state[COMPACTING] === 0) {
      const live = state[LIVE]!;
      if (tail - live <= (live >>> 1) + SLACK_WORDS) return;
      state[COMPACTING] = 1;
      state[READ] = 0;
      state[WRITE] = 0;
    }
    const words = log.words;
    const records = this.#records.words;
    let read = state[READ]!;
    let write = state[WRITE]!;
    const stop = read + budget;
    while (read < tail && read < stop) {
      const header = words[read]!;
      if (header < 0) {
        read -= header;
        continue;
      }
      const place = this.#place(header);
      const size = entryWords(records[place + 1]!);
      if (read !== write) {
        words.copyWithin(write, read, read + size);
        records[place] = write + 1;
      }
      read += size;
      write += size;
    }
    if (read >= tail) {
      state[TAIL] = write;
      state[COMPACTING] = 0;
    }
    state[READ] = read;
    state[WRITE] = write;
  }
}

function entryWords(length: number): number {
  return 1 + ((length + 3) >>> 2);
}

/**
 * Log words that `maxBytes` of live octets can need: half as much again lies dead before a compaction begins,
 * and a third of all that is appended while it runs.
 */
function logWords(maxBytes: number): number {
  return Math.min(0x7fff_ffff, Math.ceil(maxBytes / 2) + 2 * SLACK_WORDS + 65_536);
}
