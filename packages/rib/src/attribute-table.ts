import type { HashSeed } from "./half-sip-hash.ts";
import { Interner } from "./interner.ts";
import type { Rejections, RibLimits } from "./limits.ts";

/** What `intern` gives where it refuses: routes announced with it are not taken in. */
export const NO_ATTRIBUTES = 0;

/**
 * Sets of path attributes, as the octets received ↔ ids from 1. Reference counted: each route that carries a
 * set holds a reference, and so does whoever interned it. An id without references will be given to another
 * set.
 */
export class AttributeTable {
  readonly interner: Interner;
  readonly #rejections: Rejections;

  constructor(limits: RibLimits, seed: HashSeed, rejections: Rejections) {
    this.#rejections = rejections;
    this.interner = new Interner({
      name: "attributes",
      seed,
      maxEntries: limits.attributeSets,
      maxBytes: limits.attributeBytes,
    });
  }

  /** Distinct sets held. */
  get size(): number {
    return this.interner.size;
  }

  /** Their octets, each set once. */
  get octets(): number {
    return this.interner.arena.liveBytes;
  }

  /**
   * The id of the attributes in `buffer[start, end)`, of which a copy is stored where they are new, with one
   * reference for the caller, to be given back by {@link release}. {@link NO_ATTRIBUTES} where a limit
   * refuses them: announce the routes with that all the same, so that what they replace goes.
   */
  intern(buffer: Uint8Array, start: number, end: number): number {
    const id = this.interner.findOrAdd(buffer, start, end);
    if (id === NO_ATTRIBUTES) this.#rejections.attributes++;
    else this.interner.retain(id);
    return id;
  }

  /** Takes another reference to an id that is held already. */
  retain(id: number): void {
    this.interner.retain(id);
  }

  /** Gives back a reference. {@link NO_ATTRIBUTES} may be released, too. */
  release(id: number): void {
    if (id !== NO_ATTRIBUTES) this.interner.release(id);
  }

  /** References to an id: routes, and callers that have interned it. */
  references(id: number): number {
    return this.interner.references(id);
  }

  /**
   * The octets of a set that is held. A view into shared memory, right until the next `intern`: copy what
   * must last.
   */
  bytes(id: number): Uint8Array<SharedArrayBuffer> {
    return this.interner.bytes(id);
  }
}
