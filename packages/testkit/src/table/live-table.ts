import type { Family } from "@netferry/bgp";
import { mix, Random } from "../random.ts";
import { ChunkWriter, type RouteChunk } from "./chunk-writer.ts";
import type { Encoding } from "./encoding.ts";
import { encodingKey } from "./encoding.ts";
import { LiveFamily, WITHDRAWN } from "./live-family.ts";
import type { RouteTable } from "./route-table.ts";
import { SharedChunks } from "./shared-chunks.ts";
import type { TableWriter } from "./table-writer.ts";

/** How often a change of a route that is there takes it away; else it gets other attributes. */
const WITHDRAWAL_SHARE = 0.2;

/** How often a withdrawn route comes back as it was; else with other attributes. */
const SAME_AGAIN_SHARE = 0.5;

/** One route as a receiver should see it. */
export interface ExpectedRoute {
  readonly family: Family;
  /** One NLRI without a path id. Not to be written to. */
  readonly nlri: Uint8Array;
  /** Path attributes in the form that UpdateScanner hands to a RIB, in four-octet form. Not to be written to. */
  readonly attributes: Uint8Array;
}

interface Change {
  readonly live: LiveFamily;
  readonly index: number;
  /** WITHDRAWN for a route that is gone. */
  readonly variant: number;
}

/** The changes of one epoch. */
export interface ChangeBatch {
  readonly epoch: number;
  readonly announced: number;
  readonly withdrawn: number;
  /** UPDATEs for the changes in these families, in whole messages; encoded once for all that ask for the same. */
  chunks(encoding: Encoding, families: ReadonlySet<Family>): readonly RouteChunk[];
}

export interface LiveTableOptions {
  /** Of the changes. */
  readonly seed: number;
  /** Keep the encoded table for the next session that sends it, for many sessions with one table. Default false. */
  readonly share?: boolean | undefined;
}

/**
 * A table whose routes change, and the truth about what is in it now. Changes come in epochs, 1 and on: whoever has
 * sent the table as it was in an epoch catches up with the changes since. Table and seed alone decide what changes.
 */
export class LiveTable {
  readonly table: RouteTable;
  readonly #families = new Map<Family, LiveFamily>();
  readonly #random: Random;
  readonly #shared: Map<string, SharedChunks> | undefined;
  #epoch = 0;

  constructor(table: RouteTable, options: LiveTableOptions) {
    this.table = table;
    this.#random = new Random(mix(options.seed, 0xc42));
    this.#shared = options.share === true ? new Map() : undefined;
    for (const family of table.families) {
      const parts = table.family(family);
      if (parts !== undefined) this.#families.set(family, new LiveFamily(parts));
    }
  }

