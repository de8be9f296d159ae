/** An agent's site whose only way to ingest is a real web proxy: site, proxy and ingest in namespaces in a row. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { NamespaceHttp } from "./api.ts";
import { NETFERRY } from "./collector.ts";
import type { DaemonProcess } from "./daemon-process.ts";
import type { Lab, Namespace } from "./lab.ts";
import { ensure, eventually } from "./wait.ts";

export const TINYPROXY = "/usr/bin/tinyproxy";
export const PROXY_USER = "agent";
/** tinyproxy takes few characters in a password. */
export const PROXY_PASSWORD = "s3cret.p-x";

const PROXY_ADDRESS = "10.98.1.2";
const PROXY_PORT = 3128;
const RELAY_ADDRESS = "10.98.2.1";
const RELAY_PORT = 8443;
const PLAIN_RELAY_PORT = 8444;
const HTTP_PORT = 8080;

export interface Credentials {
  readonly email: string;
  readonly token: string;
  readonly ca: string;
  readonly fingerprint: string;
}

/** A line of an agent's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class ProxiedSite {
  readonly lab: Lab;
  readonly site: Namespace;
  readonly core: Namespace;
  readonly api: NamespaceHttp;
  /** Of the ingest without TLS. */
  readonly plainApi: NamespaceHttp;
  readonly credentials: Credentials;
  /** Credentials of an ingest without TLS, at {@link plainTarget}. */
  readonly plainCredentials: Credentials;
  readonly target = `${RELAY_ADDRESS}:${RELAY_PORT}`;
  readonly plainTarget = `${RELAY_ADDRESS}:${PLAIN_RELAY_PORT}`;
  readonly proxyUrl = `http://${PROXY_USER}:${encodeURIComponent(PROXY_PASSWORD)}@${PROXY_ADDRESS}:${PROXY_PORT}`;
  readonly #dmz: Namespace;
  #proxies = 0;

  private constructor(
    parts: Pick<
      ProxiedSite,
      "lab" | "site" | "core" | "api" | "plainApi" | "credentials" | "plainCredentials"
    > & {
      readonly dmz: Namespace;
    },
  ) {
    this.lab = parts.lab;
    this.site = parts.site;
    this.core = parts.core;
    this.api = parts.api;
    this.plainApi = parts.plainApi;
    this.credentials = parts.credentials;
    this.plainCredentials = parts.plainCredentials;
    this.#dmz = parts.dmz;
  }

  /** Nothing forwards between the links: without the proxy there is no way. */
  static async create(lab: Lab): Promise<ProxiedSite> {
    const [site, dmz, core] = [
      await lab.namespace("site"),
      await lab.namespace("dmz"),
      await lab.namespace("core"),
    ];
    await lab.link(
      { namespace: site, ipv4: "10.98.1.1/24" },
      { namespace: dmz, ipv4: `${PROXY_ADDRESS}/24` },
    );
    await lab.link(
      { namespace: dmz, ipv4: "10.98.2.2/24" },
      { namespace: core, ipv4: `${RELAY_ADDRESS}/24` },
    );
    const secure = await startIngest(core, "ingest", RELAY_PORT, HTTP_PORT, []);
    const plain = await startIngest(core, "plain", PLAIN_RELAY_PORT, HTTP_PORT + 1, ["--relay-insecure"]);
    const api = apiOf(core, "ingest-api", HTTP_PORT, secure);
    const plainApi = apiOf(core, "plain-api", HTTP_PORT + 1, plain);
    for (const each of [api, plainApi]) await each.ready("/api/v1/status");
    return new ProxiedSite({
      lab,
      site,
      dmz,
      core,
      api,
      plainApi,
      credentials: secure,
      plainCredentials: plain,
    });
  }

  /** Starts the proxy; it lets CONNECT through to the relay ports alone, for one user. */
  async startProxy(): Promise<DaemonProcess> {
    this.#proxies += 1;
    const name = `tinyproxy${this.#proxies}`;
    const file = join(this.#dmz.directory, `${name}.conf`);
    writeFileSync(
      file,
      [
        `Listen ${PROXY_ADDRESS}`,
        `Port ${PROXY_PORT}`,
        "Timeout 600",
        "MaxClients 50",
        "LogLevel Info",
        `BasicAuth ${PROXY_USER} ${PROXY_PASSWORD}`,
        ...[RELAY_PORT, PLAIN_RELAY_PORT].map((port) => `ConnectPort ${port}`),
        "",
      ].join("\n"),
    );
    const proxy = this.#dmz.start(name, [TINYPROXY, "-d", "-c", file]);
    await eventually("the proxy listens", async () => {
      ensure(proxy.ended === undefined, `tinyproxy ended: ${proxy.ended}`);
      const { stdout } = await this.#dmz.run(["ss", "-Htln", "sport", "=", `:${PROXY_PORT}`]);
      ensure(stdout !== "", "nothing listens");
    });
    return proxy;
  }

  /** Lets the site reach ingest without the proxy, too. */
  async openDirectWay(): Promise<void> {
    await this.#dmz.run(["sh", "-ec", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
    await this.site.run(["ip", "route", "add", "10.98.2.0/24", "via", PROXY_ADDRESS]);
    await this.core.run(["ip", "route", "add", "10.98.1.0/24", "via", "10.98.2.2"]);
    await this.site.run(["bash", "-c", `exec 3<>/dev/tcp/${RELAY_ADDRESS}/${RELAY_PORT}`]);
  }

  /** An agent in the site, with an environment and nothing else of this machine's. */
  agent(name: string, args: readonly string[], env: Readonly<Record<string, string>>): DaemonProcess {
    return this.site.start(name, [NETFERRY, "agent", ...args], {
      KENTIK_API_EMAIL: this.credentials.email,
      KENTIK_API_TOKEN: this.credentials.token,
      ...env,
    });
  }

  /** Who is connected to the relay ports, by address. */
  async remotes(): Promise<string[]> {
    const filter = ["state", "established", `( sport = :${RELAY_PORT} or sport = :${PLAIN_RELAY_PORT} )`];
    const { stdout } = await this.core.run(["ss", "-Htn", ...filter]);
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => line.trim().split(/\s+/).at(-1)?.replace(/:\d+$/, "") ?? "");
  }
}

