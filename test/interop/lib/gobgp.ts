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
  normalPrefix,
  normalSet,
} from "./normal.ts";
import {
  FAMILIES,
  ORIGINS,
  type FamilyName,
  type NormalRoute,
  type RouteChange,
  type RouteSpec,
} from "./route.ts";
import { ensure } from "./wait.ts";

/** How long a script of hundreds of CLI lines may take on a busy machine, in milliseconds. */
const SCRIPT_TIMEOUT_MS = 120_000;

/** `session_state` of the API: BGP_FSM_ESTABLISHED. */
const ESTABLISHED = 6;
const STATES = ["unknown", "idle", "connect", "active", "opensent", "openconfirm", "established"];

const CAPABILITIES: Capabilities = {
  table: {
    attributeSets: 40,
    asSets: true,
    medAbsent: true,
    medZero: true,
    hostBits: true,
    routeOrigins: [],
  },
  shutdownText: "any",
  stopReason: /Cease/i,
  clearReason: /Administrative Reset/i,
  flapCounter: false,
  addPathSend: false,
  externalNextHop: "kept",
  cannot: [
    "come back within 30 s of `neighbor reset` (it ignores idle-hold-time-after-reset)",
    "attach an extended community other than a route target by its CLI",
    "count a reset or a shutdown as a flap",
    "originate a prefix twice (no ADD-PATH of its own routes)",
    "keep routes that its CLI added over a restart: the driver adds them again",
  ],
};

/** A path attribute in the JSON of the API; which members are there depends on `type`. */
interface AttributeJson {
  type: number;
  value?:
    | number
    | {
        ASN?: number;
        LocalData1?: number;
        LocalData2?: number;
        type?: number;
        subtype?: number;
        value?: string;
      }[];
  as_paths?: { segment_type: number; asns: number[] }[];
  nexthop?: string;
  metric?: number;
  communities?: number[];
}

interface PathJson {
  nlri: { prefix: string };
  attrs: AttributeJson[];
}

interface NeighborJson {
  state: { session_state?: number };
  timers: { state?: { uptime?: { seconds?: number } } };
}

const FAMILY_FLAG: Record<FamilyName, string> = { "ipv4-unicast": "ipv4", "ipv6-unicast": "ipv6" };

function asPathText(segments: AttributeJson["as_paths"]): string {
  const text = (segments ?? []).map(({ segment_type: type, asns }) =>
    type === 1 ? `{${asns.join(",")}}` : asns.join(" "),
  );
  return normalAsPath(text.join(" "));
}

/** GoBGP prints a 4-octet ASN within an extended community as asdot: "1.0:3334". */
function extendedCommunity(json: { type?: number; subtype?: number; value?: string }): string {
  const kind = json.subtype === 2 ? "target" : "origin";
  const text = json.value ?? "";
  const wide = /^(\d+)\.(\d+):(\d+)$/.exec(text);
  if (json.type === 2 && wide !== null) {
    const administrator = Number(wide[1]) * 65536 + Number(wide[2]);
    return extendedCommunityHex({ kind, administrator, value: Number(wide[3]) }, true);
  }
  return extendedCommunityHex(extendedCommunitySpec(kind, text), json.type === 2);
}

/** The CLI reads a wide ASN in plain notation as 65535; it must be asdot. */
function asdot(administrator: number | string): string {
  if (typeof administrator === "string" || administrator <= 0xffff) return `${administrator}`;
  return `${administrator >>> 16}.${administrator & 0xffff}`;
}

/** One path of `gobgp … -j` in normal form. */
export function normalFromGobgp(family: FamilyName, path: PathJson): NormalRoute {
  const byType = new Map(path.attrs.map((attribute) => [attribute.type, attribute]));
  const list = (type: number) => {
    const value = byType.get(type)?.value;
    return Array.isArray(value) ? value : [];
  };
  const origin = ORIGINS[Number(byType.get(1)?.value ?? 0)];
  const nextHop = byType.get(3)?.nexthop ?? byType.get(14)?.nexthop;
  const localPref = byType.get(5)?.value;
  ensure(
    origin !== undefined && nextHop !== undefined,
    `gobgp shows an incomplete path: ${JSON.stringify(path)}`,
  );
  return {
    family,
    prefix: normalPrefix(path.nlri.prefix),
    pathId: undefined,
    origin,
    asPath: asPathText(byType.get(2)?.as_paths),
    nextHop: normalAddress(nextHop),
    med: byType.has(4) ? (byType.get(4)?.metric ?? 0) : undefined,
    localPref: byType.has(5) ? Number(localPref ?? 0) : undefined,
    communities: normalSet(
      (byType.get(8)?.communities ?? []).map((number) => `${number >>> 16}:${number & 0xffff}`),
    ),
    largeCommunities: normalSet(
      list(32).map(({ ASN = 0, LocalData1 = 0, LocalData2 = 0 }) => `${ASN}:${LocalData1}:${LocalData2}`),
    ),
    extendedCommunities: normalSet(list(16).map(extendedCommunity)),
  };
}

/** GoBGP: a configuration file for the neighbour, its CLI for everything else. */
export class GobgpDriver implements Driver {
  readonly name = "gobgp";
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
    ensure(this.#peering !== undefined, "gobgp was not started");
    return this.#peering;
  }

