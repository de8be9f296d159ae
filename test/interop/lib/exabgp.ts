import { mkdirSync, writeFileSync } from "node:fs";
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
    medZero: true,
    hostBits: false,
    routeOrigins: ["as2", "as4"],
  },
  shutdownText: { fixed: "Administrative Shutdown" },
  stopReason: /closed the connection/i,
  clearReason: /Administrative Reset/i,
  flapCounter: false,
  addPathSend: false,
  externalNextHop: "kept",
  cannot: [
    "send a shutdown message of the operator's choice, nor stay down: it says its own text and dials again",
    "take a prefix with host bits",
    "show a route origin with an IPv4 administrator (the two parts come out swapped): the table has none",
    "say anything when it is stopped: it only closes the connection",
    "read an IPv4 neighbour after an IPv6 /32 (a shared netmask): the driver orders the routes",
    "put its own ASN in front of a configured path: the driver writes it for an external peer",
    "count session flaps",
  ],
};

const FAMILY_WORDS: Record<FamilyName, string> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv6-unicast": "ipv6 unicast",
};

/** Subcodes of Cease, RFC 4486. */
const ADMINISTRATIVE_SHUTDOWN = 2;
const ADMINISTRATIVE_RESET = 4;

/** The words after a keyword: what stands between "[" and its "]", or the next single word. */
function wordsAfter(keyword: string, line: string): string[] | undefined {
  const bracketed = new RegExp(String.raw` ${keyword} \[ ?([^\]]*)\]`).exec(line);
  if (bracketed !== null) return (bracketed[1] ?? "").split(/\s+/).filter((word) => word !== "");
  const single = new RegExp(String.raw` ${keyword} (\S+)`).exec(line);
  return single === null ? undefined : [single[1] ?? ""];
}

/** "target:64496:7", "target:65551L:7", "origin:192.0.2.33:7"; "origin:64496:0.0.0.7" with a dotted number. */
function extendedCommunity(text: string): string {
  const [, kind, administrator = "", wide, value = ""] =
    /^(target|origin):([\d.]+)(L?):([\d.]+)$/.exec(text) ?? [];
  ensure(kind === "target" || kind === "origin", `exabgp shows an unknown extended community: ${text}`);
  const plain = value.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
  return extendedCommunityHex(extendedCommunitySpec(kind, `${administrator}:${plain}`), wide === "L");
}

/** ExaBGP: routes in its configuration file, reload at run time, `exabgpcli` as the judge. */
export class ExabgpDriver implements Driver {
  readonly name = "exabgp";
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
    ensure(this.#peering !== undefined, "exabgp was not started");
    return this.#peering;
  }

  get #configurationFile(): string {
    return join(this.#namespace.directory, "exabgp.conf");
  }

