/** Whatever is wrong shows as one clear line, is counted, and disturbs nothing else. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { after, before, describe, test } from "node:test";
import { selfSignedCertificate } from "@netferry/service";
import { Deployment, hostPort, listenerOf } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { Forwarder } from "./lib/forwarder.ts";
import { type Daemon, eventually, netferry, testDir } from "./lib/process.ts";

describe("wrong things", () => {
  let net: Deployment;
  let agent: Daemon;
  let at: { readonly host: string; readonly port: number };
  let good: TestDevice;

  before(async () => {
    net = await Deployment.start();
    await net.addDevice({ name: "good", addresses: ["127.0.1.1"], asn: 65_001 });
    await net.addDevice({ name: "other-as", addresses: ["127.0.1.2"], asn: 65_002 });
    agent = net.agent();
    at = await listenerOf(agent);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    good = await TestDevice.establish({ ...at, localAddress: "127.0.1.1" });
    good.announce("203.0.113.0/24", [64_500]);
    await eventually(
      "the good device's route",
      () => net.routes("good"),
      (routes) => routes.length === 1,
    );
  });

  after(async () => {
    // Through all of it, the good device has noticed nothing.
    assert.equal(good.closed, false);
    assert.equal((await net.device("good")).flaps, 0);
    assert.equal((await net.routes("good")).length, 1);
    for (const token of [net.credentials.token, "wrong-token"]) {
      assert.ok(!agent.printed.includes(token), "the agent printed a token");
      assert.ok(!net.ingest.printed.includes(token), "the ingest printed a token");
    }
    good.end();
    await net.stop();
  });

  test("an unknown device is turned away, logged once with the remedy, and let in when it is registered", async () => {
    for (let i = 0; i < 3; i += 1) {
      const device = await TestDevice.connect({ ...at, localAddress: "127.0.1.9" });
      await eventually("its end", () => device.closed, Boolean);
    }
    const line = await agent.line("the denial", ({ msg }) => msg.startsWith("Deny-listed"));
    assert.equal(line["device_ip"], "127.0.1.9");
    assert.equal(line["ttl_seconds"], 1200);
    assert.match(
      String(line["reason"]),
      /no device has the address 127\.0\.1\.9; register it: netferry device add/,
    );
    assert.equal(agent.log.filter(({ msg }) => msg.startsWith("Deny-listed")).length, 1);
    await net.addDevice({ name: "late", addresses: ["127.0.1.9"], asn: 65_009 });
    await eventually(
      "the session of the device that is known now",
      async () => {
        const device = await TestDevice.connect({ ...at, localAddress: "127.0.1.9", asn: 65_009 });
        device.sendOpen();
        await eventually("an answer", () => device.closed || device.received.length > 0, Boolean);
        device.end();
        return device.received.length;
      },
      (received) => received > 0,
    );
  });

  test("a device that is registered while its agent is cut off is let in when the agent is back", async () => {
    const way = await Forwarder.to(net.relay);
    const cutOff = net.agent({ target: way.address });
    const there = await listenerOf(cutOff);
    const back = "connected to the ingest";
    await cutOff.line("the ingest", ({ msg }) => msg === back);
    const dial = () => TestDevice.connect({ ...there, localAddress: "127.0.1.10", asn: 65_010 });
    const denied = await dial();
    await eventually("its end", () => denied.closed, Boolean);
    way.cut();
    await cutOff.line("the loss", ({ msg }) => msg.includes("lost the ingest"));
    await net.addDevice({ name: "missed", addresses: ["127.0.1.10"], asn: 65_010 });
    way.mend();
    await eventually(
      "its return",
      () => cutOff.log.filter(({ msg }) => msg === back).length,
      (times) => times === 2,
    );
    const device = await dial();
    device.sendOpen();
    await device.expect("open");
    device.end();
    assert.equal(await cutOff.stop(), 0);
    way.close();
  });

  test("a wrong AS number is answered by a NOTIFICATION, and shown with both numbers", async () => {
    const device = await TestDevice.connect({ ...at, localAddress: "127.0.1.2", asn: 65_001 });
    device.sendOpen();
    const notification = await device.expect("notification");
    assert.deepEqual([notification.code, notification.subcode], [2, 2]);
    const shown = await eventually(
      "the error",
      () => net.device("other-as"),
      ({ lastError }) => lastError !== undefined,
    );
    assert.equal(shown.state, "misconfigured");
    assert.match(shown.lastError ?? "", /65001.*65002|65002.*65001/);
    const line = await net.ingest.line(
      "the wrong AS",
      (each) => each["device"] === "other-as" && /65001/.test(String(each["reason"])),
    );
    assert.equal(line.level, "warn");
    assert.match(line.msg, /netferry device set other-as --asn/);
  });

  test("garbage on the BGP port ends that connection with a NOTIFICATION, and is told and counted", async () => {
    const device = await TestDevice.connect({ ...at, localAddress: "127.0.1.2" });
    device.sendBytes(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: router\r\n\r\n"));
    const notification = await device.expect("notification");
    assert.equal(notification.code, 1);
    await eventually("its end", () => device.closed, Boolean);
    const line = await agent.line("the garbage", ({ msg }) => msg.includes("no BGP"));
    assert.match(String(line["error"]), /marker/);
    await eventually(
      "the reason at the ingest",
      () => net.device("other-as"),
      ({ lastError }) => lastError?.includes("no BGP") === true,
    );
  });

  test("garbage on ingest's own BGP port likewise", async () => {
    const device = await TestDevice.connect({ ...hostPort(net.bgp), localAddress: "127.0.1.2" });
    device.sendBytes(new Uint8Array(64));
    assert.equal((await device.expect("notification")).code, 1);
    await eventually("its end", () => device.closed, Boolean);
  });

  test("a wrong token is refused, and the agent says which flags to look at", async () => {
    const other = net.agent({ token: "wrong-token" });
    const line = await other.line("the refusal", ({ msg }) => msg.includes("credentials"));
    assert.match(line.msg, /refused the credentials of .*; check --email and --token/);
    await net.ingest.line("the refusal", ({ msg }) => msg.includes("credentials are wrong"));
    assert.equal(await other.stop(), 0);
  });

  test("an untrusted certificate is named, with how to trust it", async () => {
    const other = net.agent({ trust: [] });
    const line = await other.line("the distrust", ({ msg }) => msg.includes("not trusted"));
    assert.match(line.msg, /--ca or its fingerprint with --fingerprint/);
    await other.stop();
  });

  test("a fingerprint is trusted when it is the ingest's, and refused with both when not", async () => {
    const right = net.agent({ trust: ["--fingerprint", net.credentials.fingerprint] });
    await right.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    await right.stop();
    const wrong = net.agent({ trust: ["--fingerprint", "00".repeat(32)] });
    const line = await wrong.line("the mismatch", ({ msg }) => msg.includes("fingerprint"));
    assert.ok(line.msg.includes(net.credentials.fingerprint));
    await wrong.stop();
  });

  test("something that is no ingest is called that", async () => {
    const http = createServer((_request, response) => response.end("hello"));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const certificate = await selfSignedCertificate({ commonName: "x", addresses: ["127.0.0.1"] });
    const tls = createTlsServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket) =>
      socket.end(),
    );
    await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const nobody = targetOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    try {
      for (const [target, trust, expected] of [
        [targetOf(http), ["--ca", net.credentials.ca], /does not speak TLS: it is no Netferry ingest/],
        [targetOf(tls), ["--fingerprint", certificate.fingerprint256], /no Netferry ingest/],
        [
          nobody,
          ["--ca", net.credentials.ca],
          /refuses connections: no ingest listens there; check --target/,
        ],
      ] as const) {
        const other = net.agent({ target, trust });
        const line = await other.line("what is wrong", ({ msg }) => msg.startsWith("control stream:"));
        assert.match(line.msg, expected);
        await other.stop();
      }
    } finally {
      http.close();
      tls.close();
    }
  });

  test("two devices with one address and no site are refused, and the error names the way out", async () => {
    const flags = ["--credentials", net.credentialsFile];
    const added = await netferry([
      "device",
      "add",
      "twin",
      "--address",
      "127.0.1.1",
      "--asn",
      "65001",
      ...flags,
    ]);
    assert.equal(added.code, 1);
    assert.match(added.stderr, /127\.0\.1\.1.*good.*site/);
  });

  test("one address in two sites is ambiguous for an agent without a site, and clear for one with", async () => {
    await net.api("/sites", { method: "POST", body: { name: "east" } });
    const { id: west } = (await net.api("/sites", { method: "POST", body: { name: "west" } })) as {
      id: number;
    };
    await net.addDevice({ name: "r-east", addresses: ["127.0.1.20"], asn: 65_020, site: "east" });
    await net.addDevice({ name: "r-west", addresses: ["127.0.1.20"], asn: 65_020, site: "west" });
    const lost = await TestDevice.connect({ ...at, localAddress: "127.0.1.20", asn: 65_020 });
    await eventually("its end", () => lost.closed, Boolean);
    const line = await agent.line("the denial", ({ cause }) => cause === "ambiguous-address");
    assert.match(String(line["reason"]), /r-east, r-west.*--site-id/);
    const western = net.agent({ args: ["--listen", "127.0.0.1:0", "--site-id", String(west)] });
    await western.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    const device = await TestDevice.establish({
      ...(await listenerOf(western)),
      localAddress: "127.0.1.20",
      asn: 65_020,
    });
    await eventually(
      "the western device's session",
      () => net.device("r-west"),
      ({ state }) => state === "established",
    );
    assert.equal((await net.device("r-east")).state, "never-seen");
    device.end();
    await western.stop();
  });

  test("a port that is taken, or needs a privilege, ends the start with the remedy", async () => {
    const { credentials } = net;
    const agentWith = (listen: string, uid?: number) =>
      netferry(
        [
          "agent",
          "--target",
          net.relay,
          "--email",
          credentials.email,
          "--metrics-port",
          "0",
          "--listen",
          listen,
        ],
        { env: { NETFERRY_TOKEN: credentials.token }, ...(uid === undefined ? {} : { uid }) },
      );
    const taken = await agentWith(`${at.host}:${at.port}`);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /--listen.*port \d+ is in use there/);
    const dir = testDir();
    const relayTaken = await netferry([
      "ingest",
      "--data-dir",
      dir.file("data"),
      "--relay-listen",
      net.relay,
    ]);
    assert.equal(relayTaken.code, 1);
    assert.match(relayTaken.stderr, /--relay-listen.*in use/);
    dir.remove();
    // Only root can become somebody who may not bind port 179; elsewhere this process is that somebody.
    const denied = await agentWith("127.0.0.1:179", process.getuid?.() === 0 ? 65_534 : undefined);
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /127\.0\.0\.1:179.*CAP_NET_BIND_SERVICE/);
  });

  test("an ingest that is started twice on one directory says who has it", async () => {
    const second = await netferry([
      "ingest",
      "--data-dir",
      net.dir.file("data"),
      "--relay-listen",
      "127.0.0.1:0",
    ]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`another ingest \\(pid ${net.ingest.pid}\\)`));
  });

  test("wrong flags end with exit code 2 and one line", async () => {
    const typo = await netferry(["agent", "--tagret", "x:1"]);
    assert.equal(typo.code, 2);
    assert.match(typo.stderr, /--tagret.*--target/);
    assert.equal(typo.stderr.trim().split("\n").length, 1);
    const missing = await netferry(["agent", "--target", "x:1"]);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /--email/);
  });
});

function targetOf(server: { address(): unknown }): string {
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}
