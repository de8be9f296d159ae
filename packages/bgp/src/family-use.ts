import type { CodecContext } from "./codec-context.ts";
import type { FamilyCodec } from "./family/codec.ts";
import { codecFamilies, familyCodec } from "./family/registry.ts";
import type { Family } from "./family.ts";

/** What a session has agreed on about one family, and whether it still holds. */
export class FamilyUse {
  readonly family: Family;
  /** Undefined for a family whose NLRI are carried as bytes. */
  readonly codec: FamilyCodec | undefined;
  readonly addPath: boolean;
  readonly extendedNextHop: boolean;
  readonly negotiated: boolean;
  /** Its NLRI are ignored for the rest of the session (RFC 4760 section 7). */
  disabled = false;

  constructor(family: Family, context: CodecContext) {
    this.family = family;
    this.codec = familyCodec(family);
    this.addPath = context.addPathReceive.has(family);
    this.extendedNextHop = context.extendedNextHop.has(family);
    this.negotiated = context.families === undefined || context.families.has(family);
  }
}

/** Families that were not negotiated by name, and were disabled, are remembered up to this number of entries. */
const MAX_FAMILIES = 256;

/** The families of one session. Those that were negotiated or have a codec have entries; others are made as they come. */
export class FamilyTable {
  readonly #context: CodecContext;
  readonly #uses = new Map<Family, FamilyUse>();
  #last: FamilyUse;

  constructor(context: CodecContext) {
    this.#context = context;
    this.#last = new FamilyUse(0, context);
    for (const family of [...codecFamilies, ...(context.families ?? [])]) {
      this.#uses.set(family, new FamilyUse(family, context));
    }
  }

  use(family: Family): FamilyUse {
    if (this.#last.family === family) return this.#last;
    this.#last = this.#uses.get(family) ?? new FamilyUse(family, this.#context);
    return this.#last;
  }

  disable(use: FamilyUse): void {
    use.disabled = true;
    if (this.#uses.size < MAX_FAMILIES) this.#uses.set(use.family, use);
  }
}
