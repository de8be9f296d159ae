import { setImmediate } from "node:timers/promises";
import type { RibTable } from "@netferry/rib";
import type { HttpStats } from "./http-stats.ts";
import type { RouteListing, Turn } from "./route-listing.ts";
import type { RoutePosition } from "./route-position.ts";

/** A JSON answer ends early, with a `next`, when its text has this many characters. */
export const MAX_ANSWER_CHARACTERS = 8 * 1024 * 1024;

/** One run of a listing: where its table is, where it starts, and how many routes it is for. */
export interface ListingRun {
  readonly listing: RouteListing;
  /** Asked anew each turn. Undefined when the device or its table is gone. */
  readonly table: () => RibTable | undefined;
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
    if (next === undefined || routes.length >= run.limit || characters >= MAX_ANSWER_CHARACTERS) {
      return { routes, next };
    }
    await setImmediate();
  }
}

/**
 * A run as NDJSON, one route a line. Nothing is made before the client has taken what was made, and no
 * more than one turn is ahead of it. A table that goes away breaks the stream off, so that a part
 * is not taken for the whole. `closed` is called once, however it ends.
 */
export function streamRoutes(
  run: ListingRun,
  closed: (abandoned: boolean) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = run.after;
  let left = run.limit;
  let open = true;
  const end = (abandoned: boolean): void => {
    if (!open) return;
    open = false;
    closed(abandoned);
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (open) {
        // First, so that each turn has a turn of the event loop of its own.
        await setImmediate();
        if (!open) return;
        try {
          const turn = turnOf(run, next, left);
          next = turn.next;
          left -= turn.routes.length;
          if (turn.routes.length > 0) controller.enqueue(encoder.encode(`${turn.routes.join("\n")}\n`));
          if (next === undefined || left <= 0) {
            end(false);
            controller.close();
          }
          if (turn.routes.length > 0) return;
        } catch (error) {
          end(true);
          controller.error(error);
        }
      }
    },
    cancel() {
      end(true);
    },
  });
}