  /** Number of the last batch of changes; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  get families(): Family[] {
    return this.table.families;
  }

  /** Routes that are there now. */
  routeCount(family?: Family): number {
    if (family !== undefined) return this.#families.get(family)?.present ?? 0;
    let count = 0;
    for (const { present } of this.#families.values()) count += present;
    return count;
  }

  /** Changes that many routes, of any family: withdraws them, brings them back, or gives them other attributes. */
  change(count: number): ChangeBatch {
    this.#epoch += 1;
    const total = this.table.routeCount();
    const changes: Change[] = [];
    let withdrawn = 0;
    for (let left = total === 0 ? 0 : count; left > 0; left -= 1) {
      const change = this.#changeOne(this.#random.below(total));
      if (change.variant === WITHDRAWN) withdrawn += 1;
      changes.push(change);
    }
    const encoded = new Map<string, readonly RouteChunk[]>();
    return {
      epoch: this.#epoch,
      announced: changes.length - withdrawn,
      withdrawn,
      chunks: (encoding, families) => {
        const wanted = [...families].sort((a, b) => a - b);
        const key = `${encodingKey(encoding)} ${wanted.join()}`;
        let chunks = encoded.get(key);
        if (chunks === undefined) {
          const these = changes.filter(({ live }) => families.has(live.family));
          chunks = [...encodeChanges(this.table.writer(encoding), these)];
          encoded.set(key, chunks);
        }
        return chunks;
      },
    };
  }

  /** A family's routes as they are now, encoded as RouteTable.chunks does. No End-of-RIB. */
  chunks(family: Family, encoding: Encoding): Iterable<RouteChunk> {
    const live = this.#families.get(family);
    if (live === undefined) return [];
    if (live.changed) return encodeRuns(this.table.writer(encoding), live);
    if (this.#shared === undefined) return this.table.chunks(family, encoding);
    const key = `${encodingKey(encoding)} ${family}`;
    let chunks = this.#shared.get(key);
    if (chunks === undefined) {
      chunks = new SharedChunks(this.table.chunks(family, encoding));
      this.#shared.set(key, chunks);
    }
    return chunks;
  }

  /**
   * UPDATEs that bring a peer that has everything up to an epoch to what is here now. Lazy: with changes while it is
   * read, catch up again from the epoch that was current when it began.
   */
  *chunksSince(
    epoch: number,
    encoding: Encoding,
    families: ReadonlySet<Family>,
  ): Generator<RouteChunk, void> {
    if (epoch >= this.#epoch) return;
    const writer = this.table.writer(encoding);
    for (const family of families) {
      const live = this.#families.get(family);
      if (live !== undefined) yield* encodeChanges(writer, changesSince(live, epoch));
    }
  }

  /** The truth: every route that is there, as a receiver in a session with this encoding should see it. */
  *expected(encoding: Encoding, family?: Family): Generator<ExpectedRoute, void> {
    const writer = this.table.writer({ ...encoding, fourOctetAs: true });
    for (const live of this.#families.values()) {
      if (family !== undefined && live.family !== family) continue;
      for (const { group, variant, first, end } of live.runs()) {
        const attributes = writer.attributes(live.family, group, variant);
        for (let index = first; index < end; index += 1) {
          yield { family: live.family, nlri: live.prefixes.nlri(index), attributes };
        }
      }
    }
  }

  #changeOne(place: number): Change {
    let index = place;
    for (const live of this.#families.values()) {
      if (index < live.prefixes.size) {
        const variant = this.#nextVariant(live, index);
        live.change(index, variant, this.#epoch);
        return { live, index, variant };
      }
      index -= live.prefixes.size;
    }
    throw new RangeError(`the table has no route ${place}`);
  }

  #nextVariant(live: LiveFamily, index: number): number {
    const now = live.variantOf(index);
    if (now === WITHDRAWN) {
      const before = live.variantBefore(index);
      return this.#random.chance(SAME_AGAIN_SHARE) ? before : before + 1;
    }
    return this.#random.chance(WITHDRAWAL_SHARE) ? WITHDRAWN : now + 1;
  }
}

function* changesSince(live: LiveFamily, epoch: number): Generator<Change, void> {
  for (const index of live.changedSince(epoch)) yield { live, index, variant: live.variantOf(index) };
}

function* encodeChanges(writer: TableWriter, changes: Iterable<Change>): Generator<RouteChunk, void> {
  const chunk = new ChunkWriter();
  for (const { live, index, variant } of changes) {
    if (chunk.full) yield chunk.take();
    const { prefixes } = live;
    chunk.at =
      variant === WITHDRAWN
        ? writer.withdraw(chunk.buffer, chunk.at, prefixes, index)
        : writer.announce(chunk.buffer, chunk.at, prefixes, live.groupOf(index), variant, index, index + 1);
    chunk.routes += 1;
  }
  if (chunk.at > 0) yield chunk.take();
}

function* encodeRuns(writer: TableWriter, live: LiveFamily): Generator<RouteChunk, void> {
  const chunk = new ChunkWriter();
  for (const { group, variant, first, end } of live.runs()) {
    if (chunk.full) yield chunk.take();
    chunk.at = writer.announce(chunk.buffer, chunk.at, live.prefixes, group, variant, first, end);
    chunk.routes += end - first;
  }
  if (chunk.at > 0) yield chunk.take();
}
