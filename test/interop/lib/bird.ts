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
  normalOrigin,
  normalPrefix,
  normalSet,
} from "./normal.ts";
import { familyOfText, type NormalRoute, type RouteChange, type RouteSpec } from "./route.ts";
import { ensure } from "./wait.ts";

const CAPABILITIES: Capabilities = {
  table: {
    attributeSets: 40,
    asSets: false,
    medAbsent: true,
    medZero: true,
    hostBits: false,
    routeOrigins: ["as2", "ipv4", "as4"],
  },
  shutdownText: "any",
  stopReason: /Cease/i,
  clearReason: /Administrative Reset/i,
  flapCounter: false,
  addPathSend: true,
  externalNextHop: "kept",
  cannot: [
    "originate an AS_SET",
    "take a prefix with host bits in its configuration",
    "count session flaps",
    "show the attributes that it adds while it encodes: its ASN and LOCAL_PREF 100 are added by the driver",
  ],
};

const NAME = "netferry";
const CHANNELS = { "ipv4-unicast": "ipv4", "ipv6-unicast": "ipv6" } as const;

/** BIRD's replies may be paged by code and continuation; `birdc -v` is not used, so plain text comes. */
const PROTOCOL_STATE = /^\s*BGP state:\s*(\S+)/m;
const SINCE = new RegExp(String.raw`^${NAME}\s+BGP\s+\S+\s+\S+\s+(\d+-\d+-\d+ [\d:.]+|[\d:.]+)`, "m");

/** One route of a static protocol, with all attributes set by its own little filter. */
function staticRoute({ prefix, attributes }: RouteSpec): string {
  const steps = [`bgp_origin = ORIGIN_${attributes.origin.toUpperCase()};`, "bgp_path = +empty+;"];
  for (const hop of attributes.asPath.toReversed()) steps.push(`bgp_path.prepend(${String(hop)});`);
  steps.push(`bgp_next_hop = ${attributes.nextHop};`);
  if (attributes.med !== undefined) steps.push(`bgp_med = ${attributes.med};`);
  if (attributes.localPref !== undefined) steps.push(`bgp_local_pref = ${attributes.localPref};`);
  for (const community of attributes.communities) {
    steps.push(`bgp_community.add((${community.replace(":", ",")}));`);
  }
  for (const community of attributes.largeCommunities) {
    steps.push(`bgp_large_community.add((${community.replaceAll(":", ",")}));`);
  }
  for (const { kind, administrator, value } of attributes.extendedCommunities) {
    const key = kind === "target" ? "rt" : "ro";
    steps.push(`bgp_ext_community.add((${key}, ${administrator}, ${value}));`);
  }
  return `  route ${prefix} blackhole { ${steps.join(" ")} };`;
}

/** The parts of "(rt, 64496, 7) (generic, 0x…, 0x…)". */
function tuples(text: string): string[][] {
  return [...text.matchAll(/\(([^)]*)\)/g)].map((match) =>
    (match[1] ?? "").split(",").map((part) => part.trim()),
  );
}

function extendedCommunity(parts: readonly string[]): string {
  const [key = "", administrator = "", value = ""] = parts;
  if (key === "rt" || key === "ro") {
    return extendedCommunityHex(
      extendedCommunitySpec(key === "rt" ? "target" : "origin", `${administrator}:${value}`),
    );
  }
  ensure(key === "generic", `bird shows an unknown extended community: ${parts.join(",")}`);
  return [administrator, value].map((half) => Number(half).toString(16).padStart(8, "0")).join("");
}

