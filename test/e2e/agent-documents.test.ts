/** The documented samples of kbgp's status answers and log lines, field by field. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Deployment, hostPort } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { type Daemon, eventually } from "./lib/process.ts";

type Fields = Readonly<Record<string, unknown>>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every documented field is there, with a value of the documented type. */
function assertLike(found: Fields, documented: Fields, where = ""): void {
  for (const [key, sample] of Object.entries(documented)) {
    const value = found[key];
    if (typeof sample === "object" && sample !== null && !Array.isArray(sample)) {
      assert.ok(typeof value === "object" && value !== null, `${where}${key} is missing`);
      assertLike(value as Fields, sample as Fields, `${where}${key}.`);
    } else {
      assert.equal(typeof value, typeof sample, `${where}${key} is ${JSON.stringify(value)}`);
      assert.equal(Array.isArray(value), Array.isArray(sample), `${where}${key}`);
    }
    if (typeof sample === "string" && !Number.isNaN(Date.parse(sample)) && /^\d{4}-/.test(sample)) {
      assert.ok(!Number.isNaN(Date.parse(String(value))), `${where}${key} is no time: ${String(value)}`);
    }
  }
}

describe("the documented samples", () => {
  let net: Deployment;
  let agent: Daemon;
  let six: { readonly host: string; readonly port: number };
  let device: TestDevice;

  before(async () => {
    net = await Deployment.start();
    agent = net.agent({ args: ["--listen", "127.0.0.1:0", "--listen", "[::1]:0"] });
    const { listeners } = await agent.line("its listeners", ({ msg }) => msg === "listening for BGP");
    six = hostPort((listeners as string[]).find((text) => text.startsWith("[")) ?? "");
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    await net.addDevice({ name: "r6", addresses: ["::1"], asn: 65_001 });
    device = await TestDevice.establish({ ...six, session: { localIdentifier: 0x0a000006 } });
  });
  after(async () => {
    device.end();
    await net.stop();
  });

  async function status(path: string): Promise<Fields> {
    const { status: url } = await agent.line("its status", ({ msg }) => msg === "agent is ready");
    const response = await fetch(`${String(url)}${path}`);
    assert.equal(response.status, 200);
    return (await response.json()) as Fields;
  }

  test("/hc and /admin/status have every documented field", async () => {
    assertLike(await status("/hc"), { timestamp: "2023-07-25T17:01:25.409183151Z", status: "ok" });
    const found = await eventually(
      "a heartbeat",
      () => status("/admin/status?pretty"),
      ({ Heartbeats }) =>
        (Heartbeats as Fields)["LastRx"] !== null && (Heartbeats as Fields)["LastTxRTTMs"] !== null,
    );
    assertLike(found, {
      InstanceID: "9ef12a66-47ff-45b5-b56b-23a76941c655",
      ControlStream: {
        Connected: true,
        Since: "2023-07-24T16:37:51.158790049Z",
        DurationMs: 74_925_903,
        MessagesRx: 1311,
      },
      Heartbeats: {
        LastTx: "2023-07-25T13:25:51.159072268Z",
        MsSinceLastTx: 45_902,
        LastTxRTTMs: 0,
        LastRx: "2023-07-25T13:25:51.194488212Z",
        MsSinceLastRx: 45_867,
      },
      ActiveSessions: 1,
      Config: {
        Listeners: ["0.0.0.0:179", "[::]:179"],
        MD5Enabled: true,
        MD5Interface: "any",
        ProxyTarget: "grpc.api.our1.kentik.com:443",
        APIEmail: "alistair+bgpproxy@kentik.com",
        SiteID: 0,
      },
    });
    assert.match(String(found["InstanceID"]), UUID);
    assert.equal((found["Config"] as Fields)["ProxyTarget"], net.relay);
    assert.equal(found["ActiveSessions"], 1);
  });

  test("/admin/sessions and /admin/sessions/ADDRESS have every documented field, for an IPv6 address too", async () => {
    const all = await status("/admin/sessions");
    assert.equal(all["NumSessions"], 1);
    const [session] = all["Sessions"] as Fields[];
    assertLike(session ?? {}, {
      Peer: "10.250.15.2:42875",
      Time: "2023-07-25T14:00:22.696499347Z",
      DurationMs: 16_831,
      Connected: true,
    });
    const details = await status("/admin/sessions/::1?pretty");
    assertLike(details, {
      Peer: "10.250.15.2:44507",
      ConnectedSince: "2023-07-25T16:48:01.132557342Z",
      ConnectedDurationMs: 21_881,
      SessionID: "abc9a042-61b1-4114-8f65-6b4db10d9121",
      ServerMetadata: { "counter-down": ["0"], "counter-up": ["0"], date: ["Tue, 25 Jul 2023 16:48:02 GMT"] },
    });
    assert.match(String(details["Peer"]), /^\[::1\]:\d+$/);
    assert.match(String(details["SessionID"]), UUID);
  });

  test("the line of a data stream has every documented field, and no token", async () => {
    const line = await agent.line("the stream", ({ msg }) => msg === "opening Data stream");
    const metadata = line["client-metadata"] as Record<string, string[]>;
    for (const key of [
      ...["backend-pin", "counter-down", "counter-up", "device-ip", "device-port", "instance", "proto"],
      ...["proxy-ip", "proxy-port", "session-id", "version", "x-ch-auth-email"],
    ]) {
      assert.equal(metadata[key]?.length, 1, `client-metadata ${key}: ${JSON.stringify(metadata)}`);
    }
    assert.equal(String(metadata["x-ch-auth-api-token"]), "[redacted]");
    assert.deepEqual([metadata["proto"], metadata["device-ip"]], [["BGP"], ["::1"]]);
    for (const key of ["device", "local-addr", "module", "peer-addr", "service", "session-id"]) {
      assert.equal(typeof line[key], "string", `${key}: ${JSON.stringify(line)}`);
    }
    assert.match(String(line["device"]), /^\d+:r6-ipv6$/);
    assert.ok(!agent.printed.includes(net.credentials.token));
  });
});
