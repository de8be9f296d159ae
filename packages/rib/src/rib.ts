import type { Family } from "@netferry/bgp";
import { AttributeTable } from "./attribute-table.ts";
import { ColumnStore } from "./column-store.ts";
import { ApplyTally, type FamilyRoutes } from "./family-routes.ts";
import type { HashSeed } from "./half-sip-hash.ts";
import { completeLimits, noRejections, type Rejections, type RibLimits } from "./limits.ts";
import { type MemoryUse, memoryUse } from "./memory-use.ts";
import type { NlriDirectory } from "./nlri-directory.ts";
import { internerMemory, OpaqueDirectory } from "./opaque-directory.ts";
import { OpaqueRoutes } from "./opaque-routes.ts";
import { addressWords, PrefixDirectory } from "./prefix-directory.ts";
import { PrefixRoutes } from "./prefix-routes.ts";
import { RibTable } from "./table.ts";

/**
 * Columns at once: bounds the array of their records, whatever the limits of tables, families and paths are.
 */
const MOST_COLUMNS = 4_000_000;

export interface RibOptions {
  /** Random and secret, see {@link HashSeed}. */
  readonly seed: HashSeed;
  readonly limits?: Partial<RibLimits>;
}

export interface RibStats {
  readonly tables: number;
  /** Distinct NLRI over all tables, by family. */
  readonly prefixes: ReadonlyMap<Family, number>;
  /** Paths of all tables, and those of them that are stale. */
  readonly paths: number;
  readonly stalePaths: number;
  readonly attributeSets: number;
  /** Octets by array. */
  readonly memory: readonly Omit<MemoryUse, "buffer">[];
  readonly usedBytes: number;
  readonly allocatedBytes: number;
  /**
   * What was refused since the start, by cause, in paths (tables and attribute sets for the causes of that
   * name).
   */
  readonly rejections: Readonly<Rejections>;
}

/**
 * The routes of many devices. Each NLRI and each set of attributes is stored once; a device's table is
 * columns that tie the one to the other. All of it is in typed arrays over shared memory, which one thread
 * writes.
 */
export class Rib {
  readonly attributes: AttributeTable;
  readonly limits: RibLimits;
  readonly #seed: HashSeed;
  readonly #columns: ColumnStore;
  readonly #rejections: Rejections = noRejections();
  readonly #tally = new ApplyTally(this.#rejections);
  readonly #directories = new Map<Family, PrefixDirectory | OpaqueDirectory>();
  readonly #tables = new Set<RibTable>();

  /** @throws RangeError for limits that make no sense */
  constructor(options: RibOptions) {
    const limits = completeLimits(options.limits ?? {});
    this.limits = limits;
    this.#seed = options.seed;
    this.attributes = new AttributeTable(limits, options.seed, this.#rejections);
    const columns = limits.tables * limits.families * (limits.pathsPerPrefix + 1);
    this.#columns = new ColumnStore(limits.columnBytes, Math.min(columns, MOST_COLUMNS), options.seed[0]);
  }

  /** An empty table, for one device; undefined where there are too many. */
  createTable(): RibTable | undefined {
    if (this.#tables.size >= this.limits.tables) {
      this.#rejections.tables++;
      return undefined;
    }
    const table = new RibTable({
      rejections: this.#rejections,
      tally: this.#tally,
      openFamily: (family) => this.#openFamily(family),
      closed: () => this.#tables.delete(table),
    });
    this.#tables.add(table);
    return table;
  }

  /** The arrays that hold all routes, by name. */
  memory(): MemoryUse[] {
    const { heap, records } = this.#columns;
    return [
      ...internerMemory(this.attributes.interner),
      memoryUse(heap.memory, heap.wordsInUse),
      memoryUse(heap.tags, heap.tags.words.length),
      memoryUse(records, records.words.length),
      ...[...this.#directories.values()].flatMap((directory: NlriDirectory) => directory.memory()),
    ];
  }

  stats(): RibStats {
    const memory = this.memory().map(({ name, usedBytes, allocatedBytes }) => ({
      name,
      usedBytes,
      allocatedBytes,
    }));
    let paths = 0;
    let stalePaths = 0;
    for (const table of this.#tables) {
      paths += table.pathCount();
      stalePaths += table.staleCount();
    }
    return {
      tables: this.#tables.size,
      prefixes: new Map([...this.#directories].map(([family, directory]) => [family, directory.size])),
      paths,
      stalePaths,
      attributeSets: this.attributes.size,
      memory,
      usedBytes: memory.reduce((sum, use) => sum + use.usedBytes, 0),
      allocatedBytes: memory.reduce((sum, use) => sum + use.allocatedBytes, 0),
      rejections: { ...this.#rejections },
    };
  }

  #openFamily(family: Family): FamilyRoutes | undefined {
    const parts = {
      limits: this.limits,
      attributes: this.attributes,
      columns: this.#columns,
      rejections: this.#rejections,
    };
    let directory = this.#directories.get(family);
    if (directory === undefined) {
      if (this.#directories.size >= this.limits.families) return undefined;
      const words = addressWords(family);
      directory =
        words === undefined
          ? new OpaqueDirectory(family, this.limits, this.#seed)
          : new PrefixDirectory(family, words, this.limits.prefixes);
      this.#directories.set(family, directory);
    }
    return directory instanceof PrefixDirectory
      ? new PrefixRoutes(family, directory, parts)
      : new OpaqueRoutes(family, directory, parts);
  }
}
