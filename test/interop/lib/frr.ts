import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { answering, type DaemonProcess } from "./daemon-process.ts";
import {
  OriginatedRoutes,
  type Capabilities,
  type Driver,
  type Peering,
  type SessionView,
} from "./driver.ts";
import type { Namespace } from "./lab.ts";
import {
  extendedCommunityHex,
  extendedCommunitySpec,
  normalAddress,
  normalAsPath,
  normalCommunity,
  normalOrigin,
  normalPrefix,
  normalSet,
} from "./normal.ts";
import type { AttributeSpec, FamilyName, NormalRoute, RouteChange, RouteSpec } from "./route.ts";
import { ensure } from "./wait.ts";

/** An AS_SET comes about by aggregation: these two originate it, on top of the table. */
const AGGREGATES = [
  { family: "ipv4-unicast", prefix: "192.0.2.0/24", parts: ["192.0.2.0/25", "192.0.2.128/25"] },
  {
    family: "ipv6-unicast",
    prefix: "2001:db8:8000::/33",
    parts: ["2001:db8:8000::/34", "2001:db8:c000::/34"],
  },
] as const;

/** The route-maps that the aggregates and their parts are originated with. */
const AGGREGATION_MAPS = [
  { name: "PART-0", prepend: ["set as-path prepend 64496 65551"] },
  { name: "PART-1", prepend: ["set as-path prepend 64496 64511 64503"] },
  { name: "WHOLE", prepend: [] },
].flatMap(({ name, prepend }) => [
  `route-map ${name} permit 10`,
  "set ip next-hop 192.0.2.77",
  "set ipv6 next-hop global 2001:db8:ffff::77",
  prepend.join("\n"),
  "exit",
]);

const CAPABILITIES: Capabilities = {
  table: {
    attributeSets: 12,
    asSets: false,
    medAbsent: false,
    medZero: true,
    hostBits: true,
    routeOrigins: ["as2", "ipv4", "as4"],
  },
  shutdownText: "any",
  stopReason: /closed the connection/i,
  clearReason: /Administrative Reset/i,
  flapCounter: true,
  addPathSend: false,
  externalNextHop: "kept",
  cannot: [
    "read a configuration with hundreds of route-map clauses in good time (cubic): fewer attribute sets",
    "leave out MED: a `network` always has one, 0 unless set",
    "originate an AS_SET other than by aggregation (done here: two aggregates on top of the table)",
    "say anything when it is stopped, where graceful restart was agreed on: it only closes the connection",
    "originate a prefix twice (no ADD-PATH of its own routes)",
    "show communities of advertised routes: they are taken from its own table, which no policy changes",
  ],
};

/** `show bgp … advertised-routes json`. */
export interface AdvertisedJson {
  advertisedRoutes: Record<
    string,
    {
      nextHop?: string;
      nextHopGlobal?: string;
      metric?: number;
      locPrf?: number;
      path: string;
      bgpOriginCode: string;
    }
  >;
}

/** `show bgp … json detail`: for each prefix a header and then its paths. */
export interface DetailJson {
  routes: Record<
    string,
    {
      origin?: string;
      bestpath?: { overall?: boolean };
      community?: { list: string[] };
      largeCommunity?: { list: string[] };
      extendedCommunity?: { string: string };
    }[]
  >;
}

export interface NeighborJson {
  bgpState: string;
  bgpTimerUpMsec?: number;
  connectionsEstablished?: number;
  connectionsDropped?: number;
}

const ORIGIN_CODES: Record<string, string> = { i: "igp", e: "egp", "?": "incomplete" };
const FAMILY_WORDS: Record<FamilyName, string> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv6-unicast": "ipv6 unicast",
};

function extendedCommunity(text: string): string {
  const [, kind, rest = ""] = /^(RT|SoO):(.*)$/.exec(text) ?? [];
  ensure(kind !== undefined, `frr shows an unknown extended community: ${text}`);
  return extendedCommunityHex(extendedCommunitySpec(kind === "RT" ? "target" : "origin", rest));
}

/** Advertised routes in normal form; what that view leaves out comes from the table's own. */
export function normalFromFrr(
  peer: Peering,
  family: FamilyName,
  sent: AdvertisedJson,
  known: DetailJson,
): NormalRoute[] {
  const internal = peer.localAsn === peer.peerAsn;
  return Object.entries(sent.advertisedRoutes).map(([prefix, route]) => {
    const path = (known.routes[prefix] ?? []).find((one) => one.bestpath?.overall === true);
    ensure(path !== undefined, `frr advertises ${prefix} but has no best path for it`);
    const extended = path.extendedCommunity?.string.split(" ") ?? [];
    return {
      family,
      prefix: normalPrefix(prefix),
      pathId: undefined,
      origin: normalOrigin(ORIGIN_CODES[route.bgpOriginCode] ?? ""),
      // The table shows the path before the ASN is put in front for an external peer.
      asPath: normalAsPath(internal ? route.path : `${peer.localAsn} ${route.path}`),
      nextHop: normalAddress(route.nextHop ?? route.nextHopGlobal ?? ""),
      med: route.metric,
      localPref: internal ? route.locPrf : undefined,
      communities: normalSet((path.community?.list ?? []).map(normalCommunity)),
      largeCommunities: normalSet(path.largeCommunity?.list ?? []),
      extendedCommunities: normalSet(extended.map(extendedCommunity)),
    };
  });
}

