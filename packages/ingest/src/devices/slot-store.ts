/** What a snapshot needs of the peerings. */
import type { RibTable } from "@netferry/rib";
import type { SlotAge } from "./route-slot.ts";

/** One peering's place in a snapshot. */
export interface SavedSlot {
  readonly deviceId: number;
  readonly key: string;
  readonly session?:
    | { readonly sessionId: string; readonly accountId: number; readonly applied: number }
    | undefined;
  /** Undefined where all its paths are live. */
  readonly age?: SlotAge | undefined;
}

export interface SlotStore {
  /**
   * Every peering with routes, and where its table is from now on: it may be gone by the time it is written.
   *
   * @param settled no session sends any more: those whose routes are complete may go on from this snapshot
   */
  save(settled: boolean): { readonly slot: SavedSlot; readonly tableNow: () => RibTable | undefined }[];
  /** A table for a peering of a snapshot; undefined where the registry has no place for it any more. */
  restore(slot: SavedSlot): RibTable | undefined;
  /**
   * The restored tables are filled. Returns how many sessions can go on from them.
   *
   * @param createdAt milliseconds since 1970
   */
  restored(createdAt: number): number;
  /** The snapshot was no good after all. */
  dropRestored(): void;
}