/** One block of `show route all`: the prefix line's prefix and the attribute lines below it. */
function normalFromBird(prefix: string, lines: ReadonlyMap<string, string>, peering: Peering): NormalRoute {
  const internal = peering.localAsn === peering.peerAsn;
  const numeric = (name: string): number | undefined => {
    const text = lines.get(name);
    return text === undefined ? undefined : Number(text);
  };
  const nextHop = (lines.get("BGP.next_hop") ?? "").split(" ")[0] ?? "";
  const path = lines.get("BGP.as_path") ?? "";
  return {
    family: familyOfText(prefix),
    prefix: normalPrefix(prefix),
    pathId: undefined,
    origin: normalOrigin(lines.get("BGP.origin") ?? ""),
    // What bgp_update_attrs adds behind the point where the export table is shown.
    asPath: normalAsPath(internal ? path : `${peering.localAsn} ${path}`),
    nextHop: normalAddress(nextHop),
    med: numeric("BGP.med"),
    localPref: internal ? (numeric("BGP.local_pref") ?? 100) : undefined,
    communities: normalSet(tuples(lines.get("BGP.community") ?? "").map((parts) => parts.join(":"))),
    largeCommunities: normalSet(
      tuples(lines.get("BGP.large_community") ?? "").map((parts) => parts.join(":")),
    ),
    extendedCommunities: normalSet(tuples(lines.get("BGP.ext_community") ?? "").map(extendedCommunity)),
  };
}

