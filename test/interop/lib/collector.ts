import { readFileSync } from "node:fs";
import { join } from "node:path";

import { NamespaceHttp } from "./api.ts";
import type { DaemonProcess } from "./daemon-process.ts";
import type { Lab, Namespace } from "./lab.ts";
import {
  extendedCommunityHex,
  extendedCommunitySpec,
  normalAddress,
  normalAsPath,
  normalOrigin,
  normalPrefix,
  normalSet,
} from "./normal.ts";
import { FAMILIES, type FamilyName, type NormalRoute } from "./route.ts";
import { ensure, eventually } from "./wait.ts";

/** The command under test. */
export const NETFERRY = join(import.meta.dirname, "../../../bin/netferry");
export const RELAY_PORT = 8443;
const HTTP_PORT = 8080;
export const STATUS_PORT = 20_920;

/** How devices reach ingest. */
export type Way = "agent" | "direct";

/** Starts an agent in its namespace; what is returned ends when it does, or when what runs it does. */
export type StartAgent = (
  site: Namespace,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
) => DaemonProcess | Promise<DaemonProcess>;

/** What the API says of a device; only what the tests look at. */
export interface DeviceJson {
  state: string;
  flaps: number;
  routes: Partial<Record<FamilyName, number>>;
  staleRoutes?: number;
  /** By family. */
  stale?: Readonly<Record<string, { readonly cause: string }>>;
  lastDown?: { at: string; reason: string };
  lastError?: string;
}

/** What the API says of a session. */
export interface SessionJson {
  id: string;
  via: string;
  state: string;
  detached: boolean;
  standby: boolean;
  /** Of the agent; only for a relay. */
  agentInstance?: string;
  peer: string;
  local: string;
  families: string[];
  capabilities: string[];
  peerAsn: number;
  localAsn: number;
  counters: { treatedAsWithdraw: number; rejectedPaths: number; faults: Record<string, number> };
  lastDown?: { at: string; reason: string };
}

/** What a device is registered with. */
export interface NewDeviceJson {
  name: string;
  asn: number;
  addresses: readonly string[];
  localAsn?: number;
  holdTime?: number;
  families?: readonly string[];
  addPath?: boolean;
  md5Key?: string;
}

/** A path as the API shows it. */
export interface RouteJson {
  prefix: string;
  family: string;
  pathId?: number;
  origin?: string;
  asPathText?: string;
  nextHops?: string[];
  med?: number;
  localPref?: number;
  communities?: string[];
  largeCommunities?: string[];
  extendedCommunities?: string[];
  stale: boolean;
}

/** What ingest writes for its clients. */
export interface CredentialsJson {
  email: string;
  token: string;
  ca: string;
  fingerprint: string;
}

function extendedCommunity(text: string): string {
  if (text.startsWith("0x")) return text.slice(2);
  const [, kind, rest = ""] = /^(target|origin):(.*)$/.exec(text) ?? [];
  ensure(kind === "target" || kind === "origin", `ingest shows an unknown extended community: ${text}`);
  return extendedCommunityHex(extendedCommunitySpec(kind, rest));
}

/** A path of the API in normal form. */
export function normalFromIngest(route: RouteJson): NormalRoute {
  const family = FAMILIES.find((name) => name === route.family);
  ensure(family !== undefined, `ingest shows a route of a family that nobody sent: ${route.family}`);
  return {
    family,
    prefix: normalPrefix(route.prefix),
    pathId: route.pathId,
    origin: normalOrigin(route.origin ?? ""),
    asPath: normalAsPath(route.asPathText ?? ""),
    // Of two next hops the first is the global address (RFC 2545 section 3).
    nextHop: normalAddress(route.nextHops?.[0] ?? ""),
    med: route.med,
    localPref: route.localPref,
    communities: normalSet(route.communities ?? []),
    largeCommunities: normalSet(route.largeCommunities ?? []),
    extendedCommunities: normalSet((route.extendedCommunities ?? []).map(extendedCommunity)),
  };
}

/** The system under test: an ingest, and an agent in a namespace of its own where devices go through one. */
export class Collector {
  /** Where devices dial: the agent's namespace, or ingest's. */
  readonly front: Namespace;
  /** Where ingest runs. */
  readonly core: Namespace;
  /** For `--credentials` of the client commands, within `core`. */
  readonly credentialsFile: string;
  readonly credentials: CredentialsJson;
  readonly ingest: DaemonProcess;
  readonly api: NamespaceHttp;
  /** The agent's status endpoint; undefined where devices dial ingest. */
  readonly status: NamespaceHttp | undefined;
  readonly agent: DaemonProcess | undefined;

  private constructor(
    parts: Pick<
      Collector,
      "front" | "core" | "credentialsFile" | "credentials" | "ingest" | "api" | "status" | "agent"
    >,
  ) {
    this.front = parts.front;
    this.core = parts.core;
    this.credentialsFile = parts.credentialsFile;
    this.credentials = parts.credentials;
    this.ingest = parts.ingest;
    this.api = parts.api;
    this.status = parts.status;
    this.agent = parts.agent;
  }

