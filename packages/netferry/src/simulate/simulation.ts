import type { SessionConfig } from "@netferry/bgp";
import { type DownReason, downReasonText, parseAddress, parseIdentifier } from "@netferry/bgp";
import type { Clock, HostPort } from "@netferry/service";
import { BgpSpeaker, type LiveTable, mix, readSendQueues, unacknowledged } from "@netferry/testkit";

/** Sessions that are on their way up at the same time; more would overflow a server's queue of connections. */
export const MAX_CONNECTING = 100;

/** First and longest pause before a session that has ended is tried again. */
const RECONNECT = { firstMs: 1000, maxMs: 30_000 };

/** How often routes change, milliseconds; each time as many as have become due. */
const CHURN_INTERVAL_MS = 100;

/** How often TCP is asked whether the peer has everything, milliseconds. */
const ACKNOWLEDGE_INTERVAL_MS = 50;

export interface SimulationOptions {
  readonly target: HostPort;
  /** One for each session; undefined lets the system choose. */
  readonly localAddresses: readonly (string | undefined)[];
  /** BGP identifier of the first session, counted up; left out, the local address, or a number out of the seed. */
  readonly firstIdentifier?: number | undefined;
  readonly session: Omit<SessionConfig, "localIdentifier" | "passive">;
  readonly table: LiveTable;
  readonly seed: number;
  /** Route changes a second in each session, once every session has had its table. */
  readonly churnPerSecond: number;
  readonly reconnect: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** A session, or an attempt at one, has ended; `text` is the reason in one line. */
  readonly onDown: (session: string, text: string, retry: boolean) => void;
}

/** How far the simulation is. */
export interface SimulationState {
  readonly sessions: number;
  readonly established: number;
  /** Sessions that have sent all of their table. */
  readonly synced: number;
  /** Routes of all sessions' tables together. */
  readonly routes: number;
  /** Announcements and withdrawals that went out. */
  readonly routesSent: number;
  readonly bytesSent: number;
  /** Changes that the table has gone through. */
  readonly announced: number;
  readonly withdrawn: number;
  /** Batches of changes held back for a session that did not keep up. */
  readonly batchesDeferred: number;
  readonly refreshes: number;
  /** Ends of sessions and attempts by reason. */
  readonly downs: Readonly<Record<string, number>>;
}

