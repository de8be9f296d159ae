/*
 * An open-addressed hash table of ids in a block of words at `base`: `capacity` slots, a power of two, each of
 * `1 << shift` words with the id first, 0 where the slot is empty. One slot at least must be empty.
 */

/**
 * Word offset of the slot that holds `id`, or of the empty one where it belongs. @param multiplier odd, and
 * secret
 */
export function findSlot(
  words: Int32Array,
  base: number,
  capacity: number,
  shift: number,
  multiplier: number,
  id: number,
): number {
  let index = Math.imul(id, multiplier) >>> (Math.clz32(capacity) + 1);
  for (;;) {
    const slot = base + (index << shift);
    const there = words[slot]!;
    if (there === id || there === 0) return slot;
    index = (index + 1) & (capacity - 1);
  }
}

/**
 * Empties a slot and moves those behind it up, so that no search stops short of them. @param slot its word
 * offset
 */
export function emptySlot(
  words: Int32Array,
  base: number,
  capacity: number,
  shift: number,
  multiplier: number,
  slot: number,
): void {
  const mask = capacity - 1;
  const home = Math.clz32(capacity) + 1;
  let hole = (slot - base) >>> shift;
  let index = hole;
  for (;;) {
    index = (index + 1) & mask;
    const from = base + (index << shift);
    if (words[from] === 0) break;
    const wanted = Math.imul(words[from]!, multiplier) >>> home;
    // It may move up where the hole is not before the slot that it belongs to.
    if (((index - wanted) & mask) < ((index - hole) & mask)) continue;
    words.copyWithin(base + (hole << shift), from, from + (1 << shift));
    hole = index;
  }
  const at = base + (hole << shift);
  words.fill(0, at, at + (1 << shift));
}
