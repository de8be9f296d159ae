/** One router behind two agents: when the one whose session counts is killed, lookups go on without a gap. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { NETFERRY, type RouteJson } from "../../interop/lib/collector.ts";
import { answering } from "../../interop/lib/daemon-process.ts";
import type { Lab, Namespace } from "../../interop/lib/lab.ts";
import { ensure, eventually } from "../../interop/lib/wait.ts";
import { type Credentials, type HeldSession, IngestNode } from "./ingest-node.ts";
import type { Progress } from "./progress.ts";
import { Restartable } from "./restartable.ts";
import type { Found, Scenario } from "./scenario.ts";

const ASN = 64_700;
const ROUTER = "10.99.1.2";
const AGENTS = [
  { name: "a", address: "10.99.1.1", statusPort: 20_920 },
  { name: "b", address: "10.99.1.3", statusPort: 20_921 },
] as const;
const DEVICE = "router";
/** Routes of the router, and those that readers ask for. */
const ROUTES = 5_000;
const ASKED = 16;
/** Lookups go on for so long after each kill, in milliseconds. */
const WATCH_MS = 3_000;
/** This one is taken back, to see that the session which counts then is a live one. */
const LAST = "172.31.255.0/24";

export const TWO_AGENTS: Scenario = {
  name: "two-agents",
  title: "a router behind two agents, the active one killed, twice",
  seconds: () => 300,
  run,
};

function addressOf(index: number): string {
  return `172.16.${index >> 8}.${index & 255}`;
}

/** A reader that looks routes up one after the other, and keeps what was wrong with the answers. */
class Reader {
  readonly #ingest: IngestNode;
  readonly wrong: string[] = [];
  answers = 0;
  /** Longest time between two right answers, in milliseconds. */
  longestGapMs = 0;
  #over = false;
  readonly #loop: Promise<void>;

  constructor(ingest: IngestNode) {
    this.#ingest = ingest;
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#loop;
  }

  async #run(): Promise<void> {
    let rightAt = performance.now();
    for (let turn = 0; !this.#over; turn += 1) {
      const address = addressOf((turn % ASKED) * Math.floor(ROUTES / ASKED));
      const problem = await this.#look(address).catch((error: unknown) => String(error));
      this.answers += 1;
      if (problem === undefined) {
        this.longestGapMs = Math.max(this.longestGapMs, performance.now() - rightAt);
        rightAt = performance.now();
      } else this.wrong.push(`${address}: ${problem}`);
    }
  }

  async #look(address: string): Promise<string | undefined> {
    const { routes } = (await this.#ingest.api.json(
      `/api/v1/devices/${DEVICE}/routes?address=${address}`,
    )) as { routes: RouteJson[] };
    const [route] = routes;
    if (route === undefined) return "no route";
    if (route.prefix !== `${address}/32`) return `found ${route.prefix}`;
    return route.stale ? "stale" : undefined;
  }
}

async function run(lab: Lab, _scale: unknown, progress: Progress): Promise<Found> {
  progress.step("the bed");
  const [core, site, router] = [
    await lab.namespace("core"),
    await lab.namespace("site"),
    await lab.namespace("router"),
  ];
  await lab.link({ namespace: core, ipv4: "10.98.0.1/30" }, { namespace: site, ipv4: "10.98.0.2/30" });
  const link = await lab.link(
    { namespace: site, ipv4: `${AGENTS[0].address}/24` },
    { namespace: router, ipv4: `${ROUTER}/24` },
  );
  await site.run(["ip", "address", "add", `${AGENTS[1].address}/24`, "dev", link]);
  const ingest = await startIngest(core);
  const agents = AGENTS.map((agent) => startAgent(site, agent, ingest.credentials));
  const bird = await startBird(router);
  const node = ingest.node;

  const sessions = () => node.sessions(DEVICE);
  const both = async () => {
    const up = (await sessions()).filter(
      ({ state, detached, counters }) => state === "Established" && !detached && counters.announced >= ROUTES,
    );
    ensure(up.length === AGENTS.length, `${up.length} sessions are up with all routes`);
    return up;
  };
  progress.step("both sessions with all routes");
  await eventually("both sessions with all routes", both);
  const reader = new Reader(node);
  let flaps = 0;
  // The second kill strikes whichever session took over.
  for (let round = 0; round < 2; round += 1) {
    progress.step(`lookups before kill ${round + 1}`);
    const before = await eventually("one session counts, the other stands by", async () => {
      const up = await both();
      ensure(up.filter(({ standby }) => standby).length === 1, "nobody stands by");
      return up;
    });
    const active = agentOf(before.find(({ standby }) => !standby));
    const standing = before.find(({ standby }) => standby);
    ensure(standing !== undefined, "nobody stands by");
    const other = agentOf(standing);
    const ups = await bird.ups(other);
    await agents[active]?.kill();
    progress.step(`lookups after kill ${round + 1}`);
    await sleep(WATCH_MS);
    const now = (await sessions()).find(({ id }) => id === standing.id);
    ensure(now?.standby === false, "the session that stood by does not count");
    flaps += (await bird.ups(other)) - ups;
    // What counts now is alive.
    await bird.announceLast(round === 0);
    await eventually("a change at the router is seen", async () => {
      const { routes } = (await node.api.json(
        `/api/v1/devices/${DEVICE}/routes?prefix=${encodeURIComponent(LAST)}`,
      )) as { routes: unknown[] };
      ensure(routes.length > 0 === (round === 0), `${routes.length} routes ${LAST}`);
    });
    agents[active]?.start();
    progress.step(`both sessions after kill ${round + 1}`);
    await eventually("both sessions again", both);
  }
  await reader.stop();
  return {
    sessions: AGENTS.length,
    flaps,
    wrong: reader.wrong.length,
    seconds: reader.longestGapMs / 1000,
    bytesReplayed: 0,
    routesRefreshed: 0,
    messagesDropped: 0,
    notes: [
      `${reader.answers} lookups, one after the other; "seconds" is the longest time between two right answers`,
      ...reader.wrong.slice(0, 5),
    ],
    failed: reader.answers === 0,
  };
}

