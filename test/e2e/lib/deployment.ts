/** An ingest and its agents on loopback, each a process of its own. */
import { Daemon, readJson, testDir, type TestDir } from "./process.ts";

export interface Credentials {
  readonly api: string;
  readonly email: string;
  readonly token: string;
  readonly ca: string;
  readonly fingerprint: string;
}

export interface NewDevice {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly asn: number;
  readonly [option: string]: unknown;
}

export class Deployment {
  readonly dir: TestDir;
  readonly ingest: Daemon;
  readonly credentials: Credentials;
  readonly credentialsFile: string;
  /** host:port for agents. */
  readonly relay: string;
  /** host:port for devices that dial ingest. */
  readonly bgp: string;
  readonly #daemons: Daemon[];

  private constructor(
    parts: Pick<Deployment, "dir" | "ingest" | "credentials" | "credentialsFile" | "relay" | "bgp">,
  ) {
    this.dir = parts.dir;
    this.ingest = parts.ingest;
    this.credentials = parts.credentials;
    this.credentialsFile = parts.credentialsFile;
    this.relay = parts.relay;
    this.bgp = parts.bgp;
    this.#daemons = [parts.ingest];
  }

  static async start(extra: readonly string[] = []): Promise<Deployment> {
    const dir = testDir();
    const credentialsFile = dir.file("credentials.json");
    const ingest = new Daemon("ingest", [
      ...["--data-dir", dir.file("data"), "--relay-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"],
      ...["--bgp-listen", "127.0.0.1:0", "--write-credentials", credentialsFile, ...extra],
    ]);
    const ready = await ingest.line("that it is ready", ({ msg }) => msg === "ingest is ready");
    await ingest.line("its first account", ({ msg }) => msg.startsWith("first start"));
    const bgp = ready["bgp"];
    return new Deployment({
      dir,
      ingest,
      credentialsFile,
      credentials: readJson(credentialsFile) as Credentials,
      relay: String(ready["relay"]),
      bgp: Array.isArray(bgp) ? String(bgp[0]) : "",
    });
  }

  /** An agent on a port of its own; its listeners are in its log. */
  agent(
    options: {
      readonly args?: readonly string[];
      readonly token?: string;
      readonly target?: string;
      readonly trust?: readonly string[];
      /** What stands for `netferry`; the sources unless told. */
      readonly program?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ): Daemon {
    const { credentials } = this;
    const agent = new Daemon(
      "agent",
      [
        ...["--target", options.target ?? this.relay, "--email", credentials.email, "--metrics-port", "0"],
        ...(options.trust ?? ["--ca", credentials.ca]),
        ...(options.args ?? ["--listen", "127.0.0.1:0"]),
      ],
      { NETFERRY_TOKEN: options.token ?? credentials.token, ...options.env },
      options.program,
    );
    this.#daemons.push(agent);
    return agent;
  }

  /** Another ingest on the same directory and the same ports, after the first has ended. */
  restartIngest(api: string): Daemon {
    const again = new Daemon("ingest", [
      ...["--data-dir", this.dir.file("data"), "--relay-listen", this.relay, "--bgp-listen", this.bgp],
      ...["--http-listen", api.replace("http://", "")],
    ]);
    this.#daemons.push(again);
    return again;
  }

  async api(
    path: string,
    init: { readonly method?: string; readonly body?: unknown } = {},
  ): Promise<unknown> {
    const response = await fetch(`${this.credentials.api}/api/v1${path}`, {
      method: init.method ?? "GET",
      headers: {
        "x-ch-auth-email": this.credentials.email,
        "x-ch-auth-api-token": this.credentials.token,
        "content-type": "application/json",
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async addDevice(device: NewDevice): Promise<void> {
    await this.api("/devices", { method: "POST", body: device });
  }

  /** Registers devices that mean no good: `hostile0` and so on. */
  async addHostileDevices(addresses: readonly string[]): Promise<void> {
    await Promise.all(
      addresses.map((address, n) =>
        this.addDevice({ name: `hostile${n}`, addresses: [address], asn: 65_001 }),
      ),
    );
  }

  /** What the API says of a device. */
  async device(name: string): Promise<DeviceAnswer> {
    return (await this.api(`/devices/${name}`)) as DeviceAnswer;
  }

  async sessions(name: string): Promise<readonly SessionAnswer[]> {
    return ((await this.api(`/devices/${name}/sessions`)) as { sessions: SessionAnswer[] }).sessions;
  }

  async routes(name: string, query = ""): Promise<readonly RouteAnswer[]> {
    return ((await this.api(`/devices/${name}/routes${query}`)) as { routes: RouteAnswer[] }).routes;
  }

  /** Stops everything, and removes what it wrote. */
  async stop(): Promise<void> {
    await Promise.all(this.#daemons.map((daemon) => daemon.stop()));
    this.dir.remove();
  }
}

export interface DeviceAnswer {
  readonly id: number;
  readonly state: string;
  readonly lastError?: string;
  readonly lastDown?: { readonly reason: string };
  readonly flaps: number;
  readonly routes: Readonly<Record<string, number>>;
  readonly staleRoutes?: number;
  readonly stale?: Readonly<Record<string, { readonly cause: string }>>;
}

export interface SessionAnswer {
  readonly id: string;
  readonly state: string;
  readonly detached: boolean;
  readonly standby: boolean;
  readonly via: string;
  readonly families: readonly string[];
  readonly counters: Readonly<Record<string, unknown>>;
}

export interface RouteAnswer {
  readonly prefix: string;
  readonly asPathText: string;
  readonly stale: boolean;
  readonly staleCause?: string;
  readonly nextHops: readonly string[];
  readonly communities?: readonly string[];
}

/** Where an agent listens for devices. */
export async function listenerOf(agent: Daemon): Promise<{ readonly host: string; readonly port: number }> {
  const { listeners } = await agent.line("its listeners", ({ msg }) => msg === "listening for BGP");
  const [first] = listeners as string[];
  return hostPort(first ?? "");
}

export function hostPort(text: string): { readonly host: string; readonly port: number } {
  const match = /^\[?(.*?)\]?:(\d+)$/.exec(text);
  return { host: match?.[1] ?? "", port: Number(match?.[2]) };
}