/** Many routers with one table, dialled to one server. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #speakers: BgpSpeaker[];
  /** Sessions that have been up with all their routes, or have failed, at least once. */
  readonly #settled = new Set<BgpSpeaker>();
  #nextStart = 0;
  #connecting = new Set<BgpSpeaker>();
  #established = 0;
  #churnDue = 0;
  #churnAt: number | undefined;
  #announced = 0;
  #withdrawn = 0;
  #cancelChurn: (() => void) | undefined;
  #stopped = false;
  readonly #allSent = Promise.withResolvers<void>();
  readonly #firstDown = Promise.withResolvers<string>();

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#speakers = options.localAddresses.map((localAddress, index) => this.#speaker(localAddress, index));
  }

  /** Resolves when every session has handed its whole table to TCP at the same time. */
  get allSent(): Promise<void> {
    return this.#allSent.promise;
  }

  /** Resolves with the reason of the first session that goes down by itself. */
  get firstDown(): Promise<string> {
    return this.#firstDown.promise;
  }

  get state(): SimulationState {
    const { table } = this.#options;
    let synced = 0;
    let routesSent = 0;
    let bytesSent = 0;
    let batchesDeferred = 0;
    let refreshes = 0;
    const downs: Record<string, number> = {};
    for (const speaker of this.#speakers) {
      const { counters } = speaker;
      if (speaker.synced) synced += 1;
      routesSent += counters.routesSent;
      bytesSent += counters.bytesSent;
      batchesDeferred += counters.batchesDeferred;
      refreshes += counters.refreshes;
      for (const [reason, count] of Object.entries(counters.down))
        downs[reason] = (downs[reason] ?? 0) + count;
    }
    return {
      sessions: this.#speakers.length,
      established: this.#established,
      synced,
      routes: this.#speakers.length * table.routeCount(),
      routesSent,
      bytesSent,
      announced: this.#announced,
      withdrawn: this.#withdrawn,
      batchesDeferred,
      refreshes,
      downs,
    };
  }

  start(): void {
    this.#startMore();
  }

  /**
   * Resolves when the peer's TCP has acknowledged everything that was sent; where the system does not tell, when
   * everything has been handed to the system. Also when the simulation is stopped.
   */
  async acknowledged(): Promise<void> {
    while (!this.#stopped) {
      const sockets = this.#speakers.flatMap(({ socket }) => (socket === undefined ? [] : [socket]));
      if (sockets.every(({ writableLength }) => writableLength === 0)) {
        const queues = await readSendQueues();
        if (queues === undefined || sockets.every((socket) => unacknowledged(queues, socket) === 0)) return;
      }
      await new Promise<void>((resolve) => {
        this.#options.clock.later(ACKNOWLEDGE_INTERVAL_MS, resolve);
      });
    }
  }

  /** Ends every session with Cease / Administrative Shutdown. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelChurn?.();
    await Promise.all(this.#speakers.map(async (speaker) => speaker.stop()));
  }

  #speaker(localAddress: string | undefined, index: number): BgpSpeaker {
    const { target, session, table, clock, random, reconnect } = this.#options;
    const name = localAddress ?? "session";
    let up = false;
    return new BgpSpeaker({
      session: { ...session, localIdentifier: this.#identifier(localAddress, index), passive: false },
      dial: { host: target.host, port: target.port, localAddress },
      table,
      clock,
      random,
      reconnect: reconnect ? RECONNECT : undefined,
      listener: {
        established: (speaker) => {
          up = true;
          this.#established += 1;
          this.#connecting.delete(speaker);
          this.#startMore();
        },
        synced: (speaker) => this.#onSettled(speaker),
        down: (speaker, reason, retry) => {
          const text = downText(reason, up);
          if (up) this.#established -= 1;
          up = false;
          this.#connecting.delete(speaker);
          if (this.#stopped) return;
          this.#options.onDown(name, text, retry);
          this.#firstDown.resolve(`${name}: ${text}`);
          this.#onSettled(speaker);
          this.#startMore();
        },
      },
    });
  }

  #identifier(localAddress: string | undefined, index: number): number {
    const { firstIdentifier, seed } = this.#options;
    if (firstIdentifier !== undefined) return (firstIdentifier + index) % 0x1_0000_0000 || 1;
    if (localAddress !== undefined && parseAddress(localAddress)?.length === 4) {
      return parseIdentifier(localAddress) || 1;
    }
    return (0x0a00_0000 | (mix(seed, index, 3) & 0x00ff_ffff)) >>> 0;
  }

  #startMore(): void {
    while (!this.#stopped && this.#connecting.size < MAX_CONNECTING) {
      const speaker = this.#speakers[this.#nextStart];
      if (speaker === undefined) return;
      this.#nextStart += 1;
      this.#connecting.add(speaker);
      speaker.start();
    }
  }

  #onSettled(speaker: BgpSpeaker): void {
    this.#settled.add(speaker);
    if (this.#settled.size < this.#speakers.length) return;
    if (this.#speakers.every(({ synced }) => synced)) this.#allSent.resolve();
    if (this.#options.churnPerSecond > 0 && this.#cancelChurn === undefined) this.#scheduleChurn();
  }

  #scheduleChurn(): void {
    const { clock } = this.#options;
    this.#churnAt ??= clock.monotonic();
    this.#cancelChurn = clock.later(CHURN_INTERVAL_MS, () => {
      const now = clock.monotonic();
      // After a pause of the process the missing changes are not made up for all at once.
      const passed = Math.min(1000, now - (this.#churnAt ?? now));
      this.#churnAt = now;
      this.#churn((passed / 1000) * this.#options.churnPerSecond);
      if (!this.#stopped) this.#scheduleChurn();
    });
  }

  #churn(changes: number): void {
    this.#churnDue += changes;
    const count = Math.floor(this.#churnDue);
    if (count === 0) return;
    this.#churnDue -= count;
    const batch = this.#options.table.change(count);
    this.#announced += batch.announced;
    this.#withdrawn += batch.withdrawn;
    for (const speaker of this.#speakers) speaker.push(batch);
  }
}

/** A server that does not know an address says so by closing the connection, without a word of BGP. */
function downText(reason: DownReason, established: boolean): string {
  const text = downReasonText(reason);
  const wordless = reason.kind === "peer-closed" || reason.kind === "transport-failed";
  return wordless && !established ? `${text} before the session came up; does it know this address?` : text;
}
