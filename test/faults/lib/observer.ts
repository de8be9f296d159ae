import { setTimeout as sleep } from "node:timers/promises";

import type { Bed } from "./bed.ts";
import type { Router } from "./router.ts";

/** Between two looks at everything, in milliseconds. */
const INTERVAL_MS = 200;
/** How long a look may take, in milliseconds. */
const LOOK_LIMIT_MS = 5_000;

/** What is seen of a router's session from the outside at one moment. */
export interface Sight {
  /** Ingest has the session from a stream, and holds no path that it does not vouch for. */
  readonly live: boolean;
  /** For people: why it is not. */
  readonly why: string;
  /** Changes whenever the session is lost or found, or the labels of its routes change. */
  readonly condition: string;
  /** Changes whenever a route does. */
  readonly content: string;
}

const UNSEEN: Sight = { live: false, why: "ingest does not answer", condition: "unseen", content: "" };

/** What sessions have counted so far, by ingest, its start and the session. */
export type RefreshCounts = ReadonlyMap<string, RefreshCount>;

export interface RefreshCount {
  /** ROUTE-REFRESH messages that ingest sent. */
  readonly requests: number;
  /** Paths that the device announced. */
  readonly routes: number;
}

/** Requests since `before`, and the paths that were announced meanwhile to the sessions which had sent any. */
export function refreshedBetween(before: RefreshCounts, after: RefreshCounts): RefreshCount {
  let [requests, routes] = [0, 0];
  for (const [key, now] of after) {
    const then = before.get(key) ?? { requests: 0, routes: 0 };
    if (now.requests === then.requests) continue;
    requests += now.requests - then.requests;
    routes += now.routes - then.routes;
  }
  return { requests, routes };
}

/** Watches all routers' sessions at the ingest that holds them, and keeps when each last changed. */
export class Observer {
  readonly #bed: Bed;
  readonly #sights = new Map<Router, { sight: Sight; conditionSince: number; contentSince: number }>();
  readonly #refreshes = new Map<Router, Map<string, RefreshCount>>();
  #over = false;
  readonly #loop: Promise<void>;

  constructor(bed: Bed) {
    this.#bed = bed;
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#loop;
  }

  sight(router: Router): Sight {
    return this.#sights.get(router)?.sight ?? UNSEEN;
  }

  /** When the session was last lost, found or relabelled, on the monotonic clock. */
  conditionSince(router: Router): number {
    return this.#sights.get(router)?.conditionSince ?? Number.POSITIVE_INFINITY;
  }

  /** When a route of it last changed at ingest. */
  contentSince(router: Router): number {
    return this.#sights.get(router)?.contentSince ?? Number.POSITIVE_INFINITY;
  }

  /** A copy of what all sessions of a router have counted. */
  refreshCounts(router: Router): RefreshCounts {
    return new Map(this.#refreshes.get(router));
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      await Promise.all(this.#bed.routers.map((router) => this.#look(router)));
      await sleep(INTERVAL_MS);
    }
  }

  async #look(router: Router): Promise<void> {
    // A process that stands still is not waited for.
    const seen = await Promise.race([
      this.#see(router).catch(() => UNSEEN),
      sleep(LOOK_LIMIT_MS, UNSEEN, { ref: false }),
    ]);
    const now = performance.now();
    const before = this.#sights.get(router);
    this.#sights.set(router, {
      sight: seen,
      conditionSince:
        before !== undefined && before.sight.condition === seen.condition ? before.conditionSince : now,
      contentSince: before !== undefined && before.sight.content === seen.content ? before.contentSince : now,
    });
  }

  async #see(router: Router): Promise<Sight> {
    const { holder } = this.#bed;
    const life = `${holder.place.name}/${holder.program.generation}`;
    const [device, sessions, atAgent] = await Promise.all([
      holder.device(router.name),
      holder.sessions(router.name),
      this.#bed.agentSession(router),
    ]);
    const session = sessions.find(({ state }) => state === "Established");
    for (const { id, counters } of sessions) {
      this.#count(router, `${life}/${id}`, counters.routeRefreshesSent, counters.announced);
    }
    const stale = device.staleRoutes ?? 0;
    const attached = atAgent?.State === "established";
    const problems = [
      device.state === "established" ? "" : `the device is ${device.state}`,
      session === undefined || session.detached ? "no stream at ingest" : "",
      attached ? "" : `the agent's session is ${atAgent?.State ?? "unknown"}`,
      stale === 0 ? "" : `${stale} stale routes`,
    ].filter((problem) => problem !== "");
    return {
      live: problems.length === 0,
      why: problems.join(", "),
      condition: JSON.stringify([
        device.state,
        life,
        session?.id,
        session?.detached,
        atAgent?.State,
        stale > 0,
      ]),
      content: JSON.stringify([device.routes, session?.counters.updates, stale]),
    };
  }

  #count(router: Router, key: string, requests: number, routes: number): void {
    const bySession = this.#refreshes.get(router) ?? new Map<string, RefreshCount>();
    this.#refreshes.set(router, bySession);
    bySession.set(key, { requests, routes });
  }
}
