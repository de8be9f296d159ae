/** Many sessions at once: how soon every RIB is correct after an ingest was killed and came back. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { NamespaceHttp } from "../../interop/lib/api.ts";
import { type DeviceJson, NETFERRY } from "../../interop/lib/collector.ts";
import type { Lab } from "../../interop/lib/lab.ts";
import { ensure, eventually } from "../../interop/lib/wait.ts";
import { type Credentials, IngestNode } from "./ingest-node.ts";
import type { Progress } from "./progress.ts";
import type { Found, Scenario } from "./scenario.ts";

const FULL = { sessions: 100, ipv4: 8_000, ipv6: 2_000 };
const QUICK = { sessions: 20, ipv4: 1_600, ipv6: 400 };
const ASN = 65_001;
/** The first of the simulated routers' addresses; the others count up. */
const FIRST_ADDRESS = [10, 99, 1, 1] as const;
const STATUS_PORT = 20_920;
/** How long all tables may take to arrive at first, and to be correct again, in milliseconds. */
const LIMIT_MS = 600_000;
const POLL_MS = 250;
/** Every RIB has to be correct so soon after ingest's return. */
const LIMIT_SECONDS = 10;

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

export const FLEET: Scenario = {
  name: "fleet",
  title: "ingest kill -9 and restart with 100 sessions of 10,000 routes (quick: 20 of 2,000)",
  seconds: () => 600,
  async run(lab, { quick }, progress) {
    const found = await measure(lab, quick ? QUICK : FULL, progress);
    // The bar is set for the full size.
    if (quick || found.seconds === undefined || found.seconds <= LIMIT_SECONDS) return found;
    return { ...found, notes: [...found.notes, `more than ${LIMIT_SECONDS} s`], failed: true };
  },
};

async function measure(
  lab: Lab,
  size: { readonly sessions: number; readonly ipv4: number; readonly ipv6: number },
  progress: Progress,
): Promise<Found> {
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
  progress.step("all tables to arrive");
  await complete(ingest, sessions, ipv4 + ipv6);
  progress.step("a digest of every table");
  const before = await digests(ingest, names);
  const connections = await accepted(status);
  const replayedBefore = await counted(status, "netferry_agent_replayed_bytes_total");

  await ingest.program.kill();
  const startedAt = performance.now();
  ingest.program.start();
  progress.step("ingest to answer again");
  await ingest.ready();
  const readySeconds = (performance.now() - startedAt) / 1000;
  progress.step("every RIB to be complete again");
  await complete(ingest, sessions, ipv4 + ipv6);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await digests(ingest, names);
  const wrong = after.filter((digest, index) => digest !== before[index]).length;
  const flaps = (await accepted(status)) - connections;
  return {
    sessions,
    flaps,
    wrong,
    seconds,
    bytesReplayed: (await counted(status, "netferry_agent_replayed_bytes_total")) - replayedBefore,
    // After a crash all routes are asked for again.
    routesRefreshed: sessions * (ipv4 + ipv6),
    messagesDropped: await counted(status, "netferry_agent_dropped_updates_total"),
    notes: [
      `${sessions} sessions of ${ipv4 + ipv6} routes; ingest's first answer after ${readySeconds.toFixed(1)} s`,
    ],
    failed: false,
  };
}

/** A counter of the agent without labels. */
async function counted(status: NamespaceHttp, name: string): Promise<number> {
  const count = new RegExp(String.raw`^${name}(?:\{[^}]*\})? (\d+)`, "m").exec(
    await status.text("/metrics"),
  )?.[1];
  ensure(count !== undefined, `the agent has no ${name}`);
  return Number(count);
}
