/**
 * The whole path: simulated routers announce tables through agent, TLS and ingest, and for comparison straight to
 * ingest and to BIRD, in one run. Prints time, CPU and resident memory.
 *
 * npm run bench:path [-- --json] [-- --write]
 */
import { cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Column, formatBytes, formatCount, table } from "@netferry/service";
import { Child, type ProcessUse } from "../packages/netferry/src/demo/child.ts";
import { Cluster } from "../packages/netferry/src/demo/cluster.ts";
import { hasBird, pause, startBird } from "./lib/bird.ts";

const ASN = 65_001;
const MAIN = fileURLToPath(new URL("../packages/netferry/src/main.ts", import.meta.url));
const RESULTS = fileURLToPath(new URL("results/path.md", import.meta.url));
const STALL_MS = 120_000;

interface Scenario {
  readonly name: string;
  readonly routers: number;
  readonly v4: number;
  readonly v6: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "1 router, 1,000,000 IPv4 + 230,000 IPv6", routers: 1, v4: 1_000_000, v6: 230_000 },
  { name: "10 routers, the same 100,000 IPv4 each", routers: 10, v4: 100_000, v6: 0 },
];

interface Row {
  readonly scenario: string;
  readonly subject: string;
  readonly process: string;
  readonly routes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident memory at the end, and how much of it came with the routes. */
  readonly residentBytes: number;
  readonly addedBytes: number;
  readonly peakBytes: number;
}

interface Subject {
  readonly name: string;
  readonly bgp: string;
  readonly processes: readonly { readonly name: string; use(): ProcessUse | undefined }[];
  routes(): Promise<number>;
  stop(): Promise<void>;
}

async function netferry(name: string, routers: number, relayed: boolean): Promise<Subject> {
  const cluster = await Cluster.start(new AbortController().signal);
  for (let i = 0; i < routers; i += 1) {
    await cluster.addDevice({ name: `r${i}`, address: `127.0.0.${2 + i}`, asn: ASN });
  }
  return {
    name,
    bgp: relayed ? cluster.bgp : cluster.directBgp,
    processes: relayed ? [cluster.ingest, cluster.agent] : [cluster.ingest],
    routes: async () => (await cluster.status()).rib.routes,
    stop: () => cluster.stop(),
  };
}

async function bird(): Promise<Subject> {
  const peer = await startBird(ASN);
  return {
    name: `BIRD ${await peer.version()}`,
    bgp: peer.bgp,
    processes: [{ name: "bird", use: peer.use }],
    routes: peer.routes,
    stop: peer.stop,
  };
}

async function measure(scenario: Scenario, subject: Subject): Promise<Row[]> {
  const total = scenario.routers * (scenario.v4 + scenario.v6);
  const before = subject.processes.map((process) => process.use());
  const began = performance.now();
  const routers = new Child({
    name: "simulate",
    command: process.execPath,
    args: [
      ...[MAIN, "simulate", "--connect", subject.bgp, "--asn", String(ASN)],
      ...["--sessions", String(scenario.routers), "--local-address", "127.0.0.2"],
      ...["--count", String(scenario.v4), "--count-v6", String(scenario.v6)],
    ],
    env: {},
  });
  try {
    const established = performance.now();
    let movedAt = established;
    let last = -1;
    for (;;) {
      const routes = await subject.routes();
      if (routes >= total) break;
      if (routers.ended !== undefined)
        throw new Error(`simulate ended (${routers.ended}): ${routers.lastLines.join("; ")}`);
      if (routes !== last) [last, movedAt] = [routes, performance.now()];
      if (performance.now() - movedAt > STALL_MS)
        throw new Error(`${subject.name} stays at ${routes} of ${total} routes`);
      await pause(50);
    }
    const seconds = (performance.now() - began) / 1000;
    return subject.processes.map((process, i) => {
      const use = process.use();
      return {
        scenario: scenario.name,
        subject: subject.name,
        process: process.name,
        routes: total,
        seconds,
        cpuSeconds: (use?.cpuSeconds ?? 0) - (before[i]?.cpuSeconds ?? 0),
        residentBytes: use?.residentBytes ?? 0,
        addedBytes: (use?.residentBytes ?? 0) - (before[i]?.residentBytes ?? 0),
        peakBytes: use?.peakResidentBytes ?? 0,
      };
    });
  } finally {
    await routers.stop();
  }
}

const COLUMNS: readonly Column<Row>[] = [
  { header: "subject", value: (row) => row.subject },
  { header: "process", value: (row) => row.process },
  { header: "seconds", value: (row) => row.seconds.toFixed(1), align: "right" },
  { header: "routes/s", value: (row) => formatCount(row.routes / row.seconds), align: "right" },
  { header: "CPU s", value: (row) => row.cpuSeconds.toFixed(1), align: "right" },
  { header: "resident", value: (row) => formatBytes(row.residentBytes), align: "right" },
  { header: "added", value: (row) => formatBytes(row.addedBytes), align: "right" },
  { header: "bytes/route", value: (row) => Math.round(row.addedBytes / row.routes) },
  { header: "peak", value: (row) => formatBytes(row.peakBytes), align: "right" },
];

const rows: Row[] = [];
for (const scenario of SCENARIOS) {
  const starts = [
    () => netferry("netferry, relayed", scenario.routers, true),
    () => netferry("netferry, direct", scenario.routers, false),
    ...(hasBird() ? [bird] : []),
  ];
  for (const start of starts) {
    const subject = await start();
    process.stderr.write(`${scenario.name}: ${subject.name} ...\n`);
    try {
      rows.push(...(await measure(scenario, subject)));
    } finally {
      await subject.stop();
    }
  }
}
if (!hasBird())
  process.stderr.write(
    "BIRD is not installed, so there is no peer to compare with: scripts/install-interop.sh\n",
  );

const args = new Set(process.argv.slice(2));
if (args.has("--json")) {
  process.stdout.write(`${JSON.stringify(rows)}\n`);
} else {
  const text = render(rows);
  process.stdout.write(text);
  if (args.has("--write")) writeFileSync(RESULTS, document(text));
}

function render(all: readonly Row[]): string {
  let text = "";
  for (const scenario of SCENARIOS) {
    const mine = all.filter((row) => row.scenario === scenario.name);
    text += `${scenario.name}\n${table(mine, COLUMNS)}\n`;
  }
  return text;
}

function document(text: string): string {
  return `# The whole path

Written by \`npm run bench:path -- --write\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}. The
generator of the routes runs on the same machine. Ratios count, not seconds: "seconds" is from the start of the
simulated routers to the last route that can be asked for, "added" what the routes added to resident memory.

\`\`\`
${text.trimEnd()}
\`\`\`
`;
}
