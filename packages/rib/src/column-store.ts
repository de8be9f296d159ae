import { BlockHeap } from "./block-heap.ts";
import { Column } from "./column.ts";
import { BASE, RECORD_WORDS, WIDTH } from "./column-layout.ts";
import { SharedWords } from "./shared-words.ts";

const RECORDS_EVER = 0;
const FREE_RECORD = 1;

/** The columns of all devices: their entries in one heap, their shapes in one array of records. */
export class ColumnStore {
  readonly heap: BlockHeap;
  readonly records: SharedWords;
  readonly state = new Int32Array(new SharedArrayBuffer(8));
  /** Odd, and secret, so that a peer cannot choose ids that meet in one slot. */
  readonly multiplier: number;

  /** @param seed a secret random word */
  constructor(maxBytes: number, maxColumns: number, seed: number) {
    this.heap = new BlockHeap("columns", maxBytes);
    this.records = new SharedWords("column records", (maxColumns + 1) * RECORD_WORDS);
    this.records.ensure(RECORD_WORDS);
    this.multiplier = Math.imul(seed, 0x9e37_79b1) | 1;
  }

  /** An empty column, which takes no memory but its record; undefined where there are too many. */
  create(width: 1 | 2): Column | undefined {
    const free = this.state[FREE_RECORD]!;
    const index = free === 0 ? this.state[RECORDS_EVER]! + 1 : free;
    if (!this.records.ensure((index + 1) * RECORD_WORDS)) return undefined;
    const at = index * RECORD_WORDS;
    if (free === 0) this.state[RECORDS_EVER] = index;
    else this.state[FREE_RECORD] = this.records.words[at + BASE]!;
    this.records.words.fill(0, at, at + RECORD_WORDS);
    this.records.words[at + WIDTH] = width;
    return new Column(this, at, width);
  }

  /** Takes back a column's memory and its record; the column must not be used any more. */
  remove(column: Column): void {
    column.clear();
    this.records.words[column.record + BASE] = this.state[FREE_RECORD]!;
    this.state[FREE_RECORD] = column.record / RECORD_WORDS;
  }
}