  /** One whose parts somebody else has started. */
  static around(
    parts: Pick<
      Collector,
      "front" | "core" | "credentialsFile" | "credentials" | "ingest" | "api" | "status" | "agent"
    >,
  ): Collector {
    return new Collector(parts);
  }

  /**
   * Starts ingest and, for `way` "agent", an agent beside it that reaches it over `relayFamily` alone: the
   * link between the two has no addresses of the other family. `startAgent` says how, if not as a plain process.
   */
  static async start(
    lab: Lab,
    way: Way,
    relayFamily: 4 | 6,
    startAgent: StartAgent = (site, argv, env) => site.start("agent", argv, { ...env }),
  ): Promise<Collector> {
    const core = await lab.namespace("core");
    const site = way === "agent" ? await lab.namespace("site") : undefined;
    if (site !== undefined) {
      const [one, two] =
        relayFamily === 4
          ? [{ ipv4: "10.98.0.1/30" }, { ipv4: "10.98.0.2/30" }]
          : [{ ipv6: "fd98::1/64" }, { ipv6: "fd98::2/64" }];
      await lab.link({ namespace: core, ...one }, { namespace: site, ...two });
    }
    const target = relayFamily === 4 ? "10.98.0.1" : "[fd98::1]";
    const relay = `${site === undefined ? "127.0.0.1" : target}:${RELAY_PORT}`;
    const alone = await Collector.startIngest(core, relay, way === "direct");
    if (site === undefined) return alone;

    const { argv, env } = alone.agentCommand(relay);
    const agent = await startAgent(site, argv, env);
    const status = new NamespaceHttp(site, "agent-status", STATUS_PORT);
    await eventually("the agent's control stream", async () => {
      ensure(agent.ended === undefined, `the agent ended: ${agent.ended}`);
      const health = (await status.json("/hc")) as { status: string };
      ensure(health.status === "ok", `the agent's health is ${health.status}`);
    });
    const { credentialsFile, credentials, ingest, api } = alone;
    return new Collector({ front: site, core, credentialsFile, credentials, ingest, api, status, agent });
  }

  /** An ingest alone, for agents that somebody else starts; `direct` lets devices dial it. */
  static async startIngest(core: Namespace, relay: string, direct: boolean): Promise<Collector> {
    const credentialsFile = join(core.directory, "credentials.json");
    const bgp = ["--bgp-listen", "0.0.0.0:179", "--bgp-listen", "[::]:179"];
    const ingest = core.start(
      "ingest",
      [NETFERRY, "ingest", "--data-dir", join(core.directory, "data"), "--router-id", "10.98.0.1"].concat(
        ["--relay-listen", relay, "--http-listen", `127.0.0.1:${HTTP_PORT}`],
        ["--write-credentials", credentialsFile],
        direct ? bgp : [],
      ),
    );
    const credentials = await eventually("ingest's first start", () => {
      ensure(ingest.ended === undefined, `ingest ended: ${ingest.ended}`);
      return JSON.parse(readFileSync(credentialsFile, "utf8")) as CredentialsJson;
    });
    const api = new NamespaceHttp(core, "ingest-api", HTTP_PORT, {
      "x-ch-auth-email": credentials.email,
      "x-ch-auth-api-token": credentials.token,
    });
    await api.ready("/api/v1/status");
    return new Collector({
      front: core,
      core,
      credentialsFile,
      credentials,
      ingest,
      api,
      status: undefined,
      agent: undefined,
    });
  }

  /** How an agent of this ingest is started, with its status endpoint at {@link STATUS_PORT}. */
  agentCommand(
    target: string,
    listen: readonly string[] = ["0.0.0.0:179", "[::]:179"],
  ): { readonly argv: readonly string[]; readonly env: Record<string, string> } {
    const { ca, email, token } = this.credentials;
    return {
      argv: [NETFERRY, "agent", "--target", target, "--ca", ca, "--email", email].concat(
        listen.flatMap((address) => ["--listen", address]),
        ["--metrics-addr", "127.0.0.1", "--metrics-port", String(STATUS_PORT)],
      ),
      env: { NETFERRY_TOKEN: token },
    };
  }

  async addDevice(device: NewDeviceJson): Promise<void> {
    await this.api.post("/api/v1/devices", { type: "peer", ...device });
  }

  async device(name: string): Promise<DeviceJson> {
    return (await this.api.json(`/api/v1/devices/${name}`)) as DeviceJson;
  }

  async sessions(name: string): Promise<SessionJson[]> {
    const answer = (await this.api.json(`/api/v1/devices/${name}/sessions`)) as { sessions: SessionJson[] };
    return answer.sessions;
  }

  /** The device's paths as they come; `query` narrows them down. */
  async paths(name: string, query = ""): Promise<RouteJson[]> {
    return (await this.api.lines(`/api/v1/devices/${name}/routes${query}`)) as RouteJson[];
  }

  /** The device's whole table, streamed, in normal form. Throws while any of it is stale. */
  async routes(name: string): Promise<NormalRoute[]> {
    const routes = await this.paths(name);
    const stale = routes.filter((route) => route.stale).length;
    ensure(stale === 0, `${stale} of ${name}'s routes are stale`);
    return routes.map(normalFromIngest);
  }
}
