import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { NamespaceHttp } from "../../interop/lib/api.ts";
import { NETFERRY } from "../../interop/lib/collector.ts";
import type { Lab, Namespace } from "../../interop/lib/lab.ts";
import { ensure, eventually } from "../../interop/lib/wait.ts";
import { FakeClock } from "./fake-clock.ts";
import { type Credentials, IngestNode } from "./ingest-node.ts";
import type { Progress } from "./progress.ts";
import { RelayPath } from "./relay-path.ts";
import { Restartable } from "./restartable.ts";
import { Router, type RouterOptions, type TableSize } from "./router.ts";

const STATUS_PORT = 20_920;
/** What agent and ingest may write, in MiB; faults fill these up. */
const AGENT_DISK = 64;
const INGEST_DISK = 512;

/** Of the daemons, only BIRD can do without. */
const WITHOUT_REFRESH: readonly RouterOptions[] = [
  { daemon: "bird", number: 1, transport: 4, holdTime: 9, routeRefresh: false },
  { daemon: "bird", number: 2, transport: 6, holdTime: 180, routeRefresh: false },
];

/** BIRD and FRR, each with a short and a long hold time, over IPv4 and IPv6. */
const ROUTERS: readonly RouterOptions[] = [
  { daemon: "bird", number: 1, transport: 4, holdTime: 9 },
  { daemon: "frr", number: 2, transport: 6, holdTime: 9 },
  { daemon: "bird", number: 3, transport: 6, holdTime: 180 },
  { daemon: "frr", number: 4, transport: 4, holdTime: 180 },
];

export type BedKind =
  | "plain"
  /** Netferry's processes see a clock that can be stepped. */
  | "clock"
  /** Agent and ingest reach each other over IPv6. */
  | "ipv6"
  /** The routers can't be asked for their routes (RFC 2918). */
  | "no-refresh";

export interface BedOptions {
  readonly table: TableSize;
  readonly kind: BedKind;
  readonly progress: Progress;
}

/** What the agent says of one session. */
export interface AgentSessionJson {
  State: string;
  Counters: { Up: number; Down: number; Buffered: number; DroppedUpdates: number };
}

/** Routers, their feeders, the agent, the wire and two ingests, the second of which waits. */
export class Bed {
  readonly lab: Lab;
  readonly routers: readonly Router[];
  readonly agent: Restartable;
  readonly agentStatus: NamespaceHttp;
  readonly agentDisk: string;
  readonly ingestDisk: string;
  readonly path: RelayPath;
  readonly first: IngestNode;
  readonly second: IngestNode;
  readonly clock: FakeClock | undefined;
  readonly progress: Progress;
  /** The ingest that has the sessions, as far as the faults know. */
  holder: IngestNode;

  private constructor(
    parts: Pick<
      Bed,
      | "lab"
      | "routers"
      | "agent"
      | "agentStatus"
      | "agentDisk"
      | "ingestDisk"
      | "path"
      | "first"
      | "second"
      | "clock"
      | "progress"
    >,
  ) {
    this.lab = parts.lab;
    this.routers = parts.routers;
    this.agent = parts.agent;
    this.agentStatus = parts.agentStatus;
    this.agentDisk = parts.agentDisk;
    this.ingestDisk = parts.ingestDisk;
    this.path = parts.path;
    this.first = parts.first;
    this.second = parts.second;
    this.clock = parts.clock;
    this.progress = parts.progress;
    this.holder = parts.first;
  }

  /** Everything is started; the routers' tables are on their way. */
  static async start(lab: Lab, options: BedOptions): Promise<Bed> {
    const [core, site, feed] = [
      await lab.namespace("core"),
      await lab.namespace("site"),
      await lab.namespace("feed"),
    ];
    const { kind, progress } = options;
    progress.step("the bed");
    const clock = kind === "clock" ? new FakeClock(join(lab.directory, "clock")) : undefined;
    const env = clock?.env ?? {};
    const path = await RelayPath.create(lab, core, site);
    const routers: Router[] = [];
    const wanted = kind === "no-refresh" ? WITHOUT_REFRESH : ROUTERS;
    for (const router of wanted) routers.push(await Router.create(lab, site, feed, router, options.table));

    const ingestDisk = join(core.directory, "disk");
    await lab.smallFileSystem(ingestDisk, INGEST_DISK);
    const relay = kind === "ipv6" ? `[${RelayPath.core[6]}]` : RelayPath.core[4];
    const { first, second, credentials } = await startIngests(core, ingestDisk, env, routers, relay);

    // The agent's log is all that it writes.
    const agentDisk = join(site.directory, "agent");
    await lab.smallFileSystem(agentDisk, AGENT_DISK);
    const { agent, agentStatus } = await startAgent(site, agentDisk, env, credentials, [first, second]);
    for (const router of routers) await router.start();
    return new Bed({
      lab,
      routers,
      agent,
      agentStatus,
      agentDisk,
      ingestDisk,
      path,
      first,
      second,
      clock,
      progress,
    });
  }