/** Waits for a line of a daemon's JSON log. */
export function logged(
  daemon: DaemonProcess,
  what: string,
  matches: (line: LogLine) => boolean,
): Promise<LogLine> {
  return eventually(`${daemon.name} logs ${what}`, () => {
    const found = logLines(daemon).find(matches);
    ensure(found !== undefined, "not there");
    return found;
  });
}

export function logLines(daemon: DaemonProcess): LogLine[] {
  return daemon
    .log()
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as LogLine);
}

function apiOf(core: Namespace, name: string, port: number, { email, token }: Credentials): NamespaceHttp {
  return new NamespaceHttp(core, name, port, { "x-ch-auth-email": email, "x-ch-auth-api-token": token });
}

async function startIngest(
  core: Namespace,
  name: string,
  relayPort: number,
  httpPort: number,
  args: readonly string[],
): Promise<Credentials> {
  const file = join(core.directory, `${name}.json`);
  const ingest = core.start(
    name,
    [NETFERRY, "ingest", "--data-dir", join(core.directory, `${name}-data`)].concat(
      ["--relay-listen", `${RELAY_ADDRESS}:${relayPort}`, "--http-listen", `127.0.0.1:${httpPort}`],
      ["--write-credentials", file, ...args],
    ),
  );
  return eventually(`${name}'s first start`, () => {
    ensure(ingest.ended === undefined, `${name} ended: ${ingest.ended}`);
    return JSON.parse(readFileSync(file, "utf8")) as Credentials;
  });
}
