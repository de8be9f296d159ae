/**
 * How fast the simulated routers are: the generator alone, and the generator through a loopback TCP connection into
 * a process that only reads.
 *
 *   node bench/simulate.ts [IPV4_ROUTES] [IPV6_ROUTES]
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { formatBytes, formatCount, formatRate, table } from "../packages/service/src/index.ts";
import { FULL_TABLE, LiveTable, RouteTable } from "../packages/testkit/src/index.ts";
import type { Encoding } from "../packages/testkit/src/index.ts";

const ENCODING: Encoding = { internal: true, fourOctetAs: true, localAsn: 65001 };
/** The best of so many rounds counts: the first ones compile. */
const ROUNDS = 5;

interface Measured {
  readonly what: string;
  readonly routes: number;
  readonly octets: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(
  what: string,
  run: () => Promise<{ routes: number; octets: number }>,
): Promise<Measured> {
  let best: Measured | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    const { routes, octets } = await run();
    const wallMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    if (best === undefined || wallMs < best.wallMs)
      best = { what, routes, octets, wallMs, cpuMs: (user + system) / 1000 };
  }
  if (best === undefined) throw new Error("nothing was measured");
  return best;
}

async function drained(socket: Socket): Promise<void> {
  await once(socket, "drain");
}

/** Reads and drops, in a thread of its own; the port where it listens goes into `port[0]`. */
function sink(port: Int32Array): void {
  const server = createServer((socket) => {
    socket.resume();
    socket.on("end", () => socket.end());
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the sink has no port");
    Atomics.store(port, 0, address.port);
    Atomics.notify(port, 0);
  });
}

async function main(): Promise<void> {
  const [ipv4 = FULL_TABLE.ipv4, ipv6 = FULL_TABLE.ipv6] = process.argv.slice(2).map(Number);
  const results: Measured[] = [];
  results.push(
    await measure("prefixes and groups", async () => {
      const generated = RouteTable.generate({ ipv4, ipv6, seed: 1 });
      return Promise.resolve({ routes: generated.routeCount(), octets: 0 });
    }),
  );
  const routes = RouteTable.generate({ ipv4, ipv6, seed: 1 });
  results.push(
    await measure("encoded UPDATEs", async () => {
      let octets = 0;
      for (const family of routes.families) {
        for (const chunk of routes.updates(family, ENCODING)) octets += chunk.length;
      }
      return Promise.resolve({ routes: routes.routeCount(), octets });
    }),
  );
  const live = new LiveTable(routes, { seed: 1 });
  results.push(
    await measure("changes, encoded", async () => {
      let octets = 0;
      for (let round = 0; round < 100; round += 1) {
        for (const { bytes } of live.change(2000).chunks(ENCODING, new Set(routes.families)))
          octets += bytes.length;
      }
      return Promise.resolve({ routes: 200_000, octets });
    }),
  );
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: shared });
  await Atomics.waitAsync(shared, 0, 0).value;
  const port = Atomics.load(shared, 0);
  results.push(
    await measure("over loopback TCP", async () => {
      const socket = connect({ host: "127.0.0.1", port });
      let octets = 0;
      for (const family of routes.families) {
        for (const chunk of routes.updates(family, ENCODING)) {
          octets += chunk.length;
          if (!socket.write(chunk)) await drained(socket);
        }
      }
      socket.end();
      socket.resume();
      await once(socket, "close");
      return { routes: routes.routeCount(), octets };
    }),
  );
  await worker.terminate();
  process.stdout.write(`${formatCount(ipv4)} IPv4 and ${formatCount(ipv6)} IPv6 routes, best of ${ROUNDS}\n`);
  process.stdout.write(
    table(results, [
      { header: "", value: ({ what }) => what },
      { header: "routes", value: ({ routes: count }) => formatCount(count), align: "right" },
      {
        header: "size",
        value: ({ octets }) => (octets === 0 ? undefined : formatBytes(octets)),
        align: "right",
      },
      { header: "time", value: ({ wallMs }) => `${wallMs.toFixed(0)} ms`, align: "right" },
      { header: "CPU", value: ({ cpuMs }) => `${cpuMs.toFixed(0)} ms`, align: "right" },
      {
        header: "routes/s",
        value: ({ routes: count, wallMs }) => formatRate((count * 1000) / wallMs),
        align: "right",
      },
      {
        header: "a CPU second",
        value: ({ routes: count, cpuMs }) => formatRate((count * 1000) / cpuMs),
        align: "right",
      },
    ]),
  );
}

if (isMainThread) await main();
else if (workerData instanceof Int32Array) sink(workerData);
