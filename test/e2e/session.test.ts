/** A device's session through agent, TLS and ingest, as the device and the operator see it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { endOfRib, IPV4_UNICAST } from "@netferry/bgp";
import { Deployment, hostPort, listenerOf } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { type Daemon, eventually, netferry } from "./lib/process.ts";

describe("a relayed session", () => {
  let net: Deployment;
  let agent: Daemon;
  let at: { readonly host: string; readonly port: number };

  before(async () => {
    net = await Deployment.start();
    agent = net.agent({ args: ["--listen", "127.0.0.1:0", "--listen", "[::1]:0"] });
    at = await listenerOf(agent);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
  });

  after(() => net.stop());

  test("routes come, change and go, with their attributes", async () => {
    await net.addDevice({ name: "r1", addresses: ["127.0.2.1"], asn: 65_001 });
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.2.1" });
    device.announce("198.51.100.0/24", [64_500, 64_501], [65_001 * 65_536 + 7]);
    device.announce("0.0.0.0/0");
    const routes = await eventually(
      "both routes",
      () => net.routes("r1"),
      ({ length }) => length === 2,
    );
    assert.deepEqual(
      routes.map((route) => [route.prefix, route.asPathText, route.nextHops, route.communities]),
      [
        ["0.0.0.0/0", "", ["192.0.2.254"], undefined],
        ["198.51.100.0/24", "64500 64501", ["192.0.2.254"], ["65001:7"]],
      ],
    );
    const [match] = await net.routes("r1", "?address=198.51.100.77");
    assert.equal(match?.prefix, "198.51.100.0/24");
    device.withdraw("198.51.100.0/24");
    await eventually(
      "the withdrawal",
      () => net.routes("r1"),
      ({ length }) => length === 1,
    );
    assert.equal((await net.routes("r1", "?address=198.51.100.77"))[0]?.prefix, "0.0.0.0/0");
    const [session] = await net.sessions("r1");
    assert.equal(session?.via, "relay");
    device.end();
    const gone = await eventually(
      "the end",
      () => net.device("r1"),
      ({ state }) => state === "down",
    );
    assert.match(gone.lastDown?.reason ?? "", /peer closed the connection/);
    const [kept] = await net.routes("r1");
    assert.deepEqual([kept?.prefix, kept?.stale], ["0.0.0.0/0", true]);
  });

  test("a shutdown message is shown as the device wrote it (RFC 9003)", async () => {
    await net.addDevice({ name: "r2", addresses: ["127.0.2.2"], asn: 65_001 });
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.2.2" });
    const text = new TextEncoder().encode("maintenance window 7");
    device.send({ type: "notification", code: 6, subcode: 2, data: Uint8Array.of(text.length, ...text) });
    device.end();
    const gone = await eventually(
      "the end",
      () => net.device("r2"),
      ({ state }) => state === "down",
    );
    assert.match(gone.lastDown?.reason ?? "", /Administrative Shutdown: "maintenance window 7"/);
  });

  test("an IPv6 session goes over an IPv4 relay", async () => {
    await net.addDevice({ name: "r6", addresses: ["::1"], asn: 65_001 });
    const listeners = (await agent.line("its listeners", ({ msg }) => msg === "listening for BGP"))[
      "listeners"
    ];
    const six = hostPort((listeners as string[]).find((text) => text.startsWith("[")) ?? "");
    const device = await TestDevice.establish({ ...six, session: { localIdentifier: 0x0a000006 } });
    device.announce("198.51.100.0/24");
    await eventually(
      "the route",
      () => net.routes("r6"),
      ({ length }) => length === 1,
    );
    assert.equal((await net.sessions("r6"))[0]?.via, "relay");
    assert.match(net.relay, /^127\.0\.0\.1:/);
    device.reset();
    await eventually(
      "the end",
      () => net.device("r6"),
      ({ state }) => state === "down",
    );
  });

  test("a device that dials ingest itself gets the same", async () => {
    await net.addDevice({ name: "direct", addresses: ["127.0.2.3"], asn: 65_003, localAsn: 65_100 });
    const device = await TestDevice.establish({
      ...hostPort(net.bgp),
      localAddress: "127.0.2.3",
      asn: 65_003,
    });
    const open = await device.expect("open");
    assert.equal(open.myAs, 65_100);
    device.announce("198.51.100.0/24", [65_003]);
    await eventually(
      "the route",
      () => net.routes("direct"),
      ({ length }) => length === 1,
    );
    assert.equal((await net.sessions("direct"))[0]?.via, "direct");
    device.end();
    await eventually(
      "the end",
      () => net.device("direct"),
      ({ state }) => state === "down",
    );
  });

  test("a device that dials again replaces its old session", async () => {
    await net.addDevice({ name: "twice", addresses: ["127.0.2.4"], asn: 65_001 });
    const first = await TestDevice.establish({ ...at, localAddress: "127.0.2.4" });
    first.announce("198.51.100.0/24");
    await eventually(
      "the route",
      () => net.routes("twice"),
      ({ length }) => length === 1,
    );
    const second = await TestDevice.establish({ ...at, localAddress: "127.0.2.4" });
    await eventually("the old one's end", () => first.closed, Boolean);
    second.announce("203.0.113.0/24");
    const routes = await eventually(
      "the new route",
      () => net.routes("twice"),
      (list) => list.some(({ prefix, stale }) => prefix === "203.0.113.0/24" && !stale),
    );
    assert.deepEqual(
      routes.map(({ prefix, stale }) => [prefix, stale]),
      [
        ["198.51.100.0/24", true],
        ["203.0.113.0/24", false],
      ],
    );
    second.send(endOfRib(IPV4_UNICAST));
    await eventually(
      "the old one's route to go",
      () => net.routes("twice"),
      ({ length }) => length === 1,
    );
    second.end();
  });

  test("a change of the registry ends the sessions that it concerns, and only those", async () => {
    await net.addDevice({ name: "changed", addresses: ["127.0.2.5"], asn: 65_001 });
    await net.addDevice({ name: "kept", addresses: ["127.0.2.6"], asn: 65_001 });
    const changed = await TestDevice.establish({ ...at, localAddress: "127.0.2.5" });
    const kept = await TestDevice.establish({ ...at, localAddress: "127.0.2.6" });
    await net.api("/devices/changed", { method: "PATCH", body: { holdTime: 30 } });
    assert.deepEqual(
      [(await changed.expect("notification")).code, (await changed.expect("notification")).subcode],
      [6, 6],
    );
    await net.api("/devices/kept", { method: "PATCH", body: { name: "renamed" } });
    await eventually(
      "the renamed device, undisturbed",
      () => net.device("renamed"),
      ({ state, flaps }) => state === "established" && flaps === 0,
    );
    await net.api("/devices/renamed", { method: "DELETE" });
    assert.equal((await kept.expect("notification")).subcode, 3);
  });

  test("the documented status endpoints tell of the session", async () => {
    await net.addDevice({ name: "shown", addresses: ["127.0.2.7"], asn: 65_001 });
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.2.7" });
    const status = String((await agent.line("its status", ({ msg }) => msg === "agent is ready"))["status"]);
    const get = async (path: string) =>
      (await (await fetch(`${status}${path}`)).json()) as Record<string, unknown>;
    assert.equal((await get("/hc"))["status"], "ok");
    const all = await get("/admin/status?pretty");
    assert.deepEqual(Object.keys(all).slice(0, 2), ["InstanceID", "Version"]);
    assert.equal((all["ControlStream"] as Record<string, unknown>)["Connected"], true);
    const sessions = (await get("/admin/sessions"))["Sessions"] as Record<string, unknown>[];
    const mine = sessions.find(({ Peer }) => String(Peer).startsWith("127.0.2.7:"));
    assert.deepEqual(Object.keys(mine ?? {}).slice(0, 5), [
      ...["Peer", "Device", "Time", "DurationMs", "Connected"],
    ]);
    assert.deepEqual([mine?.["Connected"], mine?.["State"], mine?.["ASN"]], [true, "established", 65_001]);
    assert.equal(mine?.["Ingest"], net.relay);
    const details = await get("/admin/sessions/127.0.2.7");
    assert.match(String(details["SessionID"]), /^[0-9a-f-]{36}$/);
    const metadata = details["ServerMetadata"] as Record<string, string[]>;
    assert.deepEqual(metadata["counter-up"], ["0"]);
    assert.deepEqual(metadata["session-id"], [details["SessionID"]]);
    // What the verdict asked to echo, and the pin that leads streams to the ingest of the control stream.
    const opening = await agent.line(
      "the data stream",
      (line) => line.msg === "opening Data stream" && line["session-id"] === details["SessionID"],
    );
    const sent = opening["client-metadata"] as Record<string, string[]>;
    assert.deepEqual(sent["device-id"], [String((await net.device("shown")).id)]);
    assert.match(String(sent["backend-pin"]), /^[0-9a-f]{8}$/);
    assert.equal((await fetch(`${status}/admin/sessions/127.9.9.9`)).status, 404);
    assert.match(
      await (await fetch(`${status}/metrics`)).text(),
      /netferry_agent_sessions\{state="established"\} \d/,
    );
    device.end();
  });

  test("the commands show it: tables for people, JSON lines for scripts", async () => {
    await net.addDevice({ name: "cli", addresses: ["127.0.2.8"], asn: 65_001 });
    const device = await TestDevice.establish({ ...at, localAddress: "127.0.2.8" });
    for (let i = 0; i < 5; i += 1) device.announce(`203.0.${i}.0/24`, [64_500 + i]);
    await eventually(
      "the routes",
      () => net.routes("cli"),
      ({ length }) => length === 5,
    );
    const flags = ["--credentials", net.credentialsFile];
    const lines = await netferry(["routes", "--device", "cli", "--json", ...flags]);
    assert.equal(lines.code, 0);
    const prefixes = lines.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { prefix: string }).prefix);
    assert.deepEqual(prefixes, [
      "203.0.0.0/24",
      "203.0.1.0/24",
      "203.0.2.0/24",
      "203.0.3.0/24",
      "203.0.4.0/24",
    ]);
    const match = await netferry(["routes", "--device", "cli", "203.0.3.9", ...flags]);
    assert.match(match.stdout, /203\.0\.3\.0\/24.*64503/);
    const none = await netferry(["routes", "--device", "cli", "198.51.100.1", ...flags]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no route to 198\.51\.100\.1/);
    const status = await netferry(["status", ...flags]);
    assert.match(status.stdout, /sessions +\d/);
    device.end();
  });
});

describe("the relay", () => {
  test("keeps a session over a restart of its agent's stream, byte by byte", async () => {
    const net = await Deployment.start();
    try {
      await net.addDevice({ name: "r1", addresses: ["127.0.3.1"], asn: 65_001 });
      const agent = net.agent();
      const at = await listenerOf(agent);
      await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
      const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.1" });
      device.announce("198.51.100.0/24");
      await eventually(
        "the route",
        () => net.routes("r1"),
        ({ length }) => length === 1,
      );
      // A frozen ingest does not answer HTTP/2 pings: the agent gives the connection up and attaches anew.
      net.ingest.signal("SIGSTOP");
      device.announce("203.0.113.0/24");
      await agent.line("the loss", ({ msg }) => msg.startsWith("data stream ended"));
      device.announce("192.0.2.0/24");
      net.ingest.signal("SIGCONT");
      await eventually(
        "all three routes",
        () => net.routes("r1"),
        ({ length }) => length === 3,
      );
      assert.equal((await net.device("r1")).flaps, 0);
      assert.equal(device.closed, false);
      await agent.line("the resumption", ({ msg }) => msg === "session goes on at the ingest");
      device.end();
    } finally {
      await net.stop();
    }
  });

  test("calls the routes of a session stale when its agent is away", async () => {
    const net = await Deployment.start();
    try {
      await net.addDevice({ name: "r1", addresses: ["127.0.3.1"], asn: 65_001 });
      const agent = net.agent();
      const at = await listenerOf(agent);
      await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
      const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.1" });
      device.announce("198.51.100.0/24");
      await eventually(
        "the route, live",
        () => net.routes("r1"),
        ([route]) => route?.stale === false,
      );
      await agent.kill();
      const [route] = await eventually(
        "the route, stale",
        () => net.routes("r1"),
        ([first]) => first?.stale === true,
      );
      assert.equal(route?.staleCause, "agent-away");
      const { stale, staleRoutes } = await net.device("r1");
      assert.equal(staleRoutes, 1);
      assert.equal(stale?.["ipv4-unicast"]?.cause, "agent-away");
    } finally {
      await net.stop();
    }
  });

  test("keeps a session over the death of its ingest: the next one takes it over and asks for the routes", async () => {
    const net = await Deployment.start();
    try {
      await net.addDevice({ name: "r1", addresses: ["127.0.3.2"], asn: 65_001 });
      const agent = net.agent();
      const at = await listenerOf(agent);
      await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
      const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.2" });
      for (let i = 0; i < 20; i += 1) device.announce(`198.51.${i}.0/24`, [64_500 + i]);
      await eventually(
        "the routes",
        () => net.routes("r1"),
        ({ length }) => length === 20,
      );
      await net.ingest.kill();
      device.withdraw("198.51.0.0/24");
      device.announce("203.0.113.0/24");
      const again = net.restartIngest(net.credentials.api);
      await again.line("that it is ready", ({ msg }) => msg === "ingest is ready");
      await agent.line("the takeover", (line) => line["mode"] === "taken-over");
      const routes = await eventually(
        "the routes, live",
        () => net.routes("r1"),
        (list) => list.length === 20 && list.every(({ stale }) => !stale),
      );
      assert.ok(routes.some(({ prefix }) => prefix === "203.0.113.0/24"));
      assert.ok(!routes.some(({ prefix }) => prefix === "198.51.0.0/24"));
      assert.equal(device.closed, false);
      assert.ok(!device.received.some(({ type }) => type === "notification"));
      device.end();
    } finally {
      await net.stop();
    }
  });

  test("goes on where it was when its ingest is stopped and started, again and again", async () => {
    const net = await Deployment.start();
    try {
      await net.addDevice({ name: "r1", addresses: ["127.0.3.5"], asn: 65_001 });
      const agent = net.agent();
      const at = await listenerOf(agent);
      await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
      const device = await TestDevice.establish({ ...at, localAddress: "127.0.3.5" });
      let ingest = net.ingest;
      for (let round = 0; round < 3; round += 1) {
        device.announce(`198.51.${round}.0/24`, [64_500 + round]);
        await eventually(
          "the routes",
          () => net.routes("r1"),
          (list) => list.length === 2 * round + 1 && list.every(({ stale }) => !stale),
        );
        assert.equal(await ingest.stop(), 0);
        device.announce(`203.0.${round}.0/24`, [64_600 + round]);
        ingest = net.restartIngest(net.credentials.api);
        await ingest.line("the snapshot", ({ msg }) => msg.startsWith("snapshot loaded"));
        await ingest.line(
          "the session",
          ({ msg }) => msg === "session goes on where it was before the restart",
        );
        const routes = await eventually(
          "the routes, live",
          () => net.routes("r1"),
          (list) => list.length === 2 * round + 2 && list.every(({ stale }) => !stale),
        );
        assert.ok(routes.some(({ prefix }) => prefix === `203.0.${round}.0/24`));
      }
      // Nothing had to be asked for again, and the device has seen nothing but KEEPALIVEs.
      const types = new Set(device.received.map(({ type }) => type));
      assert.deepEqual([...types].sort(), ["keepalive", "open"]);
      assert.equal(device.closed, false);
      device.end();
    } finally {
      await net.stop();
    }
  });

  test("restarts the session of a device that can't be asked again, once and with the reason", async () => {
    const net = await Deployment.start();
    try {
      await net.addDevice({ name: "r1", addresses: ["127.0.3.3"], asn: 65_001 });
      const agent = net.agent();
      const at = await listenerOf(agent);
      await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
      const old = { ...at, localAddress: "127.0.3.3", session: { routeRefresh: false } };
      const device = await TestDevice.establish(old);
      await eventually(
        "the session",
        () => net.device("r1"),
        ({ state }) => state === "established",
      );
      await net.ingest.kill();
      const again = net.restartIngest(net.credentials.api);
      await again.line("that it is ready", ({ msg }) => msg === "ingest is ready");
      const { code, subcode, data } = await device.expect("notification");
      assert.deepEqual([code, subcode], [6, 4]);
      assert.match(new TextDecoder().decode(data.subarray(1)), /routes are needed again/);
      await again.line("the reason", ({ msg }) => msg.includes("no route refresh"));
      const back = await TestDevice.establish(old);
      await eventually(
        "the session",
        () => net.device("r1"),
        ({ state }) => state === "established",
      );
      back.end();
    } finally {
      await net.stop();
    }
  });

  test("lets two agents bring one device: one counts, the other stands by and takes over without a gap", async () => {
    const net = await Deployment.start();
    try {
      await net.addDevice({ name: "r1", addresses: ["127.0.3.4"], asn: 65_001 });
      const agents = [net.agent(), net.agent()];
      const devices: TestDevice[] = [];
      for (const agent of agents) {
        await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
        const device = await TestDevice.establish({
          ...(await listenerOf(agent)),
          localAddress: "127.0.3.4",
        });
        device.announce("198.51.100.0/24", [64_500 + devices.length]);
        devices.push(device);
        await eventually(
          "its session",
          () => net.sessions("r1"),
          (list) => list.filter(({ state }) => state === "Established").length === devices.length,
        );
      }
      await eventually(
        "the first one's route",
        () => net.routes("r1"),
        ([route]) => route?.asPathText === "64500",
      );
      assert.equal((await net.sessions("r1")).filter(({ standby }) => standby).length, 1);
      devices[0]?.end();
      await eventually(
        "the end of the first",
        () => net.sessions("r1"),
        ({ length }) => length === 1,
      );
      const [route] = await net.routes("r1");
      assert.deepEqual([route?.asPathText, route?.stale], ["64501", false]);
      assert.equal(devices[1]?.closed, false);
      devices[1]?.end();
    } finally {
      await net.stop();
    }
  });
});