/** By the address that the router dialled. */
function agentOf(session: HeldSession | undefined): number {
  const index = AGENTS.findIndex(({ address }) => session?.local.startsWith(`${address}:`) === true);
  ensure(index !== -1, `a session of no agent: ${session?.local ?? "none"}`);
  return index;
}

async function startIngest(core: Namespace): Promise<{ node: IngestNode; credentials: Credentials }> {
  const credentialsFile = join(core.directory, "credentials.json");
  const node = new IngestNode({
    name: "ingest",
    namespace: core,
    dataDir: join(core.directory, "data"),
    relay: "10.98.0.1:8443",
    httpPort: 8080,
    credentialsFile,
    env: {},
  });
  node.program.start();
  const credentials = await eventually(
    "ingest's first start",
    () => JSON.parse(readFileSync(credentialsFile, "utf8")) as Credentials,
  );
  node.openApi(credentials);
  await node.ready();
  await node.api.post("/api/v1/devices", {
    type: "peer",
    name: DEVICE,
    asn: ASN,
    addresses: [ROUTER],
    holdTime: 9,
  });
  return { node, credentials };
}

function startAgent(site: Namespace, agent: (typeof AGENTS)[number], credentials: Credentials): Restartable {
  const { email, ca, token } = credentials;
  const argv = [NETFERRY, "agent", "--target", "10.98.0.1:8443", "--ca", ca, "--email", email].concat(
    ["--listen", `${agent.address}:179`, "--metrics-addr", "127.0.0.1"],
    ["--metrics-port", String(agent.statusPort)],
  );
  const started = new Restartable(`agent-${agent.name}`, site, argv, { NETFERRY_TOKEN: token });
  started.start();
  return started;
}

interface Bird {
  /** How often the session with an agent has come up. */
  ups(agent: number): Promise<number>;
  /** Announces one more route, or takes it back. */
  announceLast(announce: boolean): Promise<void>;
}

async function startBird(router: Namespace): Promise<Bird> {
  const file = join(router.directory, "bird.conf");
  const socket = join(router.directory, "bird.ctl");
  const routes = Array.from({ length: ROUTES }, (_, index) => `  route ${addressOf(index)}/32 blackhole;`);
  writeFileSync(
    file,
    [
      `router id ${ROUTER};`,
      "log stderr all;",
      "protocol device {}",
      `protocol static all_of_it { ipv4;\n${routes.join("\n")}\n}`,
      `protocol static one_more { disabled; ipv4; route ${LAST} blackhole; }`,
      ...AGENTS.map(
        ({ name, address }) =>
          `protocol bgp agent_${name} { local ${ROUTER} as ${ASN}; neighbor ${address} as ${ASN}; direct; debug { states }; hold time 9; connect delay time 1; connect retry time 1; error wait time 1, 1; ipv4 { import none; export all; next hop self; }; }`,
      ),
      "",
    ].join("\n"),
  );
  const daemon = router.start("bird", ["bird", "-f", "-c", file, "-s", socket]);
  const cli = async (command: string) => (await router.run(["birdc", "-s", socket, command])).stdout;
  await answering(daemon, () => cli("show status"));
  return {
    ups: (agent) =>
      Promise.resolve(daemon.log().split(`agent_${AGENTS[agent]?.name}: State changed to up`).length - 1),
    announceLast: async (announce) => {
      await cli(`${announce ? "enable" : "disable"} one_more`);
    },
  };
}
