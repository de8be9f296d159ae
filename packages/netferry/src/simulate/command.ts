/** `netferry simulate`: routers that announce generated tables; the load generator. */
import {
  type Family,
  IPV4_UNICAST,
  parseFamilyName,
  parseIdentifier,
  sessionConfigProblem,
} from "@netferry/bgp";
import {
  type Clock,
  type CommandContext,
  defineCommand,
  optionGroup,
  type OutputStream,
  parseHostPort,
  Shutdown,
  systemClock,
  UsageError,
} from "@netferry/service";
import {
  FULL_TABLE,
  generatePrefixes,
  LiveTable,
  MAX_GENERATED_PREFIXES,
  type PrefixSet,
  Random,
  readPrefixFile,
  RouteTable,
} from "@netferry/testkit";
import { localAddresses, MAX_SESSIONS } from "./local-addresses.ts";
import { Report } from "./report.ts";
import { Simulation, type SimulationState } from "./simulation.ts";

const BGP_PORT = 179;
const MAX_ASN = 0xffff_ffff;
/** More changes a second than any table goes through. */
const MAX_CHURN = 1_000_000;

const options = {
  ...optionGroup("Sessions", {
    connect: {
      type: "string",
      description: "The agent, ingest or router to peer with",
      placeholder: "HOST:PORT",
      required: true,
      check: (text: string) => parseHostPort(text, BGP_PORT),
    },
    asn: {
      type: "int",
      description: "AS number of the simulated routers",
      placeholder: "ASN",
      required: true,
      min: 1,
      max: MAX_ASN,
    },
    "peer-asn": {
      type: "int",
      description: "AS number that the peer has to be in",
      placeholder: "ASN",
      defaultText: "any",
      min: 1,
      max: MAX_ASN,
    },
    "local-address": {
      type: "list",
      description: "Address to dial from: one for each session, or the first of as many consecutive ones",
      placeholder: "ADDRESS",
      defaultText: "the system's choice, for one session",
    },
    sessions: {
      type: "int",
      description: "Routers to simulate, all with the same table",
      placeholder: "N",
      defaultText: "one for each local address",
      min: 1,
      max: MAX_SESSIONS,
    },
    "router-id": {
      type: "string",
      description: "BGP identifier of the first session; the others count up",
      placeholder: "ADDRESS",
      defaultText: "the local address",
      check: identifierOf,
    },
    "hold-time": {
      type: "int",
      description: "Seconds; 0 for no keepalives",
      placeholder: "SECONDS",
      default: 90,
      min: 0,
      max: 65_535,
      check: holdTimeOf,
    },
  }),
  ...optionGroup("Routes", {
    families: {
      type: "list",
      description: "Address families to announce",
      placeholder: "FAMILY",
      default: ["ipv4-unicast", "ipv6-unicast"],
      choices: ["ipv4-unicast", "ipv6-unicast"],
    },
    prefixes: {
      type: "string",
      description: "File with the prefixes to announce, one a line, plain or gzip",
      placeholder: "FILE",
      defaultText: "generated, with a full table's mix of lengths",
    },
    count: {
      type: "int",
      description: "IPv4 routes",
      placeholder: "N",
      defaultText: `${FULL_TABLE.ipv4}, or all of the file`,
      min: 0,
      max: MAX_GENERATED_PREFIXES,
    },
    "count-v6": {
      type: "int",
      description: "IPv6 routes",
      placeholder: "N",
      defaultText: `${FULL_TABLE.ipv6}, or all of the file`,
      min: 0,
      max: MAX_GENERATED_PREFIXES,
    },
    seed: {
      type: "int",
      description: "The same seed gives the same prefixes, attributes and changes",
      placeholder: "N",
      default: 1,
      min: 0,
      max: 0xffff_ffff,
    },
    churn: {
      type: "float",
      description: "Routes that change each second in every session, once all tables are sent",
      placeholder: "PER_SECOND",
      default: 0,
      min: 0,
      max: MAX_CHURN,
    },
  }),
  ...optionGroup("Run", {
    duration: {
      type: "float",
      description: "Stop after that many seconds",
      placeholder: "SECONDS",
      defaultText: "run until interrupted",
      min: 0,
      max: 10_000_000,
    },
    once: {
      type: "bool",
      description:
        "Stop when every route is sent and acknowledged by TCP; fail when a session goes down before",
    },
    json: { type: "bool", description: "Print a summary as one JSON object at the end, all else on stderr" },
  }),
} as const;

type Context = CommandContext<typeof options>;

export const simulateCommand = defineCommand({
  name: "simulate",
  summary: "Simulate routers that announce full-size tables, for trials and load",
  description: [
    "Dials as a router does and announces a table: generated with the sizes and shape of a real full table, or the prefixes of a file; paths, communities and all else are made up from the seed.",
    "Sessions that end are tried again, unless --once asks for a plain answer. Ctrl-C ends all sessions with Cease / Administrative Shutdown.",
  ].join("\n\n"),
  examples: [
    {
      command: "netferry simulate --connect 127.0.0.1:1790 --local-address 127.0.1.1 --asn 65001",
      text: "One router with a full table",
    },
    {
      command:
        "netferry simulate --connect 127.0.0.1:1790 --local-address 127.0.1.1 --sessions 500 --asn 65001 --count 2000 --count-v6 500 --churn 10",
      text: "500 routers from 127.0.1.1 on with 2,500 routes each, 10 of which change each second",
    },
    {
      command:
        "netferry simulate --connect 127.0.0.1:1790 --asn 65001 --prefixes prefixes.txt.gz --once --json",
      text: "For scripts: exits with 0 when every prefix has been taken",
    },
  ],
  options,
  run: async (context) => runSimulation(context, systemClock),
});

