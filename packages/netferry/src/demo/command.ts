/** `netferry demo`: the main job on one machine, to look at or for a script. */
import {
  defineCommand,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  LiveBlock,
  optionGroup,
  type OutputStream,
} from "@netferry/service";
import { processUse } from "./child.ts";
import { Cluster, type ClusterStatus } from "./cluster.ts";

const FIRST_ASN = 65_001;
/** Routers dial from 127.0.0.2 on: all of 127.0.0.0/8 is loopback on Linux. */
const FIRST_ADDRESS = 2;
const REFRESH_MS = 500;
/** Routes of the router whose routes change. */
const BUSY_ROUTES = 20_000;

interface Device {
  readonly name: string;
  readonly address: string;
  readonly asn: number;
}

/** What `--once --json` prints. Bytes are of resident memory. */
interface Summary {
  readonly ok: true;
  readonly devices: number;
  readonly routesAnnounced: number;
  readonly routesVisible: number;
  readonly prefixes: number;
  /** From the start of the routers to the last route that could be asked for. */
  readonly seconds: number;
  readonly routesPerSecond: number;
  readonly residentBytes: Readonly<Record<string, number>>;
}

export const demoCommand = defineCommand({
  name: "demo",
  summary: "Run ingest, agent and simulated routers here, and watch routes arrive",
  description: [
    "Starts an ingest and an agent on loopback with TLS between them, registers devices, and lets simulated routers announce generated tables of real size. Needs no root, and listens on free ports of loopback only.",
    "Ctrl-C ends all of it and removes what it wrote.",
  ].join("\n\n"),
  examples: [
    { command: "netferry demo", text: "Two routers with a full table each, until Ctrl-C" },
    { command: "netferry demo --once --json", text: "For scripts: exits when every route is visible" },
  ],
  options: {
    ...optionGroup("Routers", {
      devices: {
        type: "int",
        description: "Simulated routers",
        placeholder: "N",
        default: 2,
        min: 1,
        max: 200,
      },
      count: {
        type: "int",
        description: "IPv4 routes of each",
        placeholder: "N",
        default: 1_000_000,
        min: 1,
        max: 2_000_000,
      },
      "count-v6": {
        type: "int",
        description: "IPv6 routes of each",
        placeholder: "N",
        default: 230_000,
        min: 0,
        max: 2_000_000,
      },
      churn: {
        type: "int",
        description:
          "Routes of one more router, edge-busy, that change in a second once all others are there; not with --once",
        placeholder: "PER_SECOND",
        default: 100,
        min: 0,
        max: 100_000,
      },
    }),
    ...optionGroup("Run", {
      once: { type: "bool", description: "End when every announced route is visible" },
      json: { type: "bool", description: "With --once: print the summary as one JSON object" },
    }),
  },
  async run({ options, stdout, stderr, signal }) {
    const stop = stopSignal(signal);
    const { once, json } = options;
    const progress = json ? stderr : stdout;
    progress.write("starting ingest and agent\n");
    const cluster = await Cluster.start(stop.signal);
    try {
      const devices = await addDevices(cluster, options.devices);
      const announced = devices.length * (options.count + options.countV6);
      progress.write(
        `${devices.length} routers announce ${formatCount(options.count)} IPv4 and ${formatCount(options.countV6)} IPv6 routes each, through the agent at ${cluster.bgp}\n`,
      );
      const began = performance.now();
      const routers = cluster.simulate(cluster.bgp, [
        ...["--asn", String(FIRST_ASN), "--sessions", String(devices.length)],
        ...["--local-address", devices.map(({ address }) => address).join(",")],
        ...["--count", String(options.count), "--count-v6", String(options.countV6)],
      ]);
      const block = new LiveBlock(progress);
      const show = (status: ClusterStatus) =>
        block.update(progressLines(cluster, status, devices.length, announced, performance.now() - began));
      const gone = untilAborted(stop.signal);
      await Promise.race([cluster.waitForRoutes(announced, { onStatus: show }), gone]);
      const seconds = (performance.now() - began) / 1000;
      if (stop.signal.aborted) return stop.code;
      const summary = summaryOf(
        cluster,
        await cluster.status(),
        devices.length,
        announced,
        seconds,
        routers.pid,
      );
      block.done();
      if (once) {
        stdout.write(json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
        return 0;
      }
      progress.write(`${summaryText(summary)}${nextCommands(cluster, devices)}`);
      if (options.churn > 0) await startBusyRouter(cluster, devices.length, options.churn);
      await watch(cluster, stdout, stop.signal);
      return stop.code;
    } catch (error) {
      if (stop.signal.aborted) return stop.code;
      throw error;
    } finally {
      if (stop.signal.aborted) progress.write("stopping\n");
      await cluster.stop();
      stop.release();
    }
  },
});

/** Aborts at Ctrl-C or SIGTERM, or with the caller's signal. */
function stopSignal(caller: AbortSignal): {
  readonly signal: AbortSignal;
  readonly code: number;
  release(): void;
} {
  const own = new AbortController();
  let code = 0;
  const onInterrupt = () => own.abort();
  const onTerminate = () => {
    code = 143;
    own.abort();
  };
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onTerminate);
  // The terminal was closed.
  process.once("SIGHUP", onTerminate);
  return {
    signal: AbortSignal.any([own.signal, caller]),
    get code() {
      return code;
    },
    release: () => {
      process.removeListener("SIGINT", onInterrupt);
      process.removeListener("SIGTERM", onTerminate);
      process.removeListener("SIGHUP", onTerminate);
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function addDevices(cluster: Cluster, count: number): Promise<Device[]> {
  const devices = Array.from({ length: count }, (_, i) => ({
    name: `edge${i + 1}`,
    address: `127.0.0.${FIRST_ADDRESS + i}`,
    asn: FIRST_ASN,
  }));
  for (const device of devices) await cluster.addDevice(device);
  return devices;
}

function memoryText(cluster: Cluster): string {
  const parts = [cluster.ingest, cluster.agent].map((child) => {
    const use = child.use();
    return `${child.name} ${use === undefined ? "unknown" : formatBytes(use.residentBytes)}`;
  });
  return parts.join(", ");
}

/** While the tables come. */
function progressLines(
  cluster: Cluster,
  status: ClusterStatus,
  devices: number,
  announced: number,
  elapsedMs: number,
): string[] {
  const { routes } = status.rib;
  return [
    `sessions  ${status.sessions.byState["Established"] ?? 0} of ${devices} established`,
    `routes    ${formatCount(routes)} of ${formatCount(announced)} (${Math.floor((routes / announced) * 100)} %)`,
    `rate      ${formatRate(status.pathsPerSecond)}, ${formatDuration(elapsedMs)} since the start`,
    `memory    ${memoryText(cluster)}, of it ${formatBytes(status.rib.bytes)} for routes`,
  ];
}

/** After that. */
function statusLines(cluster: Cluster, { sessions, rib, pathsPerSecond }: ClusterStatus): string[] {
  return [
    `sessions  ${sessions.byState["Established"] ?? 0} established`,
    `routes    ${formatCount(rib.routes)}, ${formatCount(rib.prefixes)} prefixes, ${formatCount(rib.attributes)} attribute sets`,
    `changes   ${formatRate(pathsPerSecond)}`,
    `memory    ${memoryText(cluster)}, of it ${formatBytes(rib.bytes)} for routes`,
  ];
}

/** One more router, whose routes come and go, so that there is something to see. */
async function startBusyRouter(cluster: Cluster, devices: number, churn: number): Promise<void> {
  const address = `127.0.0.${FIRST_ADDRESS + devices}`;
  await cluster.addDevice({ name: "edge-busy", address, asn: FIRST_ASN });
  cluster.simulate(cluster.bgp, [
    ...["--asn", String(FIRST_ASN), "--local-address", address, "--seed", "2"],
    ...["--count", String(BUSY_ROUTES), "--count-v6", "0", "--churn", String(churn)],
  ]);
}

function summaryOf(
  cluster: Cluster,
  status: ClusterStatus,
  devices: number,
  announced: number,
  seconds: number,
  routersPid: number,
): Summary {
  const residentBytes: Record<string, number> = {};
  for (const child of [cluster.ingest, cluster.agent])
    residentBytes[child.name] = child.use()?.residentBytes ?? 0;
  residentBytes["simulate"] = processUse(routersPid)?.residentBytes ?? 0;
  return {
    ok: true,
    devices,
    routesAnnounced: announced,
    routesVisible: status.rib.routes,
    prefixes: status.rib.prefixes,
    seconds: Math.round(seconds * 1000) / 1000,
    routesPerSecond: Math.round(announced / seconds),
    residentBytes,
  };
}

function summaryText(summary: Summary): string {
  const memory = Object.entries(summary.residentBytes).map(
    ([name, bytes]) => `${name} ${formatBytes(bytes)}`,
  );
  return (
    `all ${formatCount(summary.routesVisible)} routes of ${summary.devices} routers are visible after ` +
    `${formatDuration(summary.seconds * 1000)} (${formatRate(summary.routesPerSecond)}); resident memory: ${memory.join(", ")}\n`
  );
}

function nextCommands(cluster: Cluster, devices: readonly Device[]): string {
  const [first] = devices;
  const last = devices.at(-1);
  const flags = `--credentials ${cluster.credentialsFile}`;
  return [
    "",
    "Try in another terminal:",
    `  bin/netferry routes --device ${first?.name} 8.8.8.8 ${flags}`,
    `  bin/netferry routes --device ${last?.name} --within 8.0.0.0/8 --json ${flags} | head`,
    `  bin/netferry device show ${first?.name} ${flags}`,
    "",
    "Ctrl-C ends the demo.",
    "",
    "",
  ].join("\n");
}

/** Shows the state until the demo ends. */
async function watch(cluster: Cluster, stdout: OutputStream, signal: AbortSignal): Promise<void> {
  const block = new LiveBlock(stdout);
  while (!signal.aborted) {
    cluster.throwIfEnded();
    block.update(statusLines(cluster, await cluster.status()));
    await Promise.race([new Promise((resolve) => setTimeout(resolve, REFRESH_MS)), untilAborted(signal)]);
  }
  block.done();
}
