import { orderOf, SMALLEST_BLOCK } from "./block-heap.ts";
import { BASE, CAPACITY, COUNT, FORM, PAGES, SPARE_RECORD, WIDTH } from "./column-layout.ts";
import type { ColumnStore } from "./column-store.ts";
import { emptySlot, findSlot } from "./hash-slots.ts";

const EMPTY = 0;
const HASHED = 1;
const PAGED = 2;

/** Ids that a page covers. */
const PAGE_SHIFT = 9;
const PAGE_SIZE = 1 << PAGE_SHIFT;
const PAGE_ORDER = orderOf(PAGE_SIZE);
const SMALLEST_CAPACITY = SMALLEST_BLOCK / 2;
/** A paged column of more than so many pages goes back to hashing... */
const FEWEST_SPARSE_PAGES = 8;
/** ...where it holds fewer than one in so many of the ids that they cover. */
const SPARSEST_PAGES = 64;

/**
 * Dense ids → values, of one device. A value is a word that is not 0, and where the width is 2 another one
 * beside it. A column that holds few of the ids there are is a hash table, of 11 to 21 octets an entry; one
 * that holds many is pages of 512 ids, of little over 4. It changes over when it grows and the other form
 * takes less memory. (Twice that where the width is 2.)
 */
export class Column {
  /** Word offset of its record among the store's. */
  readonly record: number;
  readonly #store: ColumnStore;
  /** Shift from slots to words: the id, the value, and where the width is 2 one more and one spare. */
  readonly #slotShift: number;
  readonly #pageShift: number;

  constructor(store: ColumnStore, record: number, width: 1 | 2) {
    this.#store = store;
    this.record = record;
    this.#slotShift = width;
    this.#pageShift = width - 1;
  }

  /** Entries held. */
  get count(): number {
    return this.#store.records.words[this.record + COUNT]!;
  }

  /** The value at an id, 0 where there is none. */
  get(id: number): number {
    const at = this.#find(id);
    return at === 0 ? 0 : this.#store.heap.memory.words[at]!;
  }

  /** The second word of the value at an id, which must be there. */
  second(id: number): number {
    return this.#store.heap.memory.words[this.#find(id) + 1]!;
  }

