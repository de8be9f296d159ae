/** What a wire does to the packets of each direction. */
export interface Impairment {
  /** Share of packets that is lost, 0 to 1. */
  readonly loss: number;
  /** What every packet waits, in milliseconds. */
  readonly delayMs: number;
  /** Share of packets that waits longer, by `reorderMs`, so that later ones overtake it. */
  readonly reorderShare: number;
  readonly reorderMs: number;
}

export const CLEAR_WIRE: Impairment = { loss: 0, delayMs: 0, reorderShare: 0, reorderMs: 0 };

/** Everything is lost, and nobody is told. */
export const CUT_WIRE: Impairment = { ...CLEAR_WIRE, loss: 1 };

/** A round trip of 200 ms with 1 % loss in each direction, and packets that overtake others. */
export const POOR_WIRE: Impairment = { loss: 0.01, delayMs: 100, reorderShare: 0.05, reorderMs: 20 };
