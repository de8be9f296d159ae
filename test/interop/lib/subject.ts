import { BirdDriver } from "./bird.ts";
import type { Collector, NewDeviceJson, SessionJson } from "./collector.ts";
import { differences, intendedRoute } from "./compare.ts";
import type { DaemonName, Driver, Peering } from "./driver.ts";
import { ExabgpDriver } from "./exabgp.ts";
import { FrrDriver } from "./frr.ts";
import { GobgpDriver } from "./gobgp.ts";
import type { Lab, Namespace } from "./lab.ts";
import { OpenbgpdDriver } from "./openbgpd.ts";
import { FAMILIES, type NormalRoute, type RouteSpec } from "./route.ts";
import { makeTable, type Table } from "./table.ts";
import { ensure, eventually } from "./wait.ts";

/** Seconds that every device offers in its OPEN. */
const HOLD_TIME = 30;

/** How many differences a failure lists. */
const LISTED_DIFFERENCES = 20;

const DRIVERS: Record<DaemonName, new (namespace: Namespace) => Driver> = {
  bird: BirdDriver,
  frr: FrrDriver,
  gobgp: GobgpDriver,
  openbgpd: OpenbgpdDriver,
  exabgp: ExabgpDriver,
};

/** What makes one device differ from the next. */
export interface SubjectOptions {
  daemon: DaemonName;
  /** The device's name; the daemon's unless told. */
  name?: string;
  /** 1 to 250, different for each device of a lab: its addresses and its table come from it. */
  number: number;
  /** The family of the BGP session's own addresses. */
  transport: 4 | 6;
  deviceAsn: number;
  /** Ingest's ASN where it is not the device's own. */
  localAsn?: number;
  /** Plugs the device in somewhere else than at a link of its own to the collector. */
  connect?: (namespace: Namespace) => Promise<Pick<Peering, "localAddress" | "peerAddress">>;
  peering?: Partial<Peering>;
  registration?: Partial<NewDeviceJson>;
}

/** A daemon as a device of a collector. */
export class Subject {
  readonly name: string;
  readonly driver: Driver;
  readonly peering: Peering;
  readonly table: Table;
  readonly #collector: Collector;
  readonly #namespace: Namespace;

  private constructor(
    name: string,
    collector: Collector,
    namespace: Namespace,
    driver: Driver,
    peering: Peering,
    table: Table,
  ) {
    this.#namespace = namespace;
    this.name = name;
    this.driver = driver;
    this.peering = peering;
    this.table = table;
    this.#collector = collector;
  }

  /** Makes the device's namespace and its link to the collector, and registers it; starts nothing. */
  static async create(lab: Lab, collector: Collector, options: SubjectOptions): Promise<Subject> {
    const { daemon, number, deviceAsn, localAsn, transport, name = daemon } = options;
    const namespace = await lab.namespace(name);
    const connect = options.connect ?? ((device) => ownLink(lab, collector.front, device, number, transport));
    const { localAddress, peerAddress } = await connect(namespace);
    const peering: Peering = {
      localAddress,
      peerAddress,
      localAsn: deviceAsn,
      peerAsn: localAsn ?? deviceAsn,
      routerId: `10.99.${number}.2`,
      families: FAMILIES,
      holdTime: HOLD_TIME,
      addPathSend: false,
      fourOctetAs: true,
      gracefulRestart: false,
      extendedNextHopSelf: false,
      ...options.peering,
    };
    await collector.addDevice({
      name,
      asn: deviceAsn,
      addresses: [localAddress],
      ...(localAsn === undefined ? {} : { localAsn }),
      ...options.registration,
    });
    const driver = new DRIVERS[daemon](namespace);
    const table = makeTable(number, {
      ...driver.capabilities.table,
      noExport: localAsn === undefined,
      families: peering.families,
    });
    return new Subject(name, collector, namespace, driver, peering, table);
  }

  /** The daemon's side of the link to the collector. */
  get namespace(): Namespace {
    return this.#namespace;
  }

  start(routes: readonly RouteSpec[] = this.table.routes): Promise<void> {
    return this.driver.start(this.peering, routes);
  }