  /**
   * Sets the value at an id. False where memory is refused: nothing changes then. What is there already can
   * always be replaced.
   * @param value not 0 @param second used where the width is 2
   */
  set(id: number, value: number, second = 0): boolean {
    const { heap, records: shared, multiplier } = this.#store;
    const records = shared.words;
    const record = this.record;
    const form = records[record + FORM]!;
    if (form === PAGED) return this.#setPaged(id, value, second);
    if (form === HASHED) {
      const capacity = records[record + CAPACITY]!;
      const words = heap.memory.words;
      const slot = findSlot(words, records[record + BASE]!, capacity, this.#slotShift, multiplier, id);
      const count = records[record + COUNT]!;
      const there = words[slot] === id;
      if (there || (count + 1) * 4 <= capacity * 3) {
        words[slot] = id;
        words[slot + 1] = value;
        if (this.#pageShift === 1) words[slot + 2] = second;
        if (!there) records[record + COUNT] = count + 1;
        return true;
      }
    }
    return this.#grow(id) && this.set(id, value, second);
  }

  /** Removes the entry at an id, if there is one. */
  delete(id: number): void {
    const { heap, records: shared, multiplier } = this.#store;
    const at = this.#find(id);
    if (at === 0 || heap.memory.words[at] === 0) return;
    const records = shared.words;
    const record = this.record;
    const count = records[record + COUNT]! - 1;
    if (count === 0) {
      this.clear();
      return;
    }
    records[record + COUNT] = count;
    const capacity = records[record + CAPACITY]!;
    if (records[record + FORM] === PAGED) {
      this.#deletePaged(id);
      const pages = records[record + PAGES]!;
      if (pages > FEWEST_SPARSE_PAGES && pages * PAGE_SIZE > count * SPARSEST_PAGES)
        this.#rebuild(HASHED, tableSize(count * 2));
    } else {
      emptySlot(heap.memory.words, records[record + BASE]!, capacity, this.#slotShift, multiplier, at - 1);
      if (capacity > SMALLEST_CAPACITY && count * 8 < capacity) this.#rebuild(HASHED, tableSize(count * 2));
    }
  }

  /** Removes all entries and gives back their memory. */
  clear(): void {
    const { heap, records: shared } = this.#store;
    const { form, base, capacity } = this.#shape();
    if (form === PAGED) {
      for (let page = 0; page < capacity; page++) {
        const at = heap.memory.words[base + page * 2]!;
        if (at !== 0) heap.release(at, PAGE_ORDER + this.#pageShift);
      }
      heap.release(base, orderOf(capacity * 2));
    } else if (form === HASHED) {
      heap.release(base, orderOf(capacity << this.#slotShift));
    }
    shared.words.fill(0, this.record, this.record + WIDTH);
  }

  /** Writes ids, as many as `into` takes, whose values have all the bits of `mask`. Returns how many. */
  collect(into: Int32Array, mask: number): number {
    const words = this.#store.heap.memory.words;
    const { form, base, capacity } = this.#shape();
    let found = 0;
    if (form === PAGED) {
      for (let page = 0; page < capacity; page++) {
        const at = words[base + page * 2]!;
        if (at === 0) continue;
        for (let i = 0; i < PAGE_SIZE; i++) {
          const value = words[at + (i << this.#pageShift)]!;
          if (value === 0 || (value & mask) !== mask) continue;
          if (found === into.length) return found;
          into[found++] = (page << PAGE_SHIFT) | i;
        }
      }
      return found;
    }
    for (let i = 0; i < capacity; i++) {
      const slot = base + (i << this.#slotShift);
      if (words[slot] === 0 || (words[slot + 1]! & mask) !== mask) continue;
      if (found === into.length) return found;
      into[found++] = words[slot]!;
    }
    return found;
  }

  /** All ids held, in no order. */
  ids(): Int32Array {
    const ids = new Int32Array(this.count);
    this.collect(ids, 0);
    return ids;
  }

  /** Sets the bits of `mask` in every value. Returns how many values lacked some. */
  mark(mask: number): number {
    const words = this.#store.heap.memory.words;
    let marked = 0;
    for (const id of this.ids()) {
      const at = this.#find(id);
      const value = words[at]!;
      if ((value & mask) === mask) continue;
      words[at] = value | mask;
      marked++;
    }
    return marked;
  }

  /** Clears the bits of `mask` in every value. */
  unmark(mask: number): void {
    const words = this.#store.heap.memory.words;
    for (const id of this.ids()) {
      const at = this.#find(id);
      words[at] = words[at]! & ~mask;
    }
  }

  /** Word offset of the value at an id; 0, or the offset of a word that is 0, where there is none. */
  #find(id: number): number {
    const { heap, records: shared, multiplier } = this.#store;
    const records = shared.words;
    const record = this.record;
    const form = records[record + FORM]!;
    if (form === PAGED) {
      const page = id >>> PAGE_SHIFT;
      if (page >= records[record + CAPACITY]!) return 0;
      const at = heap.memory.words[records[record + BASE]! + page * 2]!;
      return at === 0 ? 0 : at + ((id & (PAGE_SIZE - 1)) << this.#pageShift);
    }
    if (form === EMPTY) return 0;
    const words = heap.memory.words;
    const capacity = records[record + CAPACITY]!;
    const slot = findSlot(words, records[record + BASE]!, capacity, this.#slotShift, multiplier, id);
    return words[slot] === id ? slot + 1 : 0;
  }

  #shape(): { form: number; base: number; capacity: number } {
    const records = this.#store.records.words;
    const record = this.record;
    return {
      form: records[record + FORM]!,
      base: records[record + BASE]!,
      capacity: records[record + CAPACITY]!,
    };
  }

  #setPaged(id: number, value: number, second: number): boolean {
    const { heap, records: shared } = this.#store;
    const records = shared.words;
    const record = this.record;
    const page = id >>> PAGE_SHIFT;
    if (page >= records[record + CAPACITY]! && !this.#widen(page)) return false;
    const entry = records[record + BASE]! + page * 2;
    let at = heap.memory.words[entry]!;
    if (at === 0) {
      at = heap.allocate(PAGE_ORDER + this.#pageShift);
      if (at === 0) return false;
      heap.memory.words[entry] = at;
      records[record + PAGES] = records[record + PAGES]! + 1;
    }
    const words = heap.memory.words;
    const word = at + ((id & (PAGE_SIZE - 1)) << this.#pageShift);
    if (words[word] === 0) {
      words[entry + 1] = words[entry + 1]! + 1;
      records[record + COUNT] = records[record + COUNT]! + 1;
    }
    words[word] = value;
    if (this.#pageShift === 1) words[word + 1] = second;
    return true;
  }

  #deletePaged(id: number): void {
    const { heap, records: shared } = this.#store;
    const words = heap.memory.words;
    const entry = shared.words[this.record + BASE]! + (id >>> PAGE_SHIFT) * 2;
    const at = words[entry]!;
    words[at + ((id & (PAGE_SIZE - 1)) << this.#pageShift)] = 0;
    words[entry + 1] = words[entry + 1]! - 1;
    if (words[entry + 1] !== 0) return;
    words[entry] = 0;
    heap.release(at, PAGE_ORDER + this.#pageShift);
    shared.words[this.record + PAGES] = shared.words[this.record + PAGES]! - 1;
  }

  /** Makes room for one more entry, at `id`, in the form that takes less memory. */
  #grow(id: number): boolean {
    const { form, capacity } = this.#shape();
    if (form === EMPTY) return this.#rebuild(HASHED, SMALLEST_CAPACITY);
    const hashedWords = (capacity * 2) << this.#slotShift;
    const pageWords = PAGE_SIZE << this.#pageShift;
    if (hashedWords > pageWords) {
      const { entries, pages } = pagesFor(this.ids(), id);
      if (entries * 2 + pages * pageWords <= hashedWords) return this.#rebuild(PAGED, entries);
    }
    return this.#rebuild(HASHED, capacity * 2);
  }

  /** Takes another shape, if there is memory for it: that is built apart, under the spare record. */
  #rebuild(form: number, capacity: number): boolean {
    const store = this.#store;
    const { heap, records: shared } = store;
    const base = heap.allocate(orderOf(form === PAGED ? capacity * 2 : capacity << this.#slotShift));
    if (base === 0) return false;
    const other = new Column(store, SPARE_RECORD, this.#pageShift === 1 ? 2 : 1);
    shared.words.set([form, base, capacity, 0, 0], SPARE_RECORD);
    for (const id of this.ids()) {
      if (other.set(id, this.get(id), this.#pageShift === 1 ? this.second(id) : 0)) continue;
      other.clear();
      return false;
    }
    this.clear();
    shared.words.copyWithin(this.record, SPARE_RECORD, SPARE_RECORD + WIDTH);
    return true;
  }

  /** Makes the page table reach `page`. */
  #widen(page: number): boolean {
    const { heap, records: shared } = this.#store;
    const capacity = tableSize(page + 1);
    const base = heap.allocate(orderOf(capacity * 2));
    if (base === 0) return false;
    const old = this.#shape();
    heap.memory.words.copyWithin(base, old.base, old.base + old.capacity * 2);
    heap.release(old.base, orderOf(old.capacity * 2));
    shared.words[this.record + BASE] = base;
    shared.words[this.record + CAPACITY] = capacity;
    return true;
  }
}

/** The power of two that a table of at least so many slots or entries has. */
function tableSize(least: number): number {
  let size = SMALLEST_CAPACITY;
  while (size < least) size *= 2;
  return size;
}

/** The page table and the pages that these ids, and one more, take. */
function pagesFor(ids: Int32Array, more: number): { entries: number; pages: number } {
  let most = more;
  for (const id of ids) if (id > most) most = id;
  const entries = tableSize((most >>> PAGE_SHIFT) + 1);
  const seen = new Uint8Array(entries);
  seen[more >>> PAGE_SHIFT] = 1;
  let pages = 1;
  for (const id of ids) {
    const page = id >>> PAGE_SHIFT;
    if (seen[page] === 0) pages++;
    seen[page] = 1;
  }
  return { entries, pages };
}
