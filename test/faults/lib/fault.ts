import type { Bed, BedKind } from "./bed.ts";

/** How long faults last. */
export interface Scale {
  readonly quick: boolean;
}

/** One way to disturb Netferry. */
export interface Fault {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Too long for a quick run. */
  readonly fullOnly?: true;
  /** The bed that it needs; plain where it says nothing. */
  readonly bed?: BedKind;
  /** How long it lasts itself, in seconds; half a minute where it says nothing. */
  readonly seconds?: (scale: Scale) => number;
  /** Sessions end here as things are: shown, and no failure. Says why. */
  readonly mayFlap?: string;
  /** Every session ends here once, and comes back: no more and no less. Says why. */
  readonly restartsOnce?: string;
  /** The agent can't log meanwhile, so that what it sent again is not known. */
  readonly silencesAgent?: true;
  /** May be part of a random mix. */
  readonly mixes?: true;
  /**
   * Strikes, and lifts the fault again. Returns when it was lifted on the monotonic clock: a process that was ended is
   * back when it is started, not when it is ready.
   */
  readonly strike: (bed: Bed, scale: Scale) => Promise<number>;
  /** Puts the bed back into its first shape after the verdict. */
  readonly restore?: (bed: Bed) => Promise<void>;
}
