/**
 * Many simulated routers in a process of its own, told what to do by the one that forked it. Each looks at when it
 * hears from its peer, and runs its own hold timer.
 */
import { IPV4_UNICAST, IPV6_UNICAST, parseIdentifier } from "@netferry/bgp";
import { systemClock } from "@netferry/service";
import { BgpSpeaker, LiveTable, type PrefixSet, readPrefixFile, RouteTable } from "@netferry/testkit";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Histogram } from "./histogram.ts";
import type { RouterOrder, RouterReport, RouterSetup } from "./routers.ts";

/** A router that was turned away tries again, as real ones do. */
const RECONNECT = { firstMs: 1_000, maxMs: 10_000 };
const HOLD_TIMER_EXPIRED = 4;
const LAG_RESOLUTION_MS = 10;

class Router {
  readonly #speaker: BgpSpeaker;
  readonly #lateness: Histogram;
  readonly #losses: Record<string, number>;
  #startedAt = 0;
  #heardAt: number | undefined;
  #expectedMs = Infinity;
  /** Until it was established for the first time. */
  establishMs: number | undefined;
  established = false;

  constructor(
    localAddress: string,
    setup: RouterSetup,
    table: LiveTable | undefined,
    lateness: Histogram,
    losses: Record<string, number>,
  ) {
    const { host, port, asn, holdTime } = setup;
    this.#lateness = lateness;
    this.#losses = losses;
    this.#speaker = new BgpSpeaker({
      session: {
        localAsn: asn,
        localIdentifier: parseIdentifier(localAddress) ?? 1,
        holdTime,
        families: [IPV4_UNICAST, IPV6_UNICAST],
        passive: false,
      },
      dial: { host, port, localAddress },
      table,
      clock: systemClock,
      random: Math.random,
      reconnect: RECONNECT,
      listener: {
        established: ({ socket }, context) => {
          const now = performance.now();
          this.established = true;
          this.establishMs ??= now - this.#startedAt;
          // RFC 4271 section 4.4: a third of the hold time.
          this.#expectedMs = (context.holdTime * 1000) / 3;
          this.#heardAt = now;
          socket?.on("data", () => this.#heard());
        },
        down: (_speaker, reason) => {
          if (this.established) {
            const held = reason.kind === "notification-received" ? reason.notification.code : undefined;
            const cause = held === HOLD_TIMER_EXPIRED ? "peer's hold timer expired" : reason.kind;
            this.#losses[cause] = (this.#losses[cause] ?? 0) + 1;
          }
          this.established = false;
          this.#heardAt = undefined;
        },
      },
    });
  }

  get attempts(): number {
    return this.#speaker.counters.connections;
  }

  get synced(): boolean {
    return this.#speaker.synced;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#speaker.start();
  }

  stop(): Promise<void> {
    return this.#speaker.stop();
  }

  /** How much longer than it may be the silence is that goes on now, milliseconds. */
  get silence(): number {
    return this.#heardAt === undefined ? 0 : performance.now() - this.#heardAt - this.#expectedMs;
  }

  #heard(): void {
    if (this.#heardAt === undefined) return;
    this.#lateness.add(this.silence);
    this.#heardAt = performance.now();
  }
}

function main(): void {
  const lateness = new Histogram();
  const losses: Record<string, number> = {};
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  let routers: Router[] = [];

  const report = (): RouterReport => ({
    established: routers.filter(({ established }) => established).length,
    synced: routers.filter(({ synced }) => synced).length,
    attempts: routers.reduce((sum, { attempts }) => sum + attempts, 0),
    establishMs: routers.flatMap(({ establishMs }) => (establishMs === undefined ? [] : [establishMs])),
    losses: { ...losses },
    lateness: lateness.counted(),
    longestSilenceMs: routers.reduce((longest, { silence }) => Math.max(longest, silence), 0),
    ownLagMs: Math.max(0, lag.max / 1e6 - LAG_RESOLUTION_MS),
    cpuSeconds: cpuSeconds(),
  });

  const obey = async (order: RouterOrder): Promise<RouterReport> => {
    switch (order.type) {
      case "set-up": {
        const table = await tableOf(order.setup);
        routers = order.setup.addresses.map(
          (address) => new Router(address, order.setup, table, lateness, losses),
        );
        break;
      }
      case "start":
        for (const router of routers) router.start();
        break;
      case "measure":
        lateness.clear();
        lag.reset();
        break;
      case "report":
        break;
      case "stop":
        await Promise.all(routers.map((router) => router.stop()));
    }
    return report();
  };

  process.on("message", (order: RouterOrder) => {
    void obey(order).then((answer) => process.send?.(answer));
  });
  // Whoever forked this one is gone.
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C goes to all of the terminal's processes; the end comes in order.
  process.on("SIGINT", () => undefined);
}

async function tableOf({ prefixFile, routes, addresses }: RouterSetup): Promise<LiveTable | undefined> {
  const seed = 1;
  if (prefixFile === undefined && routes === 0) return undefined;
  const prefixes: PrefixSet[] = prefixFile === undefined ? [] : await readPrefixFile(prefixFile);
  const table =
    prefixFile === undefined
      ? RouteTable.generate({ ipv4: routes, ipv6: 0, seed })
      : new RouteTable({ prefixes, seed });
  return new LiveTable(table, { seed, share: addresses.length > 1 });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

main();
