/*
 * The words of a column's record among its store's.
 */

/** Empty, hashed or paged. */
export const FORM = 0;
/** Word offset in the heap of the slots, or of the page table. Of a free record, the next free one. */
export const BASE = 1;
/** Hashed: slots. Paged: entries of the page table. A power of two. */
export const CAPACITY = 2;
export const COUNT = 3;
/** Paged: pages held. */
export const PAGES = 4;
/** Words of a value, 1 or 2. */
export const WIDTH = 5;
export const RECORD_WORDS = 6;

/** The record under which a column's new shape is built; it is no column's own. */
export const SPARE_RECORD = 0;