  /** ExaBGP looks for its command pipes below its root, under this name. */
  get #environment(): Record<string, string> {
    return {
      "exabgp.api.pipename": this.#namespace.name,
      "exabgp.daemon.user": "root",
      "exabgp.daemon.drop": "false",
    };
  }

  async start(peering: Peering, routes: readonly RouteSpec[]): Promise<void> {
    this.#peering = peering;
    this.#routes.replaceAll(routes);
    const pipes = join(this.#namespace.directory, "run/exabgp");
    mkdirSync(pipes, { recursive: true });
    await this.#namespace.run(
      ["mkfifo", "-m", "600"].concat(
        ["in", "out"].map((end) => join(pipes, `${this.#namespace.name}.${end}`)),
      ),
    );
    await this.#launch();
  }

  async #launch(): Promise<void> {
    this.#writeConfiguration();
    const argv = ["exabgp", "--root", this.#namespace.directory, this.#configurationFile];
    this.#daemon = this.#namespace.start("exabgp", argv, this.#environment);
    await answering(this.#daemon, () => this.#cli("version"));
  }

  #writeConfiguration(): void {
    const peer = this.#peer;
    const text = [
      `neighbor ${peer.peerAddress} {`,
      `  router-id ${peer.routerId};`,
      `  local-address ${peer.localAddress};`,
      `  local-as ${peer.localAsn};`,
      `  peer-as ${peer.peerAsn};`,
      `  hold-time ${peer.holdTime};`,
      "  family {",
      ...peer.families.map((family) => `    ${FAMILY_WORDS[family]};`),
      "  }",
      "  static {",
      ...this.#routes
        .all()
        // IPv6 first: ExaBGP 4.2 shares a netmask's object between the families, and after an IPv6 /32
        // it takes an IPv4 neighbour for a range. The table always has an IPv4 /32, which undoes that.
        .sort((a, b) => b.family.localeCompare(a.family))
        .map((route) => `    ${this.#staticRoute(route)}`),
      "  }",
      "}",
      "",
    ].join("\n");
    writeFileSync(this.#configurationFile, text);
  }

  #staticRoute({ prefix, attributes }: RouteSpec): string {
    const words = [`route ${prefix} next-hop ${attributes.nextHop} origin ${attributes.origin}`];
    const path = attributes.asPath.map((hop) =>
      typeof hop === "number" ? `${hop}` : `( ${hop.join(" ")} )`,
    );
    if (!this.#internal) path.unshift(String(this.#peer.localAsn));
    if (path.length > 0) words.push(`as-path [ ${path.join(" ")} ]`);
    if (attributes.med !== undefined) words.push(`med ${attributes.med}`);
    if (attributes.localPref !== undefined) words.push(`local-preference ${attributes.localPref}`);
    if (attributes.communities.length > 0) words.push(`community [ ${attributes.communities.join(" ")} ]`);
    if (attributes.largeCommunities.length > 0) {
      words.push(`large-community [ ${attributes.largeCommunities.join(" ")} ]`);
    }
    // By their octets: of an IPv4 administrator's text it would make the wrong type.
    const extended = attributes.extendedCommunities.map((one) => `0x${extendedCommunityHex(one)}`);
    if (extended.length > 0) words.push(`extended-community [ ${extended.join(" ")} ]`);
    return `${words.join(" ")};`;
  }

  get #internal(): boolean {
    return this.#peer.localAsn === this.#peer.peerAsn;
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
    await this.#cli("reload");
  }

  async clearSession(): Promise<void> {
    await this.#cli(`neighbor ${this.#peer.peerAddress} teardown ${ADMINISTRATIVE_RESET}`);
  }

  async shutdownWithMessage(): Promise<void> {
    await this.#cli(`neighbor ${this.#peer.peerAddress} teardown ${ADMINISTRATIVE_SHUTDOWN}`);
  }

  async advertised(): Promise<NormalRoute[]> {
    const text = await this.#cli("show adj-rib out extensive");
    return text
      .split("\n")
      .filter((line) => line.includes(" next-hop "))
      .map((line) => this.#normal(line));
  }

  #normal(line: string): NormalRoute {
    const prefix = / ([0-9a-f.:]+\/\d+) /.exec(line)?.[1] ?? "";
    const one = (keyword: string): string | undefined => wordsAfter(keyword, line)?.[0];
    const number = (keyword: string): number | undefined => {
      const text = one(keyword);
      return text === undefined ? undefined : Number(text);
    };
    const path = wordsAfter("as-path", line);
    return {
      family: familyOfText(prefix),
      prefix: normalPrefix(prefix),
      pathId: undefined,
      origin: normalOrigin(one("origin") ?? "igp"),
      asPath: normalAsPath((path ?? (this.#internal ? [] : [String(this.#peer.localAsn)])).join(" ")),
      nextHop: normalAddress(one("next-hop") ?? ""),
      med: number("med"),
      localPref: this.#internal ? (number("local-preference") ?? 100) : undefined,
      communities: normalSet((wordsAfter("community", line) ?? []).map(normalCommunity)),
      largeCommunities: normalSet(wordsAfter("large-community", line) ?? []),
      extendedCommunities: normalSet((wordsAfter("extended-community", line) ?? []).map(extendedCommunity)),
    };
  }

  async session(): Promise<SessionView> {
    const text = await this.#cli(`show neighbor ${this.#peer.peerAddress} extensive`);
    const state = /^\s*state\s+(\S+)/m.exec(text)?.[1] ?? "unknown";
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] =
      /^\s*up for\s+(?:(\d+) days?, )?(\d+):(\d+):(\d+)/m.exec(text) ?? [];
    const established = state.toLowerCase() === "established";
    const uptime = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
    return { established, state, uptimeSeconds: established ? uptime : undefined, flaps: undefined };
  }

  async #cli(command: string): Promise<string> {
    const argv = ["exabgpcli", "--root", this.#namespace.directory, ...command.split(" ")];
    const { stdout } = await this.#namespace.run(argv, { env: this.#environment });
    return stdout;
  }
}
