import type { DaemonProcess } from "../../interop/lib/daemon-process.ts";
import type { Peering } from "../../interop/lib/driver.ts";
import type { Lab, Namespace } from "../../interop/lib/lab.ts";
import { NETFERRY } from "../../interop/lib/collector.ts";
import { FAMILIES } from "../../interop/lib/route.ts";
import { BirdTransit } from "./bird-transit.ts";
import { FrrTransit } from "./frr-transit.ts";
import { FEEDER_ASN, type TransitDaemon, type TransitPlan } from "./transit-daemon.ts";

/** Every router's ASN and ingest's towards it: the session under test is internal. */
const ASN = 64_700;

/** What a router announces, and how much of it changes. */
export interface TableSize {
  readonly ipv4: number;
  readonly ipv6: number;
  /** Routes that change each second. */
  readonly churn: number;
}

export interface RouterOptions {
  readonly daemon: "bird" | "frr";
  /** 1 to 250, different for each router: its addresses and its table come from it. */
  readonly number: number;
  /** The family of the session's own addresses. */
  readonly transport: 4 | 6;
  /** Seconds. */
  readonly holdTime: number;
  /** Default true; only BIRD can do without. */
  readonly routeRefresh?: boolean;
}

const DAEMONS = { bird: BirdTransit, frr: FrrTransit };

/** A real routing daemon behind the agent, with a feeder that gives it a table and keeps changing it. */
export class Router {
  readonly name: string;
  readonly options: RouterOptions;
  readonly peering: Peering;
  readonly daemon: TransitDaemon;
  readonly #plan: TransitPlan;
  readonly #feedNamespace: Namespace;
  readonly #table: TableSize;
  #feed: DaemonProcess | undefined;

  private constructor(
    name: string,
    options: RouterOptions,
    plan: TransitPlan,
    daemon: TransitDaemon,
    feedNamespace: Namespace,
    table: TableSize,
  ) {
    this.name = name;
    this.options = options;
    this.peering = plan.peering;
    this.daemon = daemon;
    this.#plan = plan;
    this.#feedNamespace = feedNamespace;
    this.#table = table;
  }

  /** Makes the namespace with its links to the agent's site and to the feeders. */
  static async create(
    lab: Lab,
    site: Namespace,
    feed: Namespace,
    options: RouterOptions,
    table: TableSize,
  ): Promise<Router> {
    const { number, daemon, transport, holdTime } = options;
    const name = `${daemon}-v${transport}-${holdTime}s`;
    const namespace = await lab.namespace(name);
    await lab.link(
      { namespace: site, ipv4: `10.99.${number}.1/24`, ipv6: `fd99:${number}::1/64` },
      { namespace, ipv4: `10.99.${number}.2/24`, ipv6: `fd99:${number}::2/64` },
    );
    await lab.link(
      { namespace: feed, ipv4: `10.97.${number}.1/24`, ipv6: `fd97:${number}::1/64` },
      { namespace, ipv4: `10.97.${number}.2/24`, ipv6: `fd97:${number}::2/64` },
    );
    const [peerAddress, localAddress] =
      transport === 4
        ? [`10.99.${number}.1`, `10.99.${number}.2`]
        : [`fd99:${number}::1`, `fd99:${number}::2`];
    const plan: TransitPlan = {
      peering: {
        localAddress,
        peerAddress,
        localAsn: ASN,
        peerAsn: ASN,
        routerId: `10.99.${number}.2`,
        families: FAMILIES,
        holdTime,
        addPathSend: false,
        fourOctetAs: true,
        gracefulRestart: false,
        extendedNextHopSelf: false,
      },
      routeRefresh: options.routeRefresh ?? true,
      own: { ipv4: `10.97.${number}.2`, ipv6: `fd97:${number}::2` },
      feeder: { ipv4: `10.97.${number}.1`, ipv6: `fd97:${number}::1` },
    };
    return new Router(name, options, plan, new DAEMONS[daemon](namespace, plan), feed, table);
  }

  /** What ingest has to know of it. */
  get registration(): { name: string; asn: number; addresses: string[]; holdTime: number } {
    const { localAddress, localAsn, holdTime } = this.peering;
    return { name: this.name, asn: localAsn, addresses: [localAddress], holdTime };
  }

  get routes(): number {
    return this.#table.ipv4 + this.#table.ipv6;
  }

  /** Starts the daemon and its feeder, which begins to change routes once it has sent its table. */
  async start(): Promise<void> {
    await this.daemon.start();
    const { own } = this.#plan;
    const { ipv4, ipv6, churn } = this.#table;
    this.#feed = this.#feedNamespace.start(
      `feed-${this.name}`,
      [NETFERRY, "simulate", "--connect", `${own.ipv4}:179`, "--asn", String(FEEDER_ASN)].concat(
        ["--local-address", this.#plan.feeder.ipv4, "--hold-time", "0", "--churn", String(churn)],
        ["--count", String(ipv4), "--count-v6", String(ipv6), "--seed", String(this.options.number)],
      ),
    );
  }

  /** Holds the table as it is; the feeder's session has no hold time. */
  freeze(): void {
    this.#feed?.signal("SIGSTOP");
  }

  /** Lets routes change again. */
  thaw(): void {
    this.#feed?.signal("SIGCONT");
  }
}
