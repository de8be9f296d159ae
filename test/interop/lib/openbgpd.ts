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
import { mrtTable } from "./mrt.ts";
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
import {
  familyOfText,
  type FamilyName,
  type NormalRoute,
  type RouteChange,
  type RouteSpec,
} from "./route.ts";
import { ensure } from "./wait.ts";

const CAPABILITIES: Capabilities = {
  table: {
    attributeSets: 40,
    asSets: true,
    medAbsent: true,
    medZero: false,
    hostBits: false,
    routeOrigins: ["as2", "ipv4", "as4"],
  },
  shutdownText: "any",
  stopReason: /Cease/i,
  clearReason: /Administrative Reset/i,
  flapCounter: false,
  addPathSend: false,
  externalNextHop: "self",
  cannot: [
    "configure an AS path but by prepending its own ASN: paths come in by `bgpctl network mrt`, which takes no default route",
    "tell MED 0 from an absent MED in its CLI: the table has no MED 0",
    "keep the next hop and MED of imported routes: filter rules set them again",
    "originate a prefix twice (no ADD-PATH of its own routes)",
    "count session flaps",
  ],
};

/** Of `bgpctl -j show rib detail out`. */
interface RibJson {
  rib?: {
    prefix: string;
    aspath: string;
    exit_nexthop: string;
    origin: string;
    metric: number;
    localpref: number;
    communities?: string[];
    large_communities?: string[];
    extended_communities?: string[];
  }[];
}

interface NeighborsJson {
  neighbors: { state: string; last_updown_sec?: number }[];
}

const FAMILY_WORDS: Record<FamilyName, string> = { "ipv4-unicast": "IPv4", "ipv6-unicast": "IPv6" };

function extendedCommunity(text: string): string {
  const [kind, value = ""] = text.split(" ");
  ensure(kind === "rt" || kind === "soo", `openbgpd shows an unknown extended community: ${text}`);
  return extendedCommunityHex(extendedCommunitySpec(kind === "rt" ? "target" : "origin", value));
}

/** What a filter rule must set on an imported route, since the import drops it. */
function filterSet({ attributes }: RouteSpec): string[] {
  const set = [`nexthop ${attributes.nextHop}`];
  if (attributes.med !== undefined) set.push(`metric ${attributes.med}`);
  return set;
}

/** All attributes but the AS path, as a `network` statement's set. */
function networkSet(route: RouteSpec): string[] {
  const { attributes } = route;
  const set = [...filterSet(route), `origin ${attributes.origin}`];
  if (attributes.localPref !== undefined) set.push(`localpref ${attributes.localPref}`);
  set.push(...attributes.communities.map((one) => `community ${one}`));
  set.push(...attributes.largeCommunities.map((one) => `large-community ${one}`));
  for (const { kind, administrator, value } of attributes.extendedCommunities) {
    set.push(`ext-community ${kind === "target" ? "rt" : "soo"} ${administrator}:${value}`);
  }
  return set;
}

function withLocalPref(route: RouteSpec, localPref: number): RouteSpec {
  return { ...route, attributes: { ...route.attributes, localPref } };
}

/** Whether a `network` statement can express the route. */
function isConfigured(route: RouteSpec): boolean {
  return route.attributes.asPath.length === 0;
}

/** OpenBGPD: `network` statements and imported MRT tables, `bgpctl` as the judge. */
export class OpenbgpdDriver implements Driver {
  readonly name = "openbgpd";
  readonly capabilities = CAPABILITIES;
  readonly extraPrefixes: readonly string[] = [];
  readonly #namespace: Namespace;
  readonly #routes = new OriginatedRoutes();
  #peering: Peering | undefined;
  #daemon: DaemonProcess | undefined;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  get #peer(): Peering {
    ensure(this.#peering !== undefined, "openbgpd was not started");
    return this.#peering;
  }

  get #configurationFile(): string {
    return join(this.#namespace.directory, "bgpd.conf");
  }

  get #socket(): string {
    return join(this.#namespace.directory, "bgpd.sock");
  }

  async start(peering: Peering, routes: readonly RouteSpec[]): Promise<void> {
    this.#peering = peering;
    this.#routes.replaceAll(routes);
    await this.#launch();
  }

  async #launch(): Promise<void> {
    this.#writeConfiguration();
    // Its processes change their root to /run/openbgpd, which need not be there. `ip netns exec` has
    // given us a mount namespace of our own, so this /run is seen by this daemon alone.
    const script = 'mount -t tmpfs tmpfs /run; mkdir /run/openbgpd; exec bgpd -d -f "$0"';
    this.#daemon = this.#namespace.start("bgpd", ["sh", "-ec", script, this.#configurationFile]);
    await answering(this.#daemon, () => this.#ctl(["show", "summary"]));
    await this.#import(this.#routes.all());
  }

