import {
  type Clock,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  LiveBlock,
  type OutputStream,
} from "@netferry/service";
import type { SimulationState } from "./simulation.ts";

/** How often the block on a terminal is redrawn, milliseconds. */
const REDRAW_MS = 250;

/** How often sessions that went down are told of, milliseconds; many at once are told of together. */
const DOWN_INTERVAL_MS = 1000;

/** Different reasons that are told of in one interval; the rest is a number. */
const MAX_DOWN_LINES = 5;

interface Downs {
  readonly session: string;
  readonly text: string;
  readonly retry: boolean;
  count: number;
}

/** What a simulation says: a live block on a terminal, one line for each thing that happened elsewhere. */
export class Report {
  readonly #clock: Clock;
  readonly #stream: OutputStream;
  readonly #block: LiveBlock;
  readonly #state: () => SimulationState;
  readonly #startedAt: number;
  readonly #downs = new Map<string, Downs>();
  #cancelDraw: (() => void) | undefined;
  #cancelDowns: (() => void) | undefined;
  #lastAt: number;
  #lastSent = 0;
  #allEstablished = false;

  constructor(options: {
    readonly clock: Clock;
    readonly stream: OutputStream;
    readonly state: () => SimulationState;
  }) {
    this.#clock = options.clock;
    this.#stream = options.stream;
    this.#state = options.state;
    this.#block = new LiveBlock(options.stream);
    this.#startedAt = options.clock.monotonic();
    this.#lastAt = this.#startedAt;
    this.#draw();
  }

  /** A line of its own, above the block. */
  line(text: string): void {
    if (this.#stream.isTTY === true) this.#block.print(text);
    else this.#stream.write(`${text}\n`);
  }

  /** The first is told at once; those that follow closely are told together. */
  down(session: string, text: string, retry: boolean): void {
    const known = this.#downs.get(text);
    if (known === undefined) this.#downs.set(text, { session, text, retry, count: 1 });
    else known.count += 1;
    if (this.#cancelDowns === undefined) this.#tellDowns();
  }

  /** Everything has gone out. */
  sent(state: SimulationState, elapsedMs: number): void {
    if (this.#stream.isTTY !== true) this.#tellEstablished(state);
    const rate = state.routesSent / Math.max(0.001, elapsedMs / 1000);
    this.line(
      `sent ${formatCount(state.routesSent)} routes (${formatBytes(state.bytesSent)}) in ${count(state.sessions, "session")}, ` +
        `${formatDuration(elapsedMs)}, ${formatCount(rate)} routes/s`,
    );
  }

  /** Says what is left to say, and leaves the block as it is. */
  close(): void {
    this.#cancelDraw?.();
    this.#cancelDowns?.();
    this.#writeDowns();
    if (this.#stream.isTTY === true) this.#block.update(this.#lines(this.#state()));
    this.#block.done();
  }

  #tellDowns(): void {
    this.#writeDowns();
    this.#cancelDowns = this.#clock.later(DOWN_INTERVAL_MS, () => {
      this.#cancelDowns = undefined;
      if (this.#downs.size > 0) this.#tellDowns();
    });
  }

  #writeDowns(): void {
    const downs = [...this.#downs.values()];
    this.#downs.clear();
    for (const { session, text, retry, count: times } of downs.slice(0, MAX_DOWN_LINES)) {
      const who = times === 1 ? session : `${session} and others, ${formatCount(times)} times`;
      this.line(`${who}: ${text}${retry ? "; trying again" : ""}`);
    }
    const more = downs.slice(MAX_DOWN_LINES).reduce((sum, { count: times }) => sum + times, 0);
    if (more > 0) this.line(`and ${count(more, "time")} for other reasons`);
  }

  #draw(): void {
    const state = this.#state();
    if (this.#stream.isTTY === true) this.#block.update(this.#lines(state));
    else this.#tellEstablished(state);
    this.#cancelDraw = this.#clock.later(REDRAW_MS, () => this.#draw());
  }

  #tellEstablished(state: SimulationState): void {
    const all = state.established === state.sessions;
    if (all && !this.#allEstablished) {
      const elapsed = formatDuration(this.#clock.monotonic() - this.#startedAt);
      this.line(`${count(state.sessions, "session")} established in ${elapsed}`);
    }
    this.#allEstablished = all;
  }

  #lines(state: SimulationState): string[] {
    const now = this.#clock.monotonic();
    const rate = ((state.routesSent - this.#lastSent) * 1000) / Math.max(1, now - this.#lastAt);
    this.#lastAt = now;
    this.#lastSent = state.routesSent;
    const lines = [
      `sessions  ${formatCount(state.established)} of ${formatCount(state.sessions)} established, ${formatCount(state.synced)} with their whole table sent`,
      `routes    ${formatCount(state.routesSent)} sent, ${formatCount(state.routes)} in all tables, ${formatRate(rate)}, ${formatBytes(state.bytesSent)}`,
    ];
    if (state.announced + state.withdrawn > 0) {
      lines.push(
        `churn     ${formatCount(state.announced)} announced, ${formatCount(state.withdrawn)} withdrawn`,
      );
    }
    return lines;
  }
}

function count(many: number, noun: string): string {
  return `${formatCount(many)} ${noun}${many === 1 ? "" : "s"}`;
}
