/** Counts what a session carries: for itself, for its device, and for the agent. */
import { HEADER_LENGTH, messageLength } from "@netferry/bgp";
import type { AgentCounters } from "./counters.ts";
import type { DeviceTotal } from "./device-totals.ts";

export interface MessageCounts {
  readonly up: number;
  readonly down: number;
}

export class SessionTraffic {
  readonly #counters: AgentCounters;
  readonly #total: DeviceTotal;
  #up: number;
  #down: number;

  /** @param before of the session, in another process */
  constructor(counters: AgentCounters, total: DeviceTotal, before: MessageCounts = { up: 0, down: 0 }) {
    this.#counters = counters;
    this.#total = total;
    this.#up = before.up;
    this.#down = before.down;
  }

  /** Messages of the session. */
  get messages(): MessageCounts {
    return { up: this.#up, down: this.#down };
  }

  /** A run of whole messages from the device. */
  fromDevice(run: Uint8Array): void {
    const messages = countMessages(run);
    this.#up += messages;
    this.#counters.bytesUp += run.length;
    this.#counters.messagesUp += messages;
    this.#total.bytesUp += run.length;
    this.#total.messagesUp += messages;
  }

  /** What the ingest sent for the device. */
  toDevice(payload: Uint8Array): void {
    const messages = countMessages(payload);
    this.#down += messages;
    this.#counters.bytesDown += payload.length;
    this.#counters.messagesDown += messages;
    this.#total.bytesDown += payload.length;
    this.#total.messagesDown += messages;
  }
}

/** Whole messages of a run. An ingest may send anything: where a length can't be, counting ends. */
export function countMessages(run: Uint8Array): number {
  let messages = 0;
  let at = 0;
  while (at + HEADER_LENGTH <= run.length) {
    const length = messageLength(run, at);
    if (length < HEADER_LENGTH || at + length > run.length) break;
    at += length;
    messages += 1;
  }
  return messages;
}
