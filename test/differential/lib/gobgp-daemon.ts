import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const START_MS = 15_000;
const POLL_MS = 100;

const FAMILIES: readonly string[] = [
  "ipv4-unicast",
  "ipv6-unicast",
  "ipv4-labelled-unicast",
  "ipv6-labelled-unicast",
  "l3vpn-ipv4-unicast",
  "l3vpn-ipv6-unicast",
  "ipv4-flowspec",
  "ipv6-flowspec",
  "l3vpn-ipv4-flowspec",
  "l3vpn-ipv6-flowspec",
  "l2vpn-evpn",
  "ipv4-mup",
  "ipv6-mup",
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

/** A gobgpd on loopback that waits for one internal neighbour. */
export class GobgpDaemon implements AsyncDisposable {
  readonly port: number;
  readonly #apiPort: number;
  readonly #process: ChildProcess;
  readonly #directory: string;

  private constructor(port: number, apiPort: number, child: ChildProcess, directory: string) {
    this.port = port;
    this.#apiPort = apiPort;
    this.#process = child;
    this.#directory = directory;
  }

  static async start(asn: number, neighbor: string): Promise<GobgpDaemon> {
    const [port, apiPort] = [await freePort(), await freePort()];
    const directory = mkdtempSync(join(tmpdir(), "netferry-gobgp-"));
    const file = join(directory, "gobgpd.toml");
    writeFileSync(file, configuration(asn, port, neighbor));
    const argv = ["-f", file, "--api-hosts", `127.0.0.1:${apiPort}`, "--pprof-disable"];
    const child = spawn("gobgpd", argv, { stdio: "ignore" });
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (cause) => {
        reject(new Error("gobgpd does not run; run: scripts/install-interop.sh", { cause }));
      });
    });
    const daemon = new GobgpDaemon(port, apiPort, child, directory);
    await Promise.race([failed, daemon.#answering(neighbor)]);
    return daemon;
  }

  async #answering(neighbor: string): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      try {
        await run("gobgp", ["-p", `${this.#apiPort}`, "neighbor", neighbor]);
        return;
      } catch (error) {
        if (performance.now() > deadline) throw new Error("gobgpd does not answer", { cause: error });
        await new Promise((resolve) => {
          setTimeout(resolve, POLL_MS);
        });
      }
    }
  }

  /** Undefined, or why it takes no such route. */
  async add(words: readonly string[]): Promise<string | undefined> {
    const { stdout } = await run("gobgp", ["-p", `${this.#apiPort}`, "global", "rib", "add", ...words]).catch(
      (error: { stdout?: string; stderr?: string }) => ({
        stdout: `${error.stdout ?? ""}${error.stderr ?? ""}`,
      }),
    );
    return stdout === "" ? undefined : stdout.split("\n")[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => {
      this.#process.once("exit", resolve);
    });
    if (this.#process.exitCode === null && this.#process.kill()) await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function configuration(asn: number, port: number, neighbor: string): string {
  return [
    "[global.config]",
    `as = ${asn}`,
    'router-id = "192.0.2.1"',
    `port = ${port}`,
    'local-address-list = ["127.0.0.1"]',
    "[[neighbors]]",
    "[neighbors.config]",
    `neighbor-address = "${neighbor}"`,
    `peer-as = ${asn}`,
    "[neighbors.transport.config]",
    "passive-mode = true",
    ...FAMILIES.flatMap((family) => [
      "[[neighbors.afi-safis]]",
      "[neighbors.afi-safis.config]",
      `afi-safi-name = "${family}"`,
    ]),
    "",
  ].join("\n");
}