/** The clauses of a route-map that set these attributes, whatever else the route has. */
function setClauses(attributes: AttributeSpec): string[] {
  const ipv6 = attributes.nextHop.includes(":");
  const clauses = [
    `set origin ${attributes.origin}`,
    ipv6 ? `set ipv6 next-hop global ${attributes.nextHop}` : `set ip next-hop ${attributes.nextHop}`,
  ];
  if (attributes.asPath.length > 0)
    clauses.push(`set as-path prepend ${attributes.asPath.map(String).join(" ")}`);
  if (attributes.med !== undefined) clauses.push(`set metric ${attributes.med}`);
  if (attributes.localPref !== undefined) clauses.push(`set local-preference ${attributes.localPref}`);
  if (attributes.communities.length > 0) clauses.push(`set community ${attributes.communities.join(" ")}`);
  if (attributes.largeCommunities.length > 0) {
    clauses.push(`set large-community ${attributes.largeCommunities.join(" ")}`);
  }
  for (const kind of ["target", "origin"] as const) {
    const values = attributes.extendedCommunities
      .filter((one) => one.kind === kind)
      .map((one) => `${one.administrator}:${one.value}`);
    if (values.length > 0)
      clauses.push(`set extcommunity ${kind === "target" ? "rt" : "soo"} ${values.join(" ")}`);
  }
  return clauses;
}

/** FRR's bgpd alone, without zebra: `network` statements with a route-map each, `vtysh` as the judge. */
export class FrrDriver implements Driver {
  readonly name = "frr";
  readonly capabilities = CAPABILITIES;
  readonly extraPrefixes = AGGREGATES.flatMap(({ prefix, parts }) => [prefix, ...parts]);
  readonly #namespace: Namespace;
  readonly #routes = new OriginatedRoutes();
  /** Route-map names by the set clauses that they hold. */
  readonly #routeMaps = new Map<string, string>();
  #peering: Peering | undefined;
  #daemon: DaemonProcess | undefined;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  get #peer(): Peering {
    ensure(this.#peering !== undefined, "frr was not started");
    return this.#peering;
  }

  async start(peering: Peering, routes: readonly RouteSpec[]): Promise<void> {
    this.#peering = peering;
    this.#routes.replaceAll(routes);
    await this.#launch();
  }

  async #launch(): Promise<void> {
    const { directory } = this.#namespace;
    const file = join(directory, "bgpd.conf");
    writeFileSync(file, `${this.#configuration().join("\n")}\n`);
    writeFileSync(join(directory, "vtysh.conf"), "");
    const argv = ["/usr/lib/frr/bgpd", "-f", file, "-Z", "-n", "-S", "-P", "0", "-p", "0", "--log", "stdout"];
    argv.push("-i", join(directory, "bgpd.pid"), "--vty_socket", directory);
    this.#daemon = this.#namespace.start("bgpd", argv);
    await answering(this.#daemon, () => this.#show("show version"));
  }

  #configuration(): string[] {
    const peer = this.#peer;
    const neighbor = `neighbor ${peer.peerAddress}`;
    const originated = this.#routes.all();
    const maps = this.#newRouteMaps(originated);
    const families = peer.families.flatMap((family) => {
      const aggregate = AGGREGATES.find((one) => one.family === family);
      return [
        `address-family ${FAMILY_WORDS[family]}`,
        `${neighbor} activate`,
        `${neighbor} attribute-unchanged next-hop`,
        ...originated.filter((route) => route.family === family).map((route) => this.#network(route)),
        ...(aggregate?.parts ?? []).map((part, at) => `network ${part} route-map PART-${at}`),
        ...(aggregate === undefined ? [] : [`aggregate-address ${aggregate.prefix} as-set route-map WHOLE`]),
        "exit-address-family",
      ];
    });
    return [
      "frr defaults traditional",
      "hostname frr",
      "log stdout",
      ...AGGREGATION_MAPS,
      ...maps,
      `router bgp ${peer.localAsn}`,
      `bgp router-id ${peer.routerId}`,
      "no bgp default ipv4-unicast",
      "no bgp ebgp-requires-policy",
      "no bgp network import-check",
      `${neighbor} remote-as ${peer.peerAsn}`,
      `${neighbor} timers ${Math.floor(peer.holdTime / 3)} ${peer.holdTime}`,
      `${neighbor} timers connect 1`,
      `${neighbor} update-source ${peer.localAddress}`,
      ...(peer.password === undefined ? [] : [`${neighbor} password ${peer.password}`]),
      ...families,
      "exit",
    ];
  }