/** `show route … all` in normal form. */
export function parseBirdRoutes(text: string, peering: Peering): NormalRoute[] {
  const routes: NormalRoute[] = [];
  let prefix: string | undefined;
  let attributes = new Map<string, string>();
  const finish = (): void => {
    if (prefix !== undefined && attributes.size > 0) routes.push(normalFromBird(prefix, attributes, peering));
    attributes = new Map();
  };
  for (const line of text.split("\n")) {
    const head = /^([0-9a-f.:]+\/\d+)\s/.exec(line);
    // Further paths of the same prefix are indented, without the prefix.
    if (head !== null || /^\s+(unicast|blackhole|unreachable)\s+\[/.test(line)) {
      finish();
      prefix = head?.[1] ?? prefix;
      continue;
    }
    const attribute = /^\s+(BGP\.[a-z_]+): ?(.*)$/.exec(line);
    if (attribute !== null) attributes.set(attribute[1] ?? "", attribute[2] ?? "");
  }
  finish();
  return routes;
}

/** BIRD 2: static routes in an included file, `configure` at run time, `birdc` as the judge. */
export class BirdDriver implements Driver {
  readonly name = "bird";
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
    ensure(this.#peering !== undefined, "bird was not started");
    return this.#peering;
  }

  /**
   * An export table (Adj-RIB-Out) is the better judge, but a MED that went through one is no longer
   * known to come from the export filter, and an external peer is then not sent any. Hence there the
   * CLI is asked what the export filter makes of the routes now.
   */
  get #hasExportTable(): boolean {
    return this.#peer.localAsn === this.#peer.peerAsn;
  }

  get #configurationFile(): string {
    return join(this.#namespace.directory, "bird.conf");
  }

  get #socket(): string {
    return join(this.#namespace.directory, "bird.ctl");
  }

  async start(peering: Peering, routes: readonly RouteSpec[]): Promise<void> {
    this.#peering = peering;
    this.#routes.replaceAll(routes);
    await this.#launch();
  }

  async #launch(): Promise<void> {
    this.#writeConfiguration();
    const argv = ["bird", "-f", "-c", this.#configurationFile, "-s", this.#socket];
    // A second life recovers: it tells so in its OPEN, and announces once its peer has ended its update.
    if (this.#peer.gracefulRestart && this.#daemon !== undefined) argv.push("-R");
    this.#daemon = this.#namespace.start("bird", argv);
    await answering(this.#daemon, () => this.#cli("show status"));
  }

  #writeConfiguration(): void {
    const peer = this.#peer;
    const tables = peer.families.flatMap((family) => {
      const channel = CHANNELS[family];
      const routes = this.#routes.all().filter((route) => route.family === family);
      // A table holds one route of a protocol for a prefix: further paths come from further protocols.
      return [...Map.groupBy(routes, (route) => route.path ?? 0)].flatMap(([path, group]) => [
        `protocol static static_${channel}_${path} {`,
        `  ${channel};`,
        group.map(staticRoute).join("\n"),
        "}",
      ]);
    });
    const channels = peer.families.map(
      (family) =>
        `  ${CHANNELS[family]} { ${[
          "import none; export filter originated;",
          peer.extendedNextHopSelf ? "next hop self;" : "next hop keep;",
          peer.extendedNextHopSelf && family === "ipv4-unicast" ? "extended next hop on;" : "",
          this.#hasExportTable ? "export table on;" : "",
          peer.addPathSend ? "add paths tx;" : "",
        ].join(" ")} };`,
    );
    const text = [
      `router id ${peer.routerId};`,
      "log stderr all;",
      "timeformat protocol iso long;",
      "protocol device {}",
      // An external peer is sent a MED only if the export filter has set it.
      "filter originated {",
      "  if source != RTS_STATIC then reject;",
      "  if defined(bgp_med) then bgp_med = bgp_med;",
      "  accept;",
      "}",
      ...tables,
      `protocol bgp ${NAME} {`,
      `  local ${peer.localAddress} as ${peer.localAsn};`,
      `  neighbor ${peer.peerAddress} as ${peer.peerAsn};`,
      "  direct;",
      `  hold time ${peer.holdTime};`,
      `  graceful restart ${peer.gracefulRestart ? "on" : "aware"};`,
      `  enable as4 ${peer.fourOctetAs ? "on" : "off"};`,
      "  connect delay time 1; connect retry time 1; error wait time 1, 1;",
      ...(peer.password === undefined ? [] : [`  password "${peer.password}";`]),
      ...channels,
      "}",
      "",
    ].join("\n");
    writeFileSync(this.#configurationFile, text);
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
    await this.#reconfigure();
  }

  /** A changed password restarts the protocol. */
  async setPassword(password: string | undefined): Promise<void> {
    this.#peering = { ...this.#peer, password };
    await this.#reconfigure();
  }

  async #reconfigure(): Promise<void> {
    this.#writeConfiguration();
    const answer = await this.#cli("configure");
    ensure(/Reconfigur/.test(answer), `bird did not take its new configuration: ${answer}`);
  }

  async clearSession(): Promise<void> {
    await this.#cli(`restart ${NAME}`);
  }

  async shutdownWithMessage(text: string): Promise<void> {
    await this.#cli(`disable ${NAME} "${text}"`);
  }

  async advertised(): Promise<NormalRoute[]> {
    const tables = await Promise.all(
      this.#peer.families.map((family) =>
        this.#cli(
          this.#hasExportTable
            ? `show route all export table ${NAME}.${CHANNELS[family]}`
            : `show route all table ${family === "ipv4-unicast" ? "master4" : "master6"} export ${NAME}`,
        ),
      ),
    );
    return tables.flatMap((text) => parseBirdRoutes(text, this.#peer));
  }

  /** The longest match for an address among its own routes, as the CLI finds it; undefined if there is none. */
  async longestMatch(address: string): Promise<string | undefined> {
    const text = await this.#cli(`show route for ${address}`);
    const prefix = /^([0-9a-f.:]+\/\d+)\s/m.exec(text)?.[1];
    return prefix === undefined ? undefined : normalPrefix(prefix);
  }

  async session(): Promise<SessionView> {
    const text = await this.#cli(`show protocols all ${NAME}`);
    const state = PROTOCOL_STATE.exec(text)?.[1] ?? "unknown";
    const since = SINCE.exec(text)?.[1];
    const established = state === "Established";
    return {
      established,
      state,
      uptimeSeconds:
        established && since !== undefined ? (Date.now() - new Date(since).getTime()) / 1000 : undefined,
      flaps: undefined,
    };
  }

  async #cli(command: string): Promise<string> {
    const { stdout } = await this.#namespace.run(["birdc", "-s", this.#socket, command]);
    return stdout;
  }
}
