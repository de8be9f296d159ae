import type { Family, SessionContext } from "@netferry/bgp";
import { encodeMessage, IPV4_UNICAST, RefreshSubtype } from "@netferry/bgp";
import type { RouteChunk } from "../table/chunk-writer.ts";
import { type Encoding, encodingOf } from "../table/encoding.ts";
import type { ChangeBatch, LiveTable } from "../table/live-table.ts";

/** The End-of-RIB marker of a family (RFC 4724 section 2). */
export function endOfRib(family: Family, context: SessionContext): Uint8Array {
  const attributes = family === IPV4_UNICAST ? [] : [{ type: "mp-unreach" as const, family, nlri: [] }];
  return encodeMessage({ type: "update", withdrawn: [], attributes, nlri: [] }, context);
}

/**
 * What one established session has to send of a table, in order: every family with its End-of-RIB, the changes since,
 * and again whatever the peer asks for. Chunks are handed out one by one, as fast as the transport takes them.
 */
export class RouteFeed {
  readonly #table: LiveTable;
  readonly #context: SessionContext;
  readonly #encoding: Encoding;
  readonly #families: ReadonlySet<Family>;
  /** Families that were asked for again. */
  readonly #refresh = new Set<Family>();
  /** The peer has, or will have by what was handed out, all changes up to this epoch. */
  #epoch: number;
  #work: Iterator<RouteChunk, void> | undefined;

  constructor(table: LiveTable, context: SessionContext) {
    this.#table = table;
    this.#context = context;
    this.#encoding = encodingOf(context);
    this.#families = new Set(table.families.filter((family) => context.families.has(family)));
    this.#epoch = table.epoch;
    this.#work = this.#everything();
  }

  /** Families that the table and the session have in common. */
  get families(): ReadonlySet<Family> {
    return this.#families;
  }

  /** The next chunk; undefined when the peer has everything for now. */
  next(): RouteChunk | undefined {
    for (;;) {
      this.#work ??= this.#moreWork();
      if (this.#work === undefined) return undefined;
      const { done, value } = this.#work.next();
      if (done !== true) return value;
      this.#work = undefined;
    }
  }

  /** The peer has asked for a family's routes (RFC 2918); they follow what is being sent now. */
  refresh(family: Family): void {
    if (this.#context.families.has(family)) this.#refresh.add(family);
  }

  /**
   * Chunks of a batch that the table has just made, for a peer that has everything before it and whose transport takes
   * them; else nothing, and next() gives them when their time comes.
   */
  take(batch: ChangeBatch): readonly RouteChunk[] {
    if (this.#work !== undefined || this.#refresh.size > 0 || this.#epoch !== batch.epoch - 1) return [];
    this.#epoch = batch.epoch;
    return batch.chunks(this.#encoding, this.#families);
  }

  #moreWork(): Iterator<RouteChunk, void> | undefined {
    for (const family of this.#refresh) {
      this.#refresh.delete(family);
      return this.#again(family);
    }
    if (this.#epoch >= this.#table.epoch) return undefined;
    const since = this.#epoch;
    this.#epoch = this.#table.epoch;
    return this.#table.chunksSince(since, this.#encoding, this.#families);
  }

  *#everything(): Generator<RouteChunk, void> {
    for (const family of this.#families) {
      yield* this.#table.chunks(family, this.#encoding);
      yield { bytes: endOfRib(family, this.#context), routes: 0 };
    }
    // Of a family that the peer speaks and the table does not have there is nothing, which is worth saying as well.
    for (const family of this.#context.families) {
      if (!this.#families.has(family)) yield { bytes: endOfRib(family, this.#context), routes: 0 };
    }
  }

  /** RFC 2918; between BoRR and EoRR where both ends do RFC 7313. */
  *#again(family: Family): Generator<RouteChunk, void> {
    const { enhancedRouteRefresh } = this.#context;
    if (enhancedRouteRefresh) yield this.#marker(family, RefreshSubtype.begin);
    yield* this.#table.chunks(family, this.#encoding);
    if (enhancedRouteRefresh) yield this.#marker(family, RefreshSubtype.end);
  }

  #marker(family: Family, subtype: number): RouteChunk {
    return { bytes: encodeMessage({ type: "route-refresh", family, subtype }, this.#context), routes: 0 };
  }
}
