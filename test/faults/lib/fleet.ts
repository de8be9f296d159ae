/** Many sessions at once: how soon every RIB is correct after an ingest was killed and came back. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { NamespaceHttp } from "../../interop/lib/api.ts";
import { type DeviceJson, NETFERRY } from "../../interop/lib/collector.ts";
import { type Lab, withLab } from "../../interop/lib/lab.ts";
import { ensure, eventually } from "../../interop/lib/wait.ts";
import { type Credentials, IngestNode } from "./ingest-node.ts";

export const FLEET_NAME = "fleet";

const FULL = { sessions: 100, ipv4: 8_000, ipv6: 2_000 };
const QUICK = { sessions: 20, ipv4: 1_600, ipv6: 400 };
const ASN = 65_001;
/** The first of the simulated routers' addresses; the others count up. */
const FIRST_ADDRESS = [10, 99, 1, 1] as const;
const STATUS_PORT = 20_920;
/** How long all tables may take to arrive at first, and to be correct again, in milliseconds. */
const LIMIT_MS = 600_000;
const POLL_MS = 250;

export interface FleetResult {
  readonly sessions: number;
  readonly routesEach: number;
  /** From the start of the new process to the moment when the last RIB was live and complete. */
  readonly seconds: number;
  /** From the start of the new process to its first answer. */
  readonly readySeconds: number;
  /** Devices whose routes are not those of before the fault. */
  readonly wrong: number;
  /** Sessions that the agent counts as new since the fault. */
  readonly flaps: number;
  readonly text: string;
}

interface Listed extends DeviceJson {
  name: string;
}

function addressOf(index: number): string {
  const [a, b, c, d] = FIRST_ADDRESS;
  return `${a}.${b}.${c}.${d + index}`;
}

async function devices(ingest: IngestNode): Promise<Listed[]> {
  const answer = (await ingest.api.json("/api/v1/devices?limit=1000")) as { devices: Listed[] };
  return answer.devices;
}

/** A digest of each device's routes, in their own order. */
async function digests(ingest: IngestNode, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const hash = createHash("sha256");
    for (const line of await ingest.api.lines(`/api/v1/devices/${name}/routes`))
      hash.update(JSON.stringify(line));
    found.push(hash.digest("hex"));
  }
  return found;
}

/** Connections that devices have made to the agent. */
async function accepted(status: NamespaceHttp): Promise<number> {
  const text = await status.text("/metrics");
  const count = /netferry_agent_connections_total\{[^}]*outcome="accepted"[^}]*\} (\d+)/.exec(text)?.[1];
  ensure(count !== undefined, "the agent does not count connections");
  return Number(count);
}

/** Waits until all devices are established and have all their routes, none of them stale. */
function complete(ingest: IngestNode, sessions: number, routes: number): Promise<void> {
  return eventually(
    "all RIBs are complete",
    async () => {
      const deadline = performance.now() + LIMIT_MS;
      for (;;) {
        const listed = await devices(ingest);
        const ready = listed.filter(
          (device) =>
            device.state === "established" &&
            (device.staleRoutes ?? 0) === 0 &&
            Object.values(device.routes).reduce((sum, count) => sum + count, 0) === routes,
        ).length;
        if (ready === sessions) return;
        ensure(performance.now() < deadline, `${ready} of ${sessions} devices are complete`);
        await sleep(POLL_MS);
      }
    },
    LIMIT_MS,
  );
}

export async function fleetRow(quick: boolean): Promise<FleetResult> {
  let result: FleetResult | undefined;
  await withLab("b", async (lab) => {
    result = await measure(lab, quick ? QUICK : FULL);
  });
  ensure(result !== undefined, "the measurement gave no result");
  return result;
}

async function measure(
  lab: Lab,
  size: { readonly sessions: number; readonly ipv4: number; readonly ipv6: number },
): Promise<FleetResult> {
  const { sessions, ipv4, ipv6 } = size;
  const [core, site, fleet] = [
    await lab.namespace("core"),
    await lab.namespace("site"),
    await lab.namespace("fleet"),
  ];
  await lab.link({ namespace: core, ipv4: "10.98.0.1/30" }, { namespace: site, ipv4: "10.98.0.2/30" });
  const link = await lab.link(
    { namespace: site, ipv4: "10.99.0.1/16" },
    { namespace: fleet, ipv4: "10.99.0.2/16" },
  );
  const addresses = Array.from({ length: sessions }, (_, index) => addressOf(index));
  await fleet.run(["ip", "-batch", "-"], {
    input: `${addresses.map((address) => `address add ${address}/16 dev ${link}`).join("\n")}\n`,
  });

  const credentialsFile = join(core.directory, "credentials.json");
  const ingest = new IngestNode({
    name: "ingest",
    namespace: core,
    dataDir: join(core.directory, "data"),
    relay: "10.98.0.1:8443",
    httpPort: 8080,
    credentialsFile,
    env: {},
  });
  ingest.program.start();
  const credentials = await eventually(
    "ingest's first start",
    () => JSON.parse(readFileSync(credentialsFile, "utf8")) as Credentials,
  );
  ingest.openApi(credentials);
  await ingest.ready();
  const names = addresses.map((_, index) => `router-${index}`);
  for (const [index, name] of names.entries()) {
    await ingest.api.post("/api/v1/devices", {
      type: "peer",
      name,
      asn: ASN,
      addresses: [addressOf(index)],
      holdTime: 90,
    });
  }
  site.start(
    "agent",
    [NETFERRY, "agent", "--target", "10.98.0.1:8443", "--ca", credentials.ca, "--email"].concat(
      [credentials.email, "--listen", "0.0.0.0:179", "--metrics-addr", "127.0.0.1"],
      ["--metrics-port", String(STATUS_PORT)],
    ),
    { NETFERRY_TOKEN: credentials.token },
  );
  const status = new NamespaceHttp(site, "agent-status", STATUS_PORT);
  await status.ready("/hc");
  fleet.start(
    "simulate",
    [NETFERRY, "simulate", "--connect", "10.99.0.1:179", "--asn", String(ASN)].concat(
      ["--local-address", addressOf(0), "--sessions", String(sessions)],
      ["--count", String(ipv4), "--count-v6", String(ipv6)],
    ),
  );
  await complete(ingest, sessions, ipv4 + ipv6);
  const before = await digests(ingest, names);
  const connections = await accepted(status);

  await ingest.program.kill();
  const startedAt = performance.now();
  ingest.program.start();
  await ingest.ready();
  const readySeconds = (performance.now() - startedAt) / 1000;
  await complete(ingest, sessions, ipv4 + ipv6);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await digests(ingest, names);
  const wrong = after.filter((digest, index) => digest !== before[index]).length;
  const flaps = (await accepted(status)) - connections;
  return {
    sessions,
    routesEach: ipv4 + ipv6,
    seconds,
    readySeconds,
    wrong,
    flaps,
    text: [
      `${FLEET_NAME}: ${sessions} sessions of ${ipv4 + ipv6} routes, ingest kill -9 and restart:`,
      `every RIB correct ${seconds.toFixed(1)} s after the start (first answer after ${readySeconds.toFixed(1)} s),`,
      `${flaps} flaps, ${wrong} RIBs wrong`,
    ].join(" "),
  };
}
