/** An ingest, an agent and simulated routers on loopback, with TLS between them: what the demo and benchmarks run on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperatorError, parseHostPort } from "@netferry/service";
import { z } from "zod";
import { ApiClient } from "../client/api-client.ts";
import { resolveAccess } from "../client/credentials.ts";
import { ownCommand } from "../own-command.ts";
import { Child } from "./child.ts";

const CREDENTIALS_FILE = "credentials.json";

const StatusAnswer = z.looseObject({
  sessions: z.looseObject({ byState: z.record(z.string(), z.number()) }),
  rib: z.looseObject({ routes: z.number(), prefixes: z.number(), attributes: z.number(), bytes: z.number() }),
  pathsPerSecond: z.number(),
});

export type ClusterStatus = z.infer<typeof StatusAnswer>;

export interface ClusterOptions {
  /** How the program is started, with what stands before its arguments; left out, by this very runtime. */
  readonly program?: readonly [command: string, ...args: string[]];
  readonly agentArgs?: readonly string[];
  /** Registered before the agent starts, so that nobody has to tell it of them. */
  readonly devices?: readonly ClusterDevice[];
}

export interface ClusterDevice {
  readonly name: string;
  readonly address: string;
  readonly asn: number;
}

export class Cluster {
  readonly ingest: Child;
  readonly agent: Child;
  /** Where the CLI's client commands find everything. */
  readonly credentialsFile: string;
  /** host:port at which the agent takes devices. */
  readonly bgp: string;
  /** host:port at which ingest takes devices. */
  readonly directBgp: string;
  /** URL of the agent's status endpoint. */
  readonly agentStatus: string;
  /** URL of ingest's HTTP API. */
  readonly ingestHttp: string;
  readonly #dir: string;
  readonly #client: ApiClient;
  readonly #simulations: Child[] = [];

  private constructor(parts: {
    readonly dir: string;
    readonly ingest: Child;
    readonly agent: Child;
    readonly bgp: string;
    readonly directBgp: string;
    readonly agentStatus: string;
    readonly ingestHttp: string;
    readonly client: ApiClient;
  }) {
    this.#dir = parts.dir;
    this.ingest = parts.ingest;
    this.agent = parts.agent;
    this.bgp = parts.bgp;
    this.directBgp = parts.directBgp;
    this.agentStatus = parts.agentStatus;
    this.ingestHttp = parts.ingestHttp;
    this.#client = parts.client;
    this.credentialsFile = join(parts.dir, CREDENTIALS_FILE);
  }

  /** Starts ingest and agent. Rejects with an `OperatorError`, and leaves nothing behind. */
  static async start(signal: AbortSignal, options: ClusterOptions = {}): Promise<Cluster> {
    const { program = ownCommand(), agentArgs = [], devices = [] } = options;
    const dir = mkdtempSync(join(tmpdir(), "netferry-"));
    const started: Child[] = [];
    try {
      const credentialsFile = join(dir, CREDENTIALS_FILE);
      const ingest = netferry("ingest", program, {}, [
        ...["ingest", "--data-dir", join(dir, "data"), "--write-credentials", credentialsFile],
        ...["--relay-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--bgp-listen", "127.0.0.1:0"],
      ]);
      started.push(ingest);
      const ready = ingest.logLine("ingest is ready");
      const first = ingest.logLine("first start: an account was made");
      const { relay, bgp, http } = await ready;
      await first;
      const access = await resolveAccess({ ...NO_OPTIONS, credentials: credentialsFile });
      const client = new ApiClient(access, signal);
      for (const device of devices) await register(client, device);
      const agent = netferry("agent", program, { NETFERRY_TOKEN: access.token }, [
        ...["agent", "--target", String(relay), "--email", access.email, "--listen", "127.0.0.1:0"],
        ...["--ca", join(dir, "data", "tls-cert.pem"), "--metrics-port", "0", ...agentArgs],
      ]);
      started.push(agent);
      const listening = agent.logLine("listening for BGP");
      const connected = agent.logLine("connected to the ingest");
      const agentReady = agent.logLine("agent is ready");
      const { listeners } = await listening;
      await connected;
      const { status } = await agentReady;
      return new Cluster({
        dir,
        ingest,
        agent,
        bgp: firstOf(listeners),
        directBgp: firstOf(bgp),
        agentStatus: String(status),
        ingestHttp: String(http),
        client,
      });
    } catch (error) {
      await Promise.all(started.map((child) => child.stop()));
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  addDevice(device: ClusterDevice): Promise<void> {
    return register(this.#client, device);
  }

  status(): Promise<ClusterStatus> {
    return this.#client.get("/status", StatusAnswer);
  }

  /** Starts simulated routers; `connect` is {@link bgp} or {@link directBgp}. */
  simulate(connect: string, args: readonly string[]): Child {
    parseHostPort(connect);
    const child = netferry("simulate", ownCommand(), {}, ["simulate", "--connect", connect, ...args]);
    this.#simulations.push(child);
    return child;
  }

  /** Resolves when ingest holds so many routes. Rejects where a process ends before, or nothing moves any more. */
  async waitForRoutes(
    routes: number,
    options: { readonly onStatus?: (status: ClusterStatus) => void } = {},
  ): Promise<void> {
    let last = -1;
    let movedAt = performance.now();
    for (;;) {
      const status = await this.status();
      options.onStatus?.(status);
      if (status.rib.routes >= routes) return;
      this.throwIfEnded();
      if (status.rib.routes !== last) {
        last = status.rib.routes;
        movedAt = performance.now();
      } else if (performance.now() - movedAt > STALL_MS) {
        throw new OperatorError(
          `ingest stays at ${status.rib.routes} of ${routes} routes; last of the routers' output: ${this.#simulations.at(-1)?.lastLines.at(-1) ?? "nothing"}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  throwIfEnded(): void {
    for (const child of [this.ingest, this.agent, ...this.#simulations]) {
      if (child.ended !== undefined) {
        throw new OperatorError(`${child.name} ended (${child.ended}): ${child.lastLines.at(-1) ?? ""}`);
      }
    }
  }

  /** Ends the simulated routers. */
  async stopSimulations(): Promise<void> {
    await Promise.all(this.#simulations.splice(0).map((child) => child.stop()));
  }

  /** Ends everything, routers first, and removes what it wrote. */
  async stop(): Promise<void> {
    await this.stopSimulations();
    await this.agent.stop();
    await this.ingest.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const NO_OPTIONS = {
  api: undefined,
  email: undefined,
  token: undefined,
  ca: undefined,
  fingerprint: undefined,
};
const POLL_MS = 50;
/** No new route for so long means that something is stuck. */
const STALL_MS = 30_000;

async function register(client: ApiClient, { name, address, asn }: ClusterDevice): Promise<void> {
  await client.post("/devices", z.unknown(), { name, addresses: [address], asn });
}

function netferry(
  name: string,
  [command, ...before]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Child {
  return new Child({ name, command, args: [...before, ...args], env });
}

function firstOf(addresses: unknown): string {
  return Array.isArray(addresses) ? String(addresses[0]) : "";
}
