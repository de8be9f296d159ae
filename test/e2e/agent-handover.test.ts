/** A newer process of the agent takes over from a running one, and no device can tell. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { encodeMessage, parsePrefix } from "@netferry/bgp";
import { Deployment, listenerOf } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { type Daemon, eventually, testDir } from "./lib/process.ts";

const dir = testDir();
after(() => dir.remove());

function update(prefix: string): Uint8Array {
  return encodeMessage({
    type: "update",
    withdrawn: [],
    attributes: [
      { type: "origin", origin: "igp" },
      { type: "as-path", segments: [{ type: "sequence", asns: [65_001] }] },
      { type: "next-hop", address: Uint8Array.of(192, 0, 2, 254) },
      { type: "local-pref", value: 100 },
    ],
    nlri: [{ bytes: parsePrefix(prefix)?.nlri ?? new Uint8Array(0) }],
  });
}

describe("a hand-over", () => {
  let net: Deployment;
  let agent: Daemon;
  let at: { readonly host: string; readonly port: number };
  const next = (port: number, args: readonly string[] = []): Daemon =>
    net.agent({ args: ["--listen", `127.0.0.1:${port}`, "--handover", dir.file("agent"), ...args] });

  before(async () => {
    net = await Deployment.start();
    agent = next(0);
    at = await listenerOf(agent);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
  });

  after(() => net.stop());

  test("keeps sessions, half a message, the deny-list and counters, one process after the other", async () => {
    await net.addDevice({ name: "r1", addresses: ["127.0.3.1"], asn: 65_001 });
    const stranger = await TestDevice.connect({ ...at, localAddress: "127.0.3.99" });
    await eventually("the refusal", () => stranger.closed, Boolean);
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.1" });
    device.announce("198.51.100.0/24");
    const [first] = await eventually(
      "the session",
      () => net.sessions("r1"),
      ([session]) => session?.state === "Established",
    );
    for (let generation = 1; generation <= 3; generation += 1) {
      const message = update(`10.${generation}.0.0/16`);
      device.sendBytes(message.subarray(0, 30));
      const successor = next(at.port);
      // While they change over, the device goes on as ever.
      await successor.line("what it took over", ({ msg }) => msg.startsWith("goes on with the sessions"));
      device.sendBytes(message.subarray(30));
      assert.equal(await agent.exited, 0);
      agent = successor;
      const routes = await eventually(
        "the route",
        () => net.routes("r1"),
        (list) => list.length === 1 + generation && list.every(({ stale }) => !stale),
      );
      assert.ok(routes.some(({ prefix }) => prefix === `10.${generation}.0.0/16`));
    }
    const [session] = await net.sessions("r1");
    assert.equal(session?.id, first?.id);
    assert.equal((await net.device("r1")).flaps, 0);
    assert.equal(device.closed, false);
    assert.ok(!device.received.some(({ type }) => type === "notification" || type === "route-refresh"));
    const status = (await agent.status("/admin/status")) as {
      DeniedDevices: number;
      Counters: { accepted: number; resumed: number };
    };
    assert.equal(status.DeniedDevices, 1);
    assert.deepEqual([status.Counters.accepted, status.Counters.resumed], [1, 3]);
    const metrics = await agent.metrics();
    assert.equal(metrics.get('netferry_agent_denials_total{cause="unknown-device"}'), 1);
    assert.equal(metrics.get('netferry_agent_sessions{state="established"}'), 1);
    // An OPEN, a KEEPALIVE and four UPDATEs.
    const { id } = await net.device("r1");
    const device1 = `device="${id}:r1-ipv4"`;
    assert.equal(metrics.get(`netferry_agent_device_messages_total{${device1},direction="up"}`), 6);
    assert.equal(metrics.get('netferry_agent_messages_total{direction="up"}'), 6);
    assert.equal(metrics.get(`netferry_agent_device_sessions{${device1}}`), 1);
  });

  test("a device that connects meanwhile is served by the successor", async () => {
    await net.addDevice({ name: "r2", addresses: ["127.0.3.2"], asn: 65_001 });
    const successor = next(at.port);
    const devices: TestDevice[] = [];
    for (let tries = 0; tries < 20; tries += 1) {
      devices.push(await TestDevice.establish({ ...at, localAddress: "127.0.3.2" }));
    }
    assert.equal(await agent.exited, 0);
    agent = successor;
    devices.at(-1)?.announce("203.0.113.0/24");
    await eventually(
      "its route",
      () => net.routes("r2"),
      ({ length }) => length === 1,
    );
  });

  test("where the successor can't start, the agent goes on", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const address = taken.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.1" });
    device.announce("198.51.100.0/24");
    const failed = next(at.port, ["--metrics-port", String(port)]);
    assert.equal(await failed.exited, 1);
    taken.close();
    assert.match(failed.printed, /status endpoint .*in use/);
    await agent.line("why", ({ msg }) => msg === "the sessions could not be handed over");
    device.announce("198.51.101.0/24");
    await eventually(
      "the routes",
      () => net.routes("r1"),
      (list) => list.filter(({ stale }) => !stale).length === 2,
    );
    assert.equal(device.closed, false);
    // And another one can.
    const successor = next(at.port);
    await successor.line("what it took over", ({ msg }) => msg.startsWith("goes on with the sessions"));
    assert.equal(await agent.exited, 0);
    agent = successor;
    device.announce("198.51.102.0/24");
    await eventually(
      "the routes",
      () => net.routes("r1"),
      (list) => list.filter(({ stale }) => !stale).length === 3,
    );
    assert.equal(device.closed, false);
  });

  test("a place where no successor can connect is told in one line", async () => {
    const nowhere = net.agent({ args: ["--listen", "127.0.0.1:0", "--handover", dir.file("none/agent")] });
    assert.equal(await nowhere.exited, 1);
    assert.match(nowhere.printed, /^netferry: --handover \S+none\/agent: .*directory does not exist[^()]*$/m);
  });

  test("a stop is a stop: the device is told", async () => {
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.1" });
    assert.equal(await agent.stop(), 0);
    const notification = await device.expect("notification");
    assert.equal(notification.code, 6);
  });
});