function identifierOf(text: string): number {
  const identifier = parseIdentifier(text);
  if (identifier === undefined || identifier === 0) throw new Error("expected an IPv4 address but 0.0.0.0");
  return identifier;
}

function holdTimeOf(seconds: number): number {
  if (seconds === 1 || seconds === 2) throw new Error("expected 0, or 3 and more (RFC 4271 section 4.2)");
  return seconds;
}

/** The moment when all tables were sent. */
interface Sent {
  readonly elapsedMs: number;
  readonly routes: number;
}

/** What the summary says, as one line of JSON. */
interface Summary extends SimulationState {
  /** Until all tables were sent and, with --once, acknowledged; undefined if that never happened. */
  readonly seconds: number | undefined;
  readonly routesPerSecond: number | undefined;
  readonly error: string | undefined;
}

async function runSimulation(context: Context, clock: Clock): Promise<number> {
  const { options: given, stdout, stderr } = context;
  const addresses = localAddresses(given.localAddress, given.sessions);
  const talk: OutputStream = given.json ? stderr : stdout;
  const families = familiesOf(given.families);
  const session = {
    localAsn: given.asn,
    holdTime: given.holdTime,
    expectedPeerAsn: given.peerAsn,
    families,
  };
  const problem = sessionConfigProblem({ ...session, localIdentifier: 1, passive: false });
  if (problem !== undefined) throw new UsageError(problem);
  const table = await tableOf(context, families, addresses.length);
  const random = new Random(given.seed);
  const shutdown = new Shutdown({ signal: context.signal, clock });
  const simulation = new Simulation({
    target: given.connect,
    localAddresses: addresses,
    firstIdentifier: given.routerId,
    session,
    table,
    seed: given.seed,
    churnPerSecond: given.churn,
    reconnect: !given.once,
    clock,
    random: () => random.float(),
    onDown: (name, text, retry) => report.down(name, text, retry),
  });
  const report = new Report({ clock, stream: talk, state: () => simulation.state });
  const startedAt = clock.monotonic();
  let sent: Sent | undefined;
  let error: string | undefined;
  let state: SimulationState | undefined;
  shutdown.add("sessions", async () => {
    state = simulation.state;
    await simulation.stop();
  });
  const whenSent = async (): Promise<void> => {
    await simulation.allSent;
    if (given.once) await simulation.acknowledged();
    if (shutdown.signal.aborted) return;
    sent = { elapsedMs: clock.monotonic() - startedAt, routes: simulation.state.routesSent };
    report.sent(simulation.state, sent.elapsedMs);
    if (given.once) shutdown.begin("all sent");
  };
  const whenDown = async (): Promise<void> => {
    const reason = await simulation.firstDown;
    if (!given.once || sent !== undefined) return;
    error = reason;
    shutdown.begin("a session went down", 1);
  };
  void whenSent();
  void whenDown();
  const cancelDuration =
    given.duration === undefined
      ? undefined
      : clock.later(given.duration * 1000, () => shutdown.begin("the time is over"));
  simulation.start();
  const code = await shutdown.finished;
  cancelDuration?.();
  report.close();
  if (given.json) {
    stdout.write(`${JSON.stringify(summaryOf(state ?? simulation.state, sent, error))}\n`);
  }
  return code;
}

function summaryOf(state: SimulationState, sent: Sent | undefined, error: string | undefined): Summary {
  const seconds = sent === undefined ? undefined : sent.elapsedMs / 1000;
  const routesPerSecond =
    sent === undefined ? undefined : Math.round((sent.routes * 1000) / Math.max(1, sent.elapsedMs));
  return { ...state, seconds, routesPerSecond, error };
}

function familiesOf(names: readonly string[]): Family[] {
  return names.map((name) => {
    const family = parseFamilyName(name);
    if (family === undefined) throw new UsageError(`--families: ${name} is no address family`);
    return family;
  });
}

async function tableOf(context: Context, families: readonly Family[], sessions: number): Promise<LiveTable> {
  const { seed, prefixes: path, count, countV6 } = context.options;
  let prefixes: PrefixSet[];
  if (path === undefined) {
    prefixes = families.map((family) => {
      const routes = family === IPV4_UNICAST ? (count ?? FULL_TABLE.ipv4) : (countV6 ?? FULL_TABLE.ipv6);
      return generatePrefixes(family, routes, seed);
    });
  } else {
    const read = await readPrefixFile(path, { limits: { ipv4: count, ipv6: countV6 } });
    prefixes = read.filter(({ family }) => families.includes(family));
  }
  const table = new RouteTable({ prefixes: prefixes.filter(({ size }) => size > 0), seed });
  if (table.routeCount() === 0) {
    throw new UsageError(
      path === undefined
        ? "no routes to announce: give --count or --count-v6 above 0 for one of --families"
        : `${path} has no prefixes of ${context.options.families.join(" or ")}; give another file or --families`,
    );
  }
  return new LiveTable(table, { seed, share: sessions > 1 });
}
