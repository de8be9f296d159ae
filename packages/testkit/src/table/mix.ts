/** Measured properties of one family's part of a full table. Counts are of the table that was measured. */
export interface PrefixMix {
  /** Prefixes in the table that was measured. */
  readonly total: number;
  /** Blocks (see address-space.ts) that hold prefixes longer than the block itself. */
  readonly blocks: number;
  /** How many prefixes follow directly on one of the same length, by length: [length, share]. */
  readonly adjacency: readonly (readonly [number, number])[];
  /** The same for blocks. */
  readonly blockAdjacency: number;
  /** How many prefixes no longer than a block cover no block that holds others. */
  readonly emptyShare: number;
  /** How crowded blocks within a prefix that covers them are, compared to other blocks. */
  readonly coveredCrowding: number;
  /** [length, prefixes]. */
  readonly lengths: readonly (readonly [number, number])[];
  /** How many prefixes a block holds: [most, blocks], each bin from one more than the one before. */
  readonly occupancy: readonly (readonly [number, number])[];
  /** How the blocks spread over the ranges of address-space.ts. */
  readonly ranges: readonly number[];
}