  /** Waits until both sides call the session established, and returns ingest's view of it. */
  established(): Promise<SessionJson> {
    return eventually(`${this.name}'s session is established`, async () => {
      const own = await this.driver.session();
      ensure(own.established, `${this.name} calls its session ${own.state}`);
      ensure(own.uptimeSeconds !== undefined, `${this.name} shows no uptime`);
      const { state, lastError } = await this.#collector.device(this.name);
      ensure(state === "established", `ingest calls the device ${state} (${lastError ?? "no error"})`);
      const session = (await this.#collector.sessions(this.name)).find((one) => one.state === "Established");
      ensure(session !== undefined, "ingest lists no established session");
      return session;
    });
  }

  /** What the agent's status endpoint says of the session; only where there is an agent. */
  async atAgent(): Promise<void> {
    const { status } = this.#collector;
    if (status === undefined) return;
    const session = (await status.json(`/admin/sessions/${this.peering.localAddress}`)) as {
      State: string;
      Device: string;
    };
    ensure(session.State === "established", `the agent calls the session ${session.State}`);
    ensure(session.Device.includes(this.name), `the agent calls the device ${session.Device}`);
  }

  /** Waits until ingest holds exactly what the daemon's CLI says it sent, and checks that against the plan. */
  async equal(planned: readonly RouteSpec[]): Promise<void> {
    let found: string[] = [];
    const advertised = await eventually(`ingest's routes are what ${this.name} sent`, async () => {
      const [sent, held] = await Promise.all([this.driver.advertised(), this.#collector.routes(this.name)]);
      found = differences({ name: this.name, routes: sent }, { name: "ingest", routes: held });
      const expected = planned.length + this.#extraPrefixes().length;
      if (sent.length !== expected) found.unshift(`${this.name} sent ${sent.length} routes of ${expected}`);
      ensure(found.length === 0, listed(found));
      const { staleRoutes } = await this.#collector.device(this.name);
      ensure(staleRoutes === undefined, `${String(staleRoutes)} routes are stale still`);
      return sent;
    });
    found = differences(
      { name: "the plan", routes: this.#intended(planned, advertised) },
      {
        name: this.name,
        routes: advertised.filter((route) => !this.driver.extraPrefixes.includes(route.prefix)),
      },
    );
    ensure(found.length === 0, `${this.name} did not send what it was told to: ${listed(found)}`);
    const faults = (await this.#collector.sessions(this.name)).flatMap(({ counters }) =>
      Object.entries({
        ...counters.faults,
        "treated as withdraw": counters.treatedAsWithdraw,
        "rejected paths": counters.rejectedPaths,
      }).filter(([, count]) => count > 0),
    );
    ensure(faults.length === 0, `ingest counted faults: ${JSON.stringify(faults)}`);
  }

  #extraPrefixes(): readonly string[] {
    const families = this.peering.families;
    return this.driver.extraPrefixes.filter((prefix) =>
      families.includes(prefix.includes(":") ? "ipv6-unicast" : "ipv4-unicast"),
    );
  }

  #intended(planned: readonly RouteSpec[], advertised: readonly NormalRoute[]): NormalRoute[] {
    const internal = this.peering.localAsn === this.peering.peerAsn;
    const session = { internal, deviceAsn: this.peering.localAsn };
    const sent = new Map(advertised.map((route) => [route.prefix, route.nextHop]));
    return planned.map((spec) => {
      const route = intendedRoute(spec, session);
      if (internal || this.driver.capabilities.externalNextHop === "kept") return route;
      return { ...route, nextHop: sent.get(route.prefix) ?? route.nextHop };
    });
  }

  /** Waits until ingest has seen `flaps` sessions end, the last one for a reason like this one. */
  async wentDown(flaps: number, reason: RegExp): Promise<void> {
    await eventually(`ingest shows why ${this.name}'s session ended`, async () => {
      const device = await this.#collector.device(this.name);
      ensure(device.flaps === flaps, `ingest counts ${device.flaps} flaps of ${flaps}`);
      const text = device.lastDown?.reason ?? "";
      ensure(reason.test(text), `the reason is ${JSON.stringify(text)}, not one like ${String(reason)}`);
    });
  }

  /** The reason of the last loss as the session list has it, too. */
  async sessionShowsReason(reason: RegExp): Promise<void> {
    const sessions = await this.#collector.sessions(this.name);
    const reasons = sessions.map(({ lastDown }) => lastDown?.reason ?? "");
    ensure(
      reasons.some((text) => reason.test(text)),
      `no session shows a reason like ${String(reason)}: ${JSON.stringify(reasons)}`,
    );
  }

  /** Waits until ingest has no session of the device any more, and calls all that is left of its routes stale. */
  async gone(): Promise<void> {
    await eventually(`ingest has let go of ${this.name}`, async () => {
      const device = await this.#collector.device(this.name);
      ensure(device.state !== "established", `ingest calls the device ${device.state}`);
      const left = Object.values(device.routes).reduce((sum, count) => sum + count, 0);
      ensure(
        left > 0 && device.staleRoutes === left,
        `${String(device.staleRoutes)} of ${left} routes are called stale`,
      );
      const own = await this.driver.session();
      ensure(!own.established, `${this.name} calls its session ${own.state}`);
    });
  }
}

async function ownLink(
  lab: Lab,
  front: Namespace,
  device: Namespace,
  number: number,
  transport: 4 | 6,
): Promise<Pick<Peering, "localAddress" | "peerAddress">> {
  await lab.link(
    { namespace: front, ipv4: `10.99.${number}.1/24`, ipv6: `fd99:${number}::1/64` },
    { namespace: device, ipv4: `10.99.${number}.2/24`, ipv6: `fd99:${number}::2/64` },
  );
  const [peerAddress, localAddress] =
    transport === 4 ? [`10.99.${number}.1`, `10.99.${number}.2`] : [`fd99:${number}::1`, `fd99:${number}::2`];
  return { localAddress, peerAddress };
}

function listed(found: readonly string[]): string {
  const more = found.length - LISTED_DIFFERENCES;
  return ["", ...found.slice(0, LISTED_DIFFERENCES), ...(more > 0 ? [`and ${more} more`] : [])].join("\n  ");
}
