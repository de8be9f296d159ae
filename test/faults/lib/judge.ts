import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { differences } from "../../interop/lib/compare.ts";
import { eventually, ensure } from "../../interop/lib/wait.ts";
import type { Bed } from "./bed.ts";
import { Observer, type RefreshCounts, refreshedBetween } from "./observer.ts";
import type { Router } from "./router.ts";
import type { SessionLife } from "./transit-daemon.ts";

/** A session that was found again has to stay so for a while before it counts, in milliseconds. */
const STEADY_MS = 1_000;
/** Changes that were on their way when the routers' tables were frozen have arrived by then. */
const IN_FLIGHT_MS = 1_500;
/** How long a recovery may take before it counts as one that never comes. */
const RECOVERY_LIMIT_MS = 240_000;
/** FRR derives the time from an uptime in whole seconds, which makes it tremble. */
const SINCE_TOLERANCE_MS = 2_500;
const DIFFERENCES_SHOWN = 5;

/** Where every count stood before the fault. */
export interface Baseline {
  readonly life: SessionLife;
  readonly refreshes: RefreshCounts;
  readonly dropped: number;
  /** Characters of the agent's log. */
  readonly logged: number;
}

/** What a fault did to one router. */
export interface Verdict {
  readonly router: Router;
  readonly flaps: number;
  /** Routes that are wrong, missing or too many after recovery; undefined where no comparison was possible. */
  readonly wrong: number | undefined;
  /** From the fault's end to a RIB that was found to be correct; undefined where that never came. */
  readonly seconds: number | undefined;
  readonly bytesReplayed: number;
  readonly refreshRequests: number;
  readonly routesRefreshed: number;
  readonly messagesDropped: number;
  /** What went wrong, in lines. */
  readonly notes: readonly string[];
}

/** Measures one fault after the other on a bed whose routers' tables keep changing. */
export class Judge {
  readonly #bed: Bed;
  readonly #observer: Observer;
  #baselines = new Map<Router, Baseline>();

  constructor(bed: Bed) {
    this.#bed = bed;
    this.#observer = new Observer(bed);
  }

  close(): Promise<void> {
    return this.#observer.stop();
  }

  /** Waits until every router's whole table is at ingest, exactly, and lets it change from then on. */
  async settle(): Promise<void> {
    for (const router of this.#bed.routers) {
      this.#bed.progress.step(`${router.name} to have its table and its session`);
      await eventually(
        `${router.name} has its table and its session`,
        async () => {
          const [life, announced] = [await router.daemon.life(), await router.daemon.announced()];
          ensure(life.established, `${router.name} is not established`);
          ensure(announced >= router.routes * 0.9, `${router.name} has announced ${announced} routes`);
        },
        RECOVERY_LIMIT_MS,
      );
    }
    const verdicts = await this.#recovery(performance.now(), new Map());
    const bad = verdicts.filter(({ wrong }) => wrong !== 0);
    ensure(
      bad.length === 0,
      `not settled: ${bad.map(({ router, notes }) => [router.name, ...notes].join("\n  ")).join("\n")}`,
    );
  }

