/** What sessions may keep while no ingest takes it: a bound for each, and one for all of them together. */
import { messageEnd, messageType, MessageType } from "@netferry/bgp";

export interface RetentionLimits {
  /** Bytes of one session. */
  readonly perSession: number;
  /** Bytes of all sessions. */
  readonly total: number;
}

/** The bytes that all sessions keep together. */
export class RetentionBudget {
  readonly limits: RetentionLimits;
  #used = 0;

  constructor(limits: RetentionLimits) {
    this.limits = limits;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes bytes if there is room for them. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limits.total) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** What of a run is kept, and what was left out. */
export interface Kept {
  readonly run: Uint8Array;
  readonly messages: number;
  readonly droppedMessages: number;
  readonly droppedBytes: number;
}

export const NOTHING = new Uint8Array(0);

/**
 * What is worth keeping of a run of whole messages from a device that is established and has no ingest: KEEPALIVEs are
 * not, the agent has answered them; UPDATEs only where `updates` says so. Only UPDATEs count as dropped.
 */
export function keepOf(run: Uint8Array, updates: boolean): Kept {
  let kept = 0;
  let droppedMessages = 0;
  let droppedBytes = 0;
  const wanted: [number, number][] = [];
  for (let start = 0; start < run.length;) {
    const end = messageEnd(run, start);
    const type = messageType(run, start);
    if (type === MessageType.update && !updates) {
      droppedMessages += 1;
      droppedBytes += end - start;
    } else if (type !== MessageType.keepalive) {
      wanted.push([start, end]);
      kept += end - start;
    }
    start = end;
  }
  const dropped = { messages: wanted.length, droppedMessages, droppedBytes };
  if (kept === run.length) return { run, ...dropped };
  if (kept === 0) return { run: NOTHING, ...dropped };
  const copy = new Uint8Array(kept);
  let at = 0;
  for (const [start, end] of wanted) {
    copy.set(run.subarray(start, end), at);
    at += end - start;
  }
  return { run: copy, ...dropped };
}
