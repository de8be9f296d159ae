import type { UnderlyingSource } from "node:stream/web";
import { setImmediate } from "node:timers/promises";
import type { HttpStats } from "./http-stats.ts";
import type { RouteListing, Turn } from "./route-listing.ts";
import type { RoutePosition } from "./route-position.ts";
import type { RouteTable } from "./view.ts";

/** A JSON answer ends early, with a `next`, when its text has this many characters. */
export const MAX_ANSWER_CHARACTERS = 8 * 1024 * 1024;

/** One run of a listing: where its table is, where it starts, and how many routes it is for. */
export interface ListingRun {
  readonly listing: RouteListing;
  /** Asked anew each turn. Undefined when the device or its table is gone. */
  readonly table: () => RouteTable | undefined;
  readonly after: RoutePosition | undefined;
  readonly limit: number;
  readonly stats: HttpStats;
}

/** The table went away while it was listed. */
export class TableGoneError extends Error {
  constructor() {
    super("the device or its table was removed while it was listed");
    this.name = "TableGoneError";
  }
}

function turnOf(run: ListingRun, after: RoutePosition | undefined, limit: number): Turn {
  const table = run.table();
  if (table === undefined) throw new TableGoneError();
  const turn = run.listing.turn(table, after, limit);
  run.stats.routes += turn.routes.length;
  return turn;
}

/** Whether nothing follows: a page that ends just where the table does has no next one. */
function isEnd(run: ListingRun, next: RoutePosition): boolean {
  const table = run.table();
  if (table === undefined) return true;
  const following = run.listing.turn(table, next, 1);
  return following.routes.length === 0 && following.next === undefined;
}

/** All of a run in memory, as far as `MAX_ANSWER_CHARACTERS` goes. Stops where the client is gone. */
export async function collectRoutes(
  run: ListingRun,
  signal: AbortSignal,
): Promise<{ routes: string[]; next: RoutePosition | undefined }> {
  const routes: string[] = [];
  let characters = 0;
  let next = run.after;
  for (;;) {
    signal.throwIfAborted();
    const turn = turnOf(run, next, run.limit - routes.length);
    for (const text of turn.routes) routes.push(text);
    characters += turn.characters;
    next = turn.next;
    if (next === undefined) return { routes, next };
    if (routes.length >= run.limit || characters >= MAX_ANSWER_CHARACTERS) {
      return { routes, next: isEnd(run, next) ? undefined : next };
    }
    await setImmediate();
  }
}

/** How a stream ends. */
export interface StreamEnd {
  /** Called once, however it ends. */
  readonly closed: (abandoned: boolean) => void;
  /** Closes the connection in the middle. Absent: the stream fails, and its reader has to see to that. */
  readonly breakOff: (() => void) | undefined;
}

/**
 * A run as NDJSON, one route a line. Nothing is made before the client has taken what was made, and no
 * more than one turn is ahead of it. A table that goes away breaks the stream off, so that a part
 * is not taken for the whole.
 */
export function streamRoutes(run: ListingRun, end: StreamEnd): ReadableStream<Uint8Array> {
  return new ReadableStream(new RouteLines(run, end));
}

class RouteLines implements UnderlyingSource<Uint8Array> {
  readonly #run: ListingRun;
  readonly #streamEnd: StreamEnd;
  readonly #encoder = new TextEncoder();
  #next: RoutePosition | undefined;
  #left: number;
  #open = true;

  constructor(run: ListingRun, end: StreamEnd) {
    this.#run = run;
    this.#streamEnd = end;
    this.#next = run.after;
    this.#left = run.limit;
  }

  /** Runs turns, each in a turn of the event loop of its own, until one has something for the client. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let found = 0;
    while (found === 0 && this.#open) {
      await setImmediate();
      if (this.#open) found = this.#turn(controller);
    }
  }

  cancel(): void {
    this.#end(true);
  }

  /** Returns how many routes it found. */
  #turn(controller: ReadableStreamDefaultController<Uint8Array>): number {
    try {
      const turn = turnOf(this.#run, this.#next, this.#left);
      this.#next = turn.next;
      this.#left -= turn.routes.length;
      if (turn.routes.length > 0) controller.enqueue(this.#encoder.encode(`${turn.routes.join("\n")}\n`));
      if (this.#next === undefined || this.#left <= 0) {
        this.#end(false);
        controller.close();
      }
      return turn.routes.length;
    } catch (error) {
      this.#end(true);
      const { breakOff } = this.#streamEnd;
      if (error instanceof TableGoneError && breakOff !== undefined) breakOff();
      else controller.error(error);
      return 0;
    }
  }

  #end(abandoned: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#streamEnd.closed(abandoned);
  }
}
