/**
 * From the start of the process to the first connection that the agent takes: the packaged binary, and beside it a
 * clone, and BIRD. Nothing is asserted; the bar is one second from the packaged binary.
 *
 * npm run bench:start [-- --runs N] [-- --write]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Column, table } from "@netferry/service";
import { makeBinary } from "../scripts/packages/binary.ts";
import { architectureNamed } from "../scripts/packages/architecture.ts";
import { makeBundle } from "../scripts/packages/bundle.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RESULTS = join(ROOT, "bench/results/start.md");
const BIRD = "/usr/sbin/bird";
const LIMIT_MS = 30_000;

interface Row {
  readonly subject: string;
  /** In milliseconds, in the order of the runs. */
  readonly times: readonly number[];
}

/** What listens on a port once it is ready. */
interface Subject {
  readonly name: string;
  command(port: number): readonly [string, ...string[]];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function startTime(subject: Subject): Promise<number> {
  const port = await freePort();
  const [program, ...words] = subject.command(port);
  const began = performance.now();
  const child = spawn(program, words, { stdio: "ignore" });
  try {
    while (!(await connects(port))) {
      if (child.exitCode !== null) throw new Error(`${subject.name} ended with ${child.exitCode}`);
      if (performance.now() - began > LIMIT_MS) throw new Error(`${subject.name} does not listen`);
      await sleep(1);
    }
    return performance.now() - began;
  } finally {
    await ended(child);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exit;
}

const AGENT = ["agent", "--target", "127.0.0.1:1", "--email", "a@example.net", "--token", "not-a-real-one"];

function agent(name: string, program: string): Subject {
  return {
    name,
    command: (port) => [program, ...AGENT, "--metrics-port", "0", "--listen", `127.0.0.1:${port}`],
  };
}

function bird(directory: string): Subject {
  return {
    name: "BIRD",
    command(port) {
      const configuration = join(directory, "bird.conf");
      const text = [
        "router id 192.0.2.1;",
        "protocol device {}",
        `protocol bgp { local 127.0.0.1 port ${port} as 65001; neighbor 127.0.0.2 as 65001; ipv4 {}; }`,
      ].join("\n");
      writeFileSync(configuration, `${text}\n`);
      return [BIRD, "-f", "-c", configuration, "-s", join(directory, "bird.ctl")];
    },
  };
}

const median = (times: readonly number[]): number =>
  times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)] ?? Number.NaN;

const COLUMNS: readonly Column<Row>[] = [
  { header: "subject", value: ({ subject }) => subject },
  { header: "fastest ms", value: ({ times }) => Math.round(Math.min(...times)) },
  { header: "median ms", value: ({ times }) => Math.round(median(times)) },
  { header: "slowest ms", value: ({ times }) => Math.round(Math.max(...times)) },
];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { runs: { type: "string", default: "20" }, write: { type: "boolean", default: false } },
  });
  const runs = Number(values.runs);
  const directory = mkdtempSync(join(tmpdir(), "netferry-bench-"));
  try {
    const architecture = architectureNamed(process.arch);
    if (architecture === undefined) throw new Error(`no binary is made for ${process.arch}`);
    const { file: bundle } = await makeBundle(join(directory, "netferry.cjs"));
    const file = join(directory, "netferry");
    makeBinary({ bundle, architecture, file, scratch: directory });
    const subjects = [
      agent("the packaged agent", file),
      agent("the agent of a clone", join(ROOT, "bin/netferry")),
    ];
    if (existsSync(BIRD)) subjects.push(bird(directory));
    const rows: Row[] = [];
    for (const subject of subjects) {
      // The first start reads from disk what later ones find in memory.
      await startTime(subject);
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) times.push(await startTime(subject));
      rows.push({ subject: subject.name, times });
    }
    const text = table(rows, COLUMNS);
    process.stdout.write(text);
    if (values.write) writeFileSync(RESULTS, resultsPage(runs, text));
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function resultsPage(runs: number, text: string): string {
  return `# Start to listening

Written by \`npm run bench:start -- --write\` on ${cpus().length} cores, Node ${process.versions.node}: from the start of the
process to the first connection that is taken, ${runs} runs each. The bar is one second from the packaged binary.

\`\`\`
${text}\`\`\`
`;
}

process.exitCode = await main();