  #network(route: RouteSpec): string {
    return `network ${route.written} route-map ${this.#routeMaps.get(setClauses(route.attributes).join("\n")) ?? ""}`;
  }

  /** Definitions of the route-maps that these routes need and that are not there yet. */
  #newRouteMaps(routes: readonly RouteSpec[]): string[] {
    const lines: string[] = [];
    for (const route of routes) {
      const clauses = setClauses(route.attributes);
      const key = clauses.join("\n");
      if (this.#routeMaps.has(key)) continue;
      const name = `SET-${this.#routeMaps.size}`;
      this.#routeMaps.set(key, name);
      lines.push(`route-map ${name} permit 10`, ...clauses, "exit");
    }
    return lines;
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  async kill(): Promise<void> {
    await this.#daemon?.stop("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.stop();
    this.#routeMaps.clear();
    await this.#launch();
  }

  async apply(change: RouteChange): Promise<void> {
    this.#routes.apply(change);
    const lines = [...this.#newRouteMaps(change.announce), `router bgp ${this.#peer.localAsn}`];
    for (const family of this.#peer.families) {
      lines.push(`address-family ${FAMILY_WORDS[family]}`);
      for (const { written } of change.withdraw.filter((route) => route.family === family)) {
        lines.push(`no network ${written}`);
      }
      for (const route of change.announce.filter((one) => one.family === family))
        lines.push(this.#network(route));
      lines.push("exit-address-family");
    }
    await this.#configure(lines);
  }

  /** Resets the session by itself. */
  async setPassword(password: string | undefined): Promise<void> {
    const { localAsn, peerAddress } = this.#peer;
    this.#peering = { ...this.#peer, password };
    await this.#configure([
      `router bgp ${localAsn}`,
      password === undefined
        ? `no neighbor ${peerAddress} password`
        : `neighbor ${peerAddress} password ${password}`,
    ]);
  }

  async clearSession(): Promise<void> {
    await this.#show(`clear bgp ${this.#peer.peerAddress}`);
  }

  async shutdownWithMessage(text: string): Promise<void> {
    await this.#configure([
      `router bgp ${this.#peer.localAsn}`,
      `neighbor ${this.#peer.peerAddress} shutdown message ${text}`,
    ]);
  }

  async advertised(): Promise<NormalRoute[]> {
    const tables = await Promise.all(
      this.#peer.families.map(async (family) => {
        const show = `show bgp ${FAMILY_WORDS[family]}`;
        const [sent, known] = await Promise.all([
          this.#show(`${show} neighbors ${this.#peer.peerAddress} advertised-routes json`),
          this.#show(`${show} json detail`),
        ]);
        return normalFromFrr(
          this.#peer,
          family,
          JSON.parse(sent) as AdvertisedJson,
          JSON.parse(known) as DetailJson,
        );
      }),
    );
    return tables.flat();
  }

  async session(): Promise<SessionView> {
    const text = await this.#show(`show bgp neighbors ${this.#peer.peerAddress} json`);
    const neighbor = (JSON.parse(text) as Record<string, NeighborJson>)[this.#peer.peerAddress];
    ensure(neighbor !== undefined, `frr does not know ${this.#peer.peerAddress}`);
    const established = neighbor.bgpState === "Established";
    return {
      established,
      state: neighbor.bgpState,
      uptimeSeconds: established ? (neighbor.bgpTimerUpMsec ?? 0) / 1000 : undefined,
      flaps: neighbor.connectionsDropped ?? 0,
    };
  }

  async #show(command: string): Promise<string> {
    const { stdout } = await this.#vtysh(["-c", command]);
    ensure(!stdout.startsWith("%"), `frr said: ${stdout.slice(0, 300)}`);
    return stdout;
  }

  async #configure(lines: readonly string[]): Promise<void> {
    const file = join(this.#namespace.directory, "change.conf");
    writeFileSync(file, `${lines.join("\n")}\n`);
    const { stdout } = await this.#vtysh(["-f", file]);
    ensure(!stdout.includes("%"), `frr said: ${stdout.slice(0, 500)}`);
  }

  #vtysh(words: readonly string[]): Promise<{ stdout: string }> {
    const { directory } = this.#namespace;
    return this.#namespace.run(["vtysh", "--vty_socket", directory, "--config_dir", directory, ...words]);
  }
}