  async start(peering: Peering, routes: readonly RouteSpec[]): Promise<void> {
    this.#peering = peering;
    this.#routes.replaceAll(routes);
    await this.#launch();
  }

  async #launch(): Promise<void> {
    const file = join(this.#namespace.directory, "gobgpd.toml");
    writeFileSync(file, this.#configuration());
    const api = ["--api-hosts", "127.0.0.1:50051", "--pprof-disable"];
    this.#daemon = this.#namespace.start("gobgpd", ["gobgpd", "-f", file, ...api]);
    await answering(this.#daemon, () => this.#cli(["global"]));
    await this.#originate(this.#routes.all());
  }

  #configuration(): string {
    const peer = this.#peer;
    const families = peer.families.flatMap((family) => [
      "[[neighbors.afi-safis]]",
      "[neighbors.afi-safis.config]",
      `afi-safi-name = "${family}"`,
    ]);
    return [
      "[global.config]",
      `as = ${peer.localAsn}`,
      `router-id = "${peer.routerId}"`,
      "port = -1",
      "[[neighbors]]",
      "[neighbors.config]",
      `neighbor-address = "${peer.peerAddress}"`,
      `peer-as = ${peer.peerAsn}`,
      "[neighbors.timers.config]",
      `hold-time = ${peer.holdTime}`,
      "connect-retry = 1",
      "[neighbors.transport.config]",
      `local-address = "${peer.localAddress}"`,
      ...families,
      "",
    ].join("\n");
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
    const withdraw = change.withdraw.map(
      ({ family, written }) => `gobgp global rib del -a ${FAMILY_FLAG[family]} ${written}`,
    );
    await this.#script(withdraw);
    await this.#originate(change.announce);
  }

  /** One `gobgp` process a route, the two families at the same time. */
  async #originate(routes: readonly RouteSpec[]): Promise<void> {
    await Promise.all(
      FAMILIES.map((family) =>
        this.#script(routes.filter((route) => route.family === family).map((route) => this.#addition(route))),
      ),
    );
  }

  #addition({ family, written, attributes }: RouteSpec): string {
    const path = attributes.asPath.map((hop) => (typeof hop === "number" ? `${hop}` : `{${hop.join(",")}}`));
    const words = [
      `gobgp global rib add -a ${FAMILY_FLAG[family]} ${written}`,
      `origin ${attributes.origin} nexthop ${attributes.nextHop}`,
    ];
    if (path.length > 0) words.push(`aspath '${path.join(" ")}'`);
    if (attributes.med !== undefined) words.push(`med ${attributes.med}`);
    if (attributes.localPref !== undefined) words.push(`local-pref ${attributes.localPref}`);
    if (attributes.communities.length > 0) words.push(`community ${attributes.communities.join(",")}`);
    if (attributes.largeCommunities.length > 0) {
      words.push(`large-community ${attributes.largeCommunities.join(",")}`);
    }
    const targets = attributes.extendedCommunities.map((one) => `${asdot(one.administrator)}:${one.value}`);
    if (targets.length > 0) words.push(`rt ${targets.join(" ")}`);
    return words.join(" ");
  }

  /** Runs CLI lines one after the other; the first that says anything but nothing fails. */
  async #script(lines: readonly string[]): Promise<void> {
    const { stdout, stderr } = await this.#namespace.run(["sh", "-es"], {
      input: lines.join("\n"),
      timeoutMs: SCRIPT_TIMEOUT_MS,
    });
    ensure(`${stdout}${stderr}`.trim() === "", `gobgp said: ${`${stdout}${stderr}`.slice(0, 500)}`);
  }

  async clearSession(): Promise<void> {
    await this.#cli(["neighbor", this.#peer.peerAddress, "reset"]);
  }

  async shutdownWithMessage(text: string): Promise<void> {
    await this.#cli(["neighbor", this.#peer.peerAddress, "shutdown", "--reason", text]);
  }

  async advertised(): Promise<NormalRoute[]> {
    const tables = await Promise.all(
      this.#peer.families.map(async (family) => {
        const { stdout } = await this.#cli(
          ["neighbor", this.#peer.peerAddress, "adj-out", "-a", FAMILY_FLAG[family]].concat("-j"),
        );
        const byPrefix = JSON.parse(stdout) as Record<string, PathJson[]>;
        return Object.values(byPrefix).flatMap((paths) => paths.map((path) => normalFromGobgp(family, path)));
      }),
    );
    return tables.flat();
  }

  async session(): Promise<SessionView> {
    const { stdout } = await this.#cli(["neighbor", this.#peer.peerAddress, "-j"]);
    const neighbor = JSON.parse(stdout) as NeighborJson;
    const state = neighbor.state.session_state ?? 0;
    const since = neighbor.timers.state?.uptime?.seconds;
    return {
      established: state === ESTABLISHED,
      state: STATES[state] ?? String(state),
      uptimeSeconds: state === ESTABLISHED && since !== undefined ? Date.now() / 1000 - since : undefined,
      flaps: undefined,
    };
  }

  #cli(words: readonly string[]): Promise<{ stdout: string }> {
    return this.#namespace.run(["gobgp", ...words]);
  }
}
