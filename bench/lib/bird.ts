/** BIRD as the peer of a benchmark: a passive speaker on loopback that takes the same sessions and tables. */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { processUse, type ProcessUse } from "../../packages/netferry/src/demo/child.ts";

const BIRD = "/usr/sbin/bird";
const run = promisify(execFile);

/** Whether BIRD 2 is there; scripts/install-interop.sh installs it on Debian. */
export function hasBird(): boolean {
  return existsSync(BIRD);
}

export interface Bird {
  /** host:port for routers. */
  readonly bgp: string;
  /** Routes in both tables. */
  readonly routes: () => Promise<number>;
  readonly pid: number;
  readonly use: () => ProcessUse | undefined;
  readonly version: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

export async function startBird(asn: number): Promise<Bird> {
  const dir = mkdtempSync(join(tmpdir(), "netferry-bird-"));
  const port = await freePort();
  const config = join(dir, "bird.conf");
  const socket = join(dir, "bird.ctl");
  writeFileSync(
    config,
    `router id 127.0.0.1;
log "${join(dir, "bird.log")}" { error, fatal, bug };
protocol device {}
protocol bgp routers {
  local 127.0.0.1 port ${port} as ${asn};
  neighbor range 127.0.0.0/8 as ${asn};
  passive; multihop;
  ipv4 { import all; export none; };
  ipv6 { import all; export none; };
}
`,
  );
  const child = spawn(BIRD, ["-f", "-c", config, "-s", socket], { stdio: "ignore" });
  // It would not notice that this process is gone.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ask = async (...words: string[]) =>
    (await run("/usr/sbin/birdc", ["-r", "-s", socket, ...words])).stdout;
  for (let tries = 0; !existsSync(socket) && tries < 100; tries += 1) await pause(50);
  return {
    bgp: `127.0.0.1:${port}`,
    async routes() {
      const text = await ask("show", "route", "count");
      return [...text.matchAll(/(\d+) of \d+ routes for \d+ networks in table/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    },
    pid: child.pid ?? 0,
    use: () => processUse(child.pid ?? 0),
    version: async () => /BIRD (\S+)/.exec(await ask("show", "status"))?.[1] ?? "",
    async stop() {
      kill();
      await exited;
      process.off("exit", kill);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
