/**
 * Routes and sessions over a restart: written when ingest stops and now and then, loaded when it starts. A file that is
 * not whole is refused, which costs a route refresh and never a wrong answer.
 */
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { AttributeTable } from "@netferry/rib";
import { type Clock, errorCode, errorText, type Logger } from "@netferry/service";
import type { SlotStore } from "../devices/slot-store.ts";
import { block, blocksOf, magic, SnapshotError } from "./blocks.ts";
import { decodeContents, encodeContents } from "./contents.ts";
import { loadRouteBlock, RouteBlockWriter, slotOfBlock } from "./route-block.ts";

/** Routes in one block, which are written in one turn of the event loop. */
const ROUTES_PER_BLOCK = 4_096;
const MIB = 1024 * 1024;

export interface SnapshotsOptions {
  readonly file: string;
  readonly slots: SlotStore;
  readonly attributes: AttributeTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Between two snapshots, milliseconds; 0: only when ingest stops. */
  readonly intervalMs: number;
}

export interface SnapshotCounters {
  written: number;
  failed: number;
  /** Files that were refused at a start. */
  refused: number;
  /** Paths that were loaded. */
  loaded: number;
  /** When the last one was written, milliseconds since 1970. */
  lastWrittenAt: number | undefined;
}

export class Snapshots {
  readonly counters: SnapshotCounters = {
    written: 0,
    failed: 0,
    refused: 0,
    loaded: 0,
    lastWrittenAt: undefined,
  };
  readonly #options: SnapshotsOptions;
  #cancel: () => void = () => undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /**
   * Loads what the last run has left. Its sessions go on from it once: after a crash, what they did since the first start
   * from it is not in it.
   */
  async load(): Promise<void> {
    const { file, logger, clock } = this.#options;
    const began = clock.monotonic();
    let bytes: Uint8Array;
    let fresh = true;
    try {
      const unused = await readIfThere(file);
      fresh = unused !== undefined;
      const found = unused ?? (await readIfThere(loadedName(file)));
      if (found === undefined) return;
      bytes = found;
    } catch (error) {
      this.#refuse(error);
      return;
    }
    try {
      // Everything is checked before anything is loaded.
      const [first, ...routes] = blocksOf(bytes);
      const contents = decodeContents(first);
      fresh &&= await rename(file, loadedName(file)).then(
        () => true,
        () => false,
      );
      const tables = contents.slots.map((slot) =>
        this.#options.slots.restore(fresh ? slot : { ...slot, session: undefined }),
      );
      for (const content of routes) {
        const table = tables[slotOfBlock(content)];
        if (table !== undefined)
          this.counters.loaded += loadRouteBlock(content, table, this.#options.attributes);
        await setImmediate();
      }
      const sessions = this.#options.slots.restored(contents.createdAt);
      logger.info(
        {
          paths: this.counters.loaded,
          peerings: contents.slots.length,
          sessions,
          "written-at": new Date(contents.createdAt).toISOString(),
          "duration-ms": Math.round(clock.monotonic() - began),
        },
        "snapshot loaded: its routes are stale until their sessions are back",
      );
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      this.#options.slots.dropRestored();
      this.counters.loaded = 0;
      this.#refuse(error);
    }
  }

  /** Writes one now and then, from now on. */
  start(): void {
    const { intervalMs, clock } = this.#options;
    if (intervalMs === 0) return;
    this.#cancel = clock.later(intervalMs, () => {
      void this.write(false).then(() => this.start());
    });
  }

  /** No more of them. Waits for one that is being written. */
  async stop(): Promise<void> {
    this.#cancel();
    this.#cancel = () => undefined;
    await this.#writing;
  }

  /**
   * Writes a snapshot, whole or not at all. A failure is told of and counted.
   *
   * @param settled nothing changes while it is written, so that sessions can go on from it
   */
  write(settled: boolean): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(settled));
    return this.#writing;
  }

  async #write(settled: boolean): Promise<void> {
    const { file, logger, clock } = this.#options;
    const temporary = `${file}.tmp`;
    const began = clock.monotonic();
    let handle: FileHandle | undefined;
    try {
      handle = await open(temporary, "w", 0o600);
      const { paths, bytes } = await this.#writeTo(handle, settled);
      await handle.sync();
      await handle.close();
      handle = undefined;
      await rename(temporary, file);
      await rm(loadedName(file), { force: true });
      this.counters.written += 1;
      this.counters.lastWrittenAt = clock.now();
      const durationMs = Math.round(clock.monotonic() - began);
      logger.info(
        { paths, mebibytes: Math.round(bytes / MIB), "duration-ms": durationMs },
        "snapshot written",
      );
    } catch (error) {
      this.counters.failed += 1;
      logger.error(
        { file, err: error },
        `no snapshot was written: ${errorText(error)}; without one, routes are asked for again after a restart`,
      );
      await handle?.close().catch(() => undefined);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #writeTo(handle: FileHandle, settled: boolean): Promise<{ paths: number; bytes: number }> {
    const { slots, attributes, version, clock } = this.#options;
    const saved = slots.save(settled);
    let paths = 0;
    let bytes = 0;
    const put = async (content: Uint8Array) => {
      bytes += content.length;
      await handle.writeFile(content);
    };
    await put(magic());
    const contents = { createdAt: clock.now(), version, slots: saved.map(({ slot }) => slot) };
    await put(block(encodeContents(contents)));
    const writer = new RouteBlockWriter(attributes);
    for (const [index, { tableNow }] of saved.entries()) {
      for (const family of tableNow()?.families() ?? []) {
        let after: Uint8Array | undefined;
        do {
          // The table may have gone while the last block was written.
          const page = tableNow()?.walk(family, { after, limit: ROUTES_PER_BLOCK });
          if (page === undefined) break;
          for (const route of page.routes) paths += route.paths.length;
          if (page.routes.length > 0) await put(block(writer.encode(index, family, page.routes)));
          after = page.next;
          if (!settled) await setImmediate();
        } while (after !== undefined);
      }
    }
    await put(block(new Uint8Array(0)));
    return { paths, bytes };
  }

  #refuse(error: unknown): void {
    this.counters.refused += 1;
    this.#options.logger.warn(
      { file: this.#options.file },
      `the snapshot is not used: ${errorText(error)}; devices are asked for their routes instead`,
    );
  }
}

/** The name of a snapshot from then on when a start has loaded it. */
function loadedName(file: string): string {
  return `${file}.loaded`;
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
