/** Those that the agent's benchmark sets routers on. */
import { Cluster } from "../../packages/netferry/src/demo/cluster.ts";
import { startBird } from "./bird.ts";
import type { Subject } from "./hold.ts";
import { Scrape } from "./scrape.ts";

const LAG = "netferry_event_loop_lag_seconds";

/** What befalls a session's stream, and no router notices. */
const HARMLESS: ReadonlySet<string> = new Set(["detached", "resumed", "taken-over"]);

export async function startRelay(options: {
  readonly program: string;
  readonly addresses: readonly string[];
  readonly asn: number;
  readonly multi: number;
}): Promise<Subject> {
  const cluster = await Cluster.start(new AbortController().signal, {
    program: [options.program],
    agentArgs: ["--multi", String(options.multi)],
    devices: options.addresses.map((address, i) => ({ name: `r${i}`, address, asn: options.asn })),
  });
  const agent = () => Scrape.of(`${cluster.agentStatus}/metrics`);
  const ingest = () => Scrape.of(`${cluster.ingestHttp}/metrics`);
  return {
    name: `netferry, --multi ${options.multi}`,
    bgp: cluster.bgp,
    processes: [cluster.agent, cluster.ingest],
    routes: async () => (await cluster.status()).rib.routes,
    established: async () => (await cluster.status()).sessions.byState["Established"] ?? 0,
    async lagMs() {
      const [a, i] = await Promise.all([agent(), ingest()]);
      return { agent: a.value(LAG, 'quantile="1"') * 1000, ingest: i.value(LAG, 'quantile="1"') * 1000 };
    },
    async counts() {
      const [a, i] = await Promise.all([agent(), ingest()]);
      const { accepted: _accepted, ...turnedAway } = a.byLabel("netferry_agent_connections_total");
      const events = Object.entries(a.byLabel("netferry_agent_session_events_total"));
      const ends = i.byLabel("netferry_ingest_session_ends_total");
      return {
        lost: {
          ...named(
            "the agent: ",
            events.filter(([event]) => !HARMLESS.has(event)),
          ),
          ...named("the ingest: ", Object.entries(ends)),
        },
        unnoticed: {
          ...named(
            "streams ",
            events.filter(([event]) => HARMLESS.has(event)),
          ),
          ...named("connections turned away: ", Object.entries(turnedAway)),
        },
      };
    },
    stop: () => cluster.stop(),
  };
}

export async function startBirdSubject(asn: number): Promise<Subject> {
  const bird = await startBird(asn);
  return {
    name: `BIRD ${await bird.version()}`,
    bgp: bird.bgp,
    processes: [{ name: "bird", pid: bird.pid }],
    routes: bird.routes,
    established: () => Promise.resolve(undefined),
    lagMs: () => Promise.resolve({}),
    counts: () => Promise.resolve({ lost: {}, unnoticed: {} }),
    stop: bird.stop,
  };
}

function named(before: string, counts: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(counts.map(([name, count]) => [`${before}${name}`, count]));
}
