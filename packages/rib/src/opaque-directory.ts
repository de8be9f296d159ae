import { type Family, familyName } from "@netferry/bgp";
import type { HashSeed } from "./half-sip-hash.ts";
import { Interner } from "./interner.ts";
import type { RibLimits } from "./limits.ts";
import { type MemoryUse, memoryUse } from "./memory-use.ts";
import type { NlriDirectory } from "./nlri-directory.ts";

/** The NLRI of a family that is not looked into: octets, found by a hash, in no order. */
export class OpaqueDirectory implements NlriDirectory {
  readonly interner: Interner;

  constructor(family: Family, limits: RibLimits, seed: HashSeed) {
    this.interner = new Interner({
      name: familyName(family),
      seed,
      maxEntries: limits.prefixes,
      maxBytes: limits.nlriBytes,
    });
  }

  get size(): number {
    return this.interner.size;
  }

  retain(id: number): void {
    this.interner.retain(id);
  }

  release(id: number): void {
    this.interner.release(id);
  }

  discard(id: number): void {
    this.interner.discard(id);
  }

  nlri(id: number): Uint8Array {
    return this.interner.bytes(id).slice();
  }

  memory(): MemoryUse[] {
    return internerMemory(this.interner);
  }
}

/** The arrays of an interner. */
export function internerMemory(interner: Interner): MemoryUse[] {
  const { arena, records, buckets, size } = interner;
  return [memoryUse(arena.log, arena.liveBytes / 4), memoryUse(records, size * 5), memoryUse(buckets, size)];
}
