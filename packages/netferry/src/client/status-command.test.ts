import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { after, before, beforeEach, describe, test } from "node:test";
import { startFakeIngest } from "@netferry/ingest/testing";
import type { FakeIngest } from "@netferry/ingest/testing";
import { z } from "zod";
import { accessTo, run } from "./testing/run.ts";

describe("status of an ingest", () => {
  let ingest: FakeIngest;
  beforeEach(async (context) => {
    ingest = await startFakeIngest();
    if ("after" in context) context.after(() => ingest.close());
  });

  test("is a block for people", async () => {
    const { id } = ingest.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] });
    ingest.announce(id, { prefix: "192.0.2.0/24" }, { prefix: "2001:db8::/32" });
    ingest.agents.push({
      instance: "64bae291-66ea-4910-a2a2-92eb99224a28",
      version: "0.1.0",
      connected: true,
      since: "2026-01-01T00:00:00.000Z",
      remote: "192.0.2.10:40000",
      email: "agent@example.net",
      hostname: "pop1",
      listeners: ["0.0.0.0:179"],
      sessions: 3,
      roundTripMs: 12.5,
    });
    const { code, stdout, stderr } = await run(["status"], { env: accessTo(ingest) });
    assert.deepEqual([code, stderr], [0, ""]);
    for (const line of [
      /^ingest +http:\/\/127\.0\.0\.1:\d+ \(netferry 0\.1\.0, instance [0-9a-f-]+\)$/m,
      /^health +ok$/m,
      /^up +1h 2m, since 2026-01-01T00:00:00\.000Z$/m,
      /^router id +192\.0\.2\.253$/m,
      /^listens +relay 0\.0\.0\.0:443, http 127\.0\.0\.1:8080$/m,
      /^devices +1 \(never-seen 1\)$/m,
      /^sessions +0$/m,
      /^routes +2$/m,
      /^prefixes +2, 2 attribute sets$/m,
      /^memory +100\.0 MiB resident/m,
      /^agents +1 connected$/m,
      /^64bae291-66ea-4910-a2a2-92eb99224a28 +pop1 +0\.1\.0 +192\.0\.2\.10:40000 +any +3 +13 ms +up since 2026/m,
    ]) {
      assert.match(stdout, line);
    }
  });

  test("is JSON for scripts", async () => {
    const { stdout } = await run(["status", "--json"], { env: accessTo(ingest) });
    const { status, agents } = z
      .object({ status: z.looseObject({ version: z.string() }), agents: z.array(z.unknown()) })
      .parse(JSON.parse(stdout));
    assert.equal(status.version, "0.1.0");
    assert.deepEqual(agents, []);
  });

  test("is shown again and again with --watch, also through an absence of the server", async () => {
    const stop = new AbortController();
    const env = accessTo(ingest);
    let texts = 0;
    const watching = run(["status", "--watch", "--interval", "0.2", "--json"], {
      env,
      signal: stop.signal,
      onStdout: (text) => {
        texts = text.split("\n").length - 1;
        if (texts === 2) void ingest.close();
        if (text.includes("connection refused")) stop.abort();
      },
    });
    const { stdout } = await watching;
    const lines = stdout.trimEnd().split("\n");
    assert.ok(texts >= 3);
    assert.match(lines[0] ?? "", /^\{"status":/);
    assert.match(lines.at(-1) ?? "", /^\{"error":"nothing listens at .*connection refused/);
  });
});

describe("status of an agent", () => {
  // The documented samples.
  const answers: Record<string, unknown> = {
    "/hc": { timestamp: "2023-07-25T17:01:25.409183151Z", status: "failing" },
    "/admin/status": {
      InstanceID: "9ef12a66-47ff-45b5-b56b-23a76941c655",
      ControlStream: {
        Connected: true,
        Since: "2023-07-24T16:37:51.158790049Z",
        DurationMs: 74925903,
        MessagesRx: 1311,
      },
      Heartbeats: {
        LastTx: "2023-07-25T13:25:51.159072268Z",
        MsSinceLastTx: 45902,
        LastTxRTTMs: 0,
        LastRx: "2023-07-25T13:25:51.194488212Z",
        MsSinceLastRx: 45867,
      },
      ActiveSessions: 1,
      Config: {
        Listeners: ["0.0.0.0:179", "[::]:179"],
        MD5Enabled: true,
        MD5Interface: "any",
        ProxyTarget: "ingest.example.net:443",
        APIEmail: "agent@example.net",
        SiteID: 0,
      },
    },
    "/admin/sessions": {
      NumSessions: 1,
      Sessions: [
        {
          Peer: "10.250.15.2:42875",
          Time: "2023-07-25T14:00:22.696499347Z",
          DurationMs: 16831,
          Connected: true,
        },
      ],
    },
  };
  const headersSeen: string[] = [];
  const server = createServer((request, response) => {
    headersSeen.push(...Object.keys(request.headers));
    const answer = answers[request.url ?? ""];
    response.writeHead(request.url === "/hc" ? 503 : answer === undefined ? 404 : 200);
    response.end(JSON.stringify(answer ?? {}));
  });
  let url: string;
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  test("shows its health, its ingest and its sessions, and gives it no credentials", async () => {
    const { code, stdout } = await run(["status", "--agent", url], {
      env: { NETFERRY_EMAIL: "operator@example.net", NETFERRY_TOKEN: "secret" },
    });
    assert.equal(code, 1, "it is not well");
    for (const line of [
      /^health +failing at 2023-07-25T17:01:25\.409183151Z$/m,
      /^ingest +ingest\.example\.net:443, connected for 20h 48m$/m,
      /^heartbeats +sent 46s ago, answered 46s ago, round trip 0\.0 ms$/m,
      /^listens +0\.0\.0\.0:179 \[::\]:179$/m,
      /^site +any$/m,
      /^MD5 +enabled$/m,
      /^sessions +1$/m,
      /^10\.250\.15\.2 +- +connected +17s +- +- +-/m,
    ]) {
      assert.match(stdout, line);
    }
    assert.equal(
      headersSeen.some((name) => name.startsWith("x-ch-auth")),
      false,
    );
    const json: unknown = JSON.parse((await run(["status", "--agent", url, "--json"])).stdout);
    assert.deepEqual(json, {
      health: answers["/hc"],
      status: answers["/admin/status"],
      sessions: answers["/admin/sessions"],
    });
  });

  test("tells of MD5 keys, and why signed connection attempts are not seen", async () => {
    const status = answers["/admin/status"] as object;
    const show = async (md5: unknown): Promise<string> => {
      answers["/admin/status"] = { ...status, MD5: md5 };
      const { stdout } = await run(["status", "--agent", url]);
      answers["/admin/status"] = status;
      return stdout;
    };
    assert.match(await show({ Capturing: true, KeysInstalled: 2 }), /^MD5 +enabled, 2 keys in use$/m);
    assert.match(
      await show({ Capturing: false, CaptureError: "eth0 is down", KeysInstalled: 1 }),
      /^MD5 +enabled, 1 key in use; signed SYNs are not seen: eth0 is down$/m,
    );
  });

  test("an address that is no agent's is told so", async () => {
    const ingest = await startFakeIngest();
    const wrong = await run(["status", "--agent", ingest.url]);
    await ingest.close();
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /is no Netferry agent; point --agent at its metrics address/);
    const both = await run(["status", "--agent", url, "--api", url]);
    assert.equal(both.code, 2);
  });
});
