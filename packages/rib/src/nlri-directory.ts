import type { NlriReferences } from "./path-columns.ts";
import type { MemoryUse } from "./memory-use.ts";

/** The NLRI of one family that any device holds, under dense ids from 1. */
export interface NlriDirectory extends NlriReferences {
  /** NLRI held. */
  readonly size: number;
  /** Frees an id that nobody refers to; does nothing to others. */
  discard(id: number): void;
  /** The octets of an NLRI that is held: a copy. */
  nlri(id: number): Uint8Array;
  memory(): MemoryUse[];
}