  #writeConfiguration(): void {
    const peer = this.#peer;
    const routes = this.#routes.all();
    const networks = routes
      .filter(isConfigured)
      .map((route) => `network ${route.prefix} set { ${networkSet(route).join(", ")} }`);
    const rules = routes
      .filter((route) => !isConfigured(route))
      .map((route) => `match to any prefix ${route.prefix} set { ${filterSet(route).join(", ")} }`);
    const text = [
      `AS ${peer.localAsn}`,
      `router-id ${peer.routerId}`,
      `socket "${this.#socket}"`,
      "fib-update no",
      `holdtime ${peer.holdTime}`,
      "connect-retry 1",
      ...networks,
      `neighbor ${peer.peerAddress} {`,
      `  remote-as ${peer.peerAsn}`,
      `  local-address ${peer.localAddress}`,
      ...(peer.password === undefined ? [] : [`  tcp md5sig password "${peer.password}"`]),
      `  announce as-4byte ${peer.fourOctetAs ? "yes" : "no"}`,
      ...(Object.keys(FAMILY_WORDS) as FamilyName[]).map(
        (family) =>
          `  announce ${FAMILY_WORDS[family]} ${peer.families.includes(family) ? "unicast" : "none"}`,
      ),
      "}",
      "allow from any",
      "allow to any",
      ...rules,
      "",
    ].join("\n");
    // bgpd refuses a configuration that others could read.
    writeFileSync(this.#configurationFile, text, { mode: 0o600 });
  }

  async #import(routes: readonly RouteSpec[]): Promise<void> {
    const file = join(this.#namespace.directory, "table.mrt");
    const imported = routes
      .filter((route) => !isConfigured(route))
      // Without the attribute an imported route would get LOCAL_PREF 0.
      .map((route) => withLocalPref(route, route.attributes.localPref ?? 100));
    writeFileSync(file, mrtTable(imported, this.#peer.routerId));
    await this.#ctl(["network", "mrt", "file", file]);
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  async kill(): Promise<void> {
    await this.#daemon?.stop("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#launch();
  }

  async apply(change: RouteChange): Promise<void> {
    this.#routes.apply(change);
    this.#writeConfiguration();
    const touched = [...change.withdraw, ...change.announce].map(({ prefix }) => prefix);
    await this.#ctl(["network", "bulk", "delete"], `${touched.join("\n")}\n`);
    await this.#ctl(["reload"]);
    await this.#import(change.announce);
  }

  /** Takes hold with the next connection, so the session is cleared. */
  async setPassword(password: string | undefined): Promise<void> {
    this.#peering = { ...this.#peer, password };
    this.#writeConfiguration();
    await this.#ctl(["reload"]);
    await this.clearSession();
  }

  async clearSession(): Promise<void> {
    await this.#ctl(["neighbor", this.#peer.peerAddress, "clear"]);
  }

  async shutdownWithMessage(text: string): Promise<void> {
    await this.#ctl(["neighbor", this.#peer.peerAddress, "down", text]);
  }

  async advertised(): Promise<NormalRoute[]> {
    const internal = this.#peer.localAsn === this.#peer.peerAsn;
    const text = await this.#ctl(["-j", "show", "rib", "detail", "out", "neighbor", this.#peer.peerAddress]);
    return ((JSON.parse(text) as RibJson).rib ?? []).map((route) => ({
      family: familyOfText(route.prefix),
      prefix: normalPrefix(route.prefix),
      pathId: undefined,
      origin: normalOrigin(route.origin),
      asPath: normalAsPath(route.aspath),
      nextHop: normalAddress(route.exit_nexthop),
      med: route.metric === 0 ? undefined : route.metric,
      localPref: internal ? route.localpref : undefined,
      communities: normalSet((route.communities ?? []).map(normalCommunity)),
      largeCommunities: normalSet(route.large_communities ?? []),
      extendedCommunities: normalSet((route.extended_communities ?? []).map(extendedCommunity)),
    }));
  }

  async session(): Promise<SessionView> {
    const text = await this.#ctl(["-j", "show", "neighbor", this.#peer.peerAddress]);
    const neighbor = (JSON.parse(text) as NeighborsJson).neighbors[0];
    ensure(neighbor !== undefined, `openbgpd does not know ${this.#peer.peerAddress}`);
    const established = neighbor.state === "Established";
    return {
      established,
      state: neighbor.state,
      uptimeSeconds: established ? neighbor.last_updown_sec : undefined,
      flaps: undefined,
    };
  }

  async #ctl(words: readonly string[], input = ""): Promise<string> {
    const { stdout } = await this.#namespace.run(["bgpctl", "-s", this.#socket, ...words], { input });
    return stdout;
  }
}
