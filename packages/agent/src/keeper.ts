/** What one session keeps while no ingest takes it, and whether that is all there was. */
import type { Logger } from "@netferry/service";
import type { AgentCounters } from "./counters.ts";
import { keepOf, NOTHING, type RetentionBudget } from "./retention.ts";

/**
 * Past the bound a session keeps this much of what is no UPDATE: how it ends, what it asks for. A device that sends more of that
 * without an answer means harm.
 */
export const KEEP_RESERVE_BYTES = 16 * 1024;

export interface KeeperOptions {
  readonly retention: RetentionBudget;
  readonly counters: AgentCounters;
  readonly logger: Logger;
  /** Bytes of the session that are kept now. */
  readonly kept: () => number;
}

export class Keeper {
  readonly #options: KeeperOptions;
  /** Bytes that this session has taken of the budget for all. */
  #budgeted = 0;
  /** Bytes that this session has taken of its reserve. */
  #reserved = 0;
  #lossy: boolean;
  #told = false;
  #droppedUpdates: number;

  /** @param before what another process had kept and dropped; its bytes are in `kept` already */
  constructor(
    options: KeeperOptions,
    before: { readonly lossy: boolean; readonly droppedUpdates: number } | undefined,
  ) {
    this.#options = options;
    this.#lossy = before?.lossy ?? false;
    this.#droppedUpdates = before?.droppedUpdates ?? 0;
    if (before !== undefined && options.retention.take(options.kept())) this.#budgeted = options.kept();
  }

  /** UPDATEs were dropped since an ingest last took the session: routes need a refresh. */
  get lossy(): boolean {
    return this.#lossy;
  }

  /** UPDATEs that were dropped since the session began. */
  get droppedUpdates(): number {
    return this.#droppedUpdates;
  }

  /** UPDATEs were dropped that the ingest was not told of when it was asked to take the session. */
  get untold(): boolean {
    return this.#lossy && !this.#told;
  }

  /** What of a run is to be kept. The device never waits: past the bound, whole UPDATEs are dropped. */
  keep(run: Uint8Array): Uint8Array {
    const { retention, counters, logger } = this.#options;
    let kept = keepOf(run, !this.#lossy);
    const bytes = this.#options.kept();
    if (bytes + kept.run.length <= retention.limits.perSession && retention.take(kept.run.length)) {
      this.#budgeted += kept.run.length;
    } else {
      if (!this.#lossy) {
        logger.warn(
          { "bytes-kept": bytes, "bytes-kept-in-all": retention.used },
          "no more room for what the device sends: UPDATEs are dropped until an ingest is back, which asks for all routes then",
        );
      }
      this.#lossy = true;
      kept = keepOf(run, false);
      if (this.#reserved + kept.run.length > KEEP_RESERVE_BYTES) {
        counters.droppedOthers += kept.messages;
        counters.droppedBytes += kept.run.length;
        kept = { ...kept, run: NOTHING };
      }
      this.#reserved += kept.run.length;
    }
    counters.droppedUpdates += kept.droppedMessages;
    counters.droppedBytes += kept.droppedBytes;
    this.#droppedUpdates += kept.droppedMessages;
    return kept.run;
  }

  /** An ingest is asked to take the session, and told whether anything is missing. */
  asked(): void {
    this.#told = this.#lossy;
  }

  /** An ingest has the session, and knows what it lacks. */
  taken(): void {
    this.#lossy = false;
    this.#reserved = 0;
    this.release();
  }

  /** Gives the budget back. */
  release(): void {
    this.#options.retention.give(this.#budgeted);
    this.#budgeted = 0;
  }
}