  /** What the agent says of a router's newest session; undefined where it has none, or does not answer. */
  async agentSession(router: Router): Promise<AgentSessionJson | undefined> {
    try {
      return (await this.agentStatus.json(
        `/admin/sessions/${router.peering.localAddress}`,
      )) as AgentSessionJson;
    } catch {
      return undefined;
    }
  }

  /** The last lines of the agent's log. */
  agentLog(lines: number): string {
    return readFileSync(join(this.agentDisk, "log"), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** Routes change, or stay as they are. */
  churn(on: boolean): void {
    for (const router of this.routers) {
      if (on) router.thaw();
      else router.freeze();
    }
  }
}

async function startIngests(
  core: Namespace,
  disk: string,
  env: Readonly<Record<string, string>>,
  routers: readonly Router[],
  relay: string,
): Promise<{ first: IngestNode; second: IngestNode; credentials: Credentials }> {
  const credentialsFile = join(core.directory, "credentials.json");
  const [first, second] = (["first", "second"] as const).map(
    (name, at) =>
      new IngestNode({
        name,
        namespace: core,
        dataDir: join(disk, name),
        relay: `${relay}:${8443 + at}`,
        httpPort: 8080 + at,
        credentialsFile: at === 0 ? credentialsFile : join(core.directory, "unused.json"),
        env,
      }),
  );
  ensure(first !== undefined && second !== undefined, "two ingests");
  first.program.start();
  const credentials = await eventually("ingest's first start", () => {
    ensure(first.program.runs, `ingest ended: ${first.program.process.tail()}`);
    return JSON.parse(readFileSync(credentialsFile, "utf8")) as Credentials;
  });
  for (const node of [first, second]) node.openApi(credentials);
  await first.ready();
  for (const router of routers) {
    await first.api.post("/api/v1/devices", { type: "peer", ...router.registration });
  }
  // The second one knows the same devices and accounts and has the same certificate, and no routes.
  await first.program.stop();
  cpSync(first.place.dataDir, second.place.dataDir, { recursive: true });
  for (const entry of readdirSync(second.place.dataDir)) {
    if (!/^(registry\.db|tls-)/.test(entry))
      rmSync(join(second.place.dataDir, entry), { recursive: true, force: true });
  }
  first.program.start();
  await first.ready();
  return { first, second, credentials };
}

async function startAgent(
  site: Namespace,
  disk: string,
  env: Readonly<Record<string, string>>,
  credentials: Credentials,
  ingests: readonly IngestNode[],
): Promise<{ agent: Restartable; agentStatus: NamespaceHttp }> {
  const targets = ingests.flatMap(({ place }) => ["--target", place.relay]);
  const netferry = [NETFERRY, "agent", ...targets, "--ca", credentials.ca, "--email", credentials.email];
  netferry.push("--listen", "0.0.0.0:179", "--listen", "[::]:179");
  netferry.push("--handover", join(site.directory, "agent-handover"));
  netferry.push("--metrics-addr", "127.0.0.1", "--metrics-port", String(STATUS_PORT));
  // Its own log file, on the disk that fills up.
  const argv = [
    "sh",
    "-c",
    'log=$1; shift; exec "$@" >>"$log" 2>&1',
    "agent",
    join(disk, "log"),
    ...netferry,
  ];
  const agent = new Restartable("agent", site, argv, { ...env, NETFERRY_TOKEN: credentials.token });
  agent.start();
  const agentStatus = new NamespaceHttp(site, "agent-status", STATUS_PORT);
  await eventually("the agent's control stream", async () => {
    ensure(agent.runs, `the agent ended: ${readFileSync(join(disk, "log"), "utf8")}`);
    const health = (await agentStatus.json("/hc")) as { status: string };
    ensure(health.status === "ok", `the agent's health is ${health.status}`);
  });
  return { agent, agentStatus };
}