  /** Counts from here on. */
  async begin(): Promise<void> {
    this.#baselines = new Map();
    for (const router of this.#bed.routers) {
      this.#bed.progress.step(`how ${router.name} is before the fault`);
      this.#baselines.set(router, {
        life: await router.daemon.life(),
        refreshes: this.#observer.refreshCounts(router),
        dropped: (await this.#bed.agentSession(router))?.Counters.DroppedUpdates ?? 0,
        logged: this.#agentLog().length,
      });
    }
  }

  /** Judges all routers after a fault that ended at this time on the monotonic clock. */
  judge(liftedAt: number): Promise<Verdict[]> {
    return this.#recovery(liftedAt, this.#baselines);
  }

  async #recovery(liftedAt: number, baselines: ReadonlyMap<Router, Baseline>): Promise<Verdict[]> {
    const deadline = liftedAt + RECOVERY_LIMIT_MS;
    this.#bed.progress.step("every session to be back");
    // Routes change until every session is back, so that refreshes and replays meet changes.
    await this.#until(deadline, (router) => {
      const steadyFor = performance.now() - this.#observer.conditionSince(router);
      return this.#observer.sight(router).live && steadyFor >= STEADY_MS;
    });
    this.#bed.churn(false);
    const frozenAt = performance.now();
    try {
      const verdicts: Verdict[] = [];
      // One after the other: a comparison takes the machine for itself.
      for (const router of this.#bed.routers) {
        this.#bed.progress.step(`the routes of ${router.name} to be right`);
        verdicts.push(await this.#one(router, liftedAt, frozenAt, deadline, baselines.get(router)));
      }
      return verdicts;
    } finally {
      this.#bed.churn(true);
    }
  }

  /** Waits until `done` says so of every router; after the deadline it goes on without. */
  async #until(deadline: number, done: (router: Router) => boolean): Promise<void> {
    while (!this.#bed.routers.every(done) && performance.now() < deadline) await sleep(100);
  }

  async #one(
    router: Router,
    liftedAt: number,
    frozenAt: number,
    deadline: number,
    baseline: Baseline | undefined,
  ): Promise<Verdict> {
    const notes: string[] = [];
    let wrong: number | undefined;
    let found: string[] = [];
    do {
      // Quiet, so that both sides are asked about the same moment.
      while (
        performance.now() < deadline &&
        performance.now() - Math.max(frozenAt, this.#observer.contentSince(router)) < IN_FLIGHT_MS
      ) {
        await sleep(100);
      }
      try {
        found = await this.#compare(router);
        wrong = found.length;
      } catch (error) {
        found = [error instanceof Error ? error.message : String(error)];
      }
    } while ((wrong !== 0 || !this.#observer.sight(router).live) && performance.now() < deadline);
    const { live, why } = this.#observer.sight(router);
    if (!live) notes.push(why);
    notes.push(...found.slice(0, DIFFERENCES_SHOWN));

    const contentAt = this.#observer.contentSince(router);
    // The last changes of a table that was just frozen are no part of the recovery.
    const content = contentAt - frozenAt > IN_FLIGHT_MS ? contentAt : 0;
    const correctAt = Math.max(this.#observer.conditionSince(router), content, liftedAt);
    const life = await router.daemon.life();
    const counted = baseline === undefined ? undefined : await this.#counted(router, baseline);
    return {
      router,
      flaps: baseline === undefined ? 0 : flapsBetween(baseline.life, life),
      wrong: live ? wrong : undefined,
      seconds: live && wrong === 0 ? (correctAt - liftedAt) / 1000 : undefined,
      bytesReplayed: counted?.replayed ?? 0,
      refreshRequests: counted?.requests ?? 0,
      routesRefreshed: counted?.routes ?? 0,
      messagesDropped: counted?.dropped ?? 0,
      notes,
    };
  }

  async #compare(router: Router): Promise<string[]> {
    const sent = await router.daemon.advertised();
    const { routes, stale } = await this.#bed.holder.routes(router.name);
    const found = differences({ name: router.name, routes: sent }, { name: "ingest", routes });
    if (stale > 0) found.unshift(`${stale} routes are stale`);
    if (sent.length < router.routes * 0.9)
      found.unshift(`${router.name} has sent only ${sent.length} routes`);
    return found;
  }

  async #counted(
    router: Router,
    baseline: Baseline,
  ): Promise<{ replayed: number; requests: number; routes: number; dropped: number }> {
    const { requests, routes } = refreshedBetween(baseline.refreshes, this.#observer.refreshCounts(router));
    const dropped = (await this.#bed.agentSession(router))?.Counters.DroppedUpdates ?? 0;
    return {
      replayed: replayedIn(this.#agentLog().slice(baseline.logged), router),
      requests,
      routes,
      dropped: Math.max(0, dropped - baseline.dropped),
    };
  }

  #agentLog(): string {
    return readFileSync(join(this.#bed.agentDisk, "log"), "utf8");
  }
}

/**
 * The daemon counts how often the session came up; where that missed something, the time since when it is up tells.
 */
export function flapsBetween(before: SessionLife, after: SessionLife): number {
  const counted = Math.max(0, after.ups - before.ups);
  const same =
    after.established &&
    before.since !== undefined &&
    after.since !== undefined &&
    Math.abs(after.since - before.since) < SINCE_TOLERANCE_MS;
  return same ? counted : Math.max(1, counted);
}

/** Bytes that the agent says it sent again for a router's sessions. */
export function replayedIn(log: string, router: { readonly name: string }): number {
  let sum = 0;
  for (const line of log.split("\n")) {
    if (!line.includes('"replayed"') || !line.includes(router.name)) continue;
    const entry = JSON.parse(line) as { replayed: number };
    sum += entry.replayed;
  }
  return sum;
}
