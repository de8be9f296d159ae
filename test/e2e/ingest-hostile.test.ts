/** Hostile peers at the ports of ingest, while a router that dials it and one behind an agent go on. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { runScript } from "../fuzz/agent/connection.ts";
import { Scripts } from "../fuzz/agent/script.ts";
import { Deployment, hostPort, listenerOf } from "./lib/deployment.ts";
import { HonestDevice } from "./lib/honest-device.ts";
import { eventually } from "./lib/process.ts";

const HOSTILE = 40;
const SEED = 20_261_121;
const MAX_MORE_BYTES = 256 * 1024 * 1024;
const HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const hostileAddress = (n: number): string => `127.0.10.${n + 1}`;
const strangeAddress = (n: number): string => `127.81.${n >> 8}.${n & 255}`;

const residentOf = (pid: number): number =>
  1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

describe("hostile peers of ingest", () => {
  let net: Deployment;
  let honest: readonly HonestDevice[];
  let resident: number;

  const counted = async (series: string): Promise<number> => {
    const text = await (await fetch(`${net.credentials.api}/metrics`)).text();
    const line = text.split("\n").find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1));
  };
  const relayTls = async (alpn: string): Promise<TLSSocket> => {
    const { host, port } = hostPort(net.relay);
    const socket = connectTls({ host, port, rejectUnauthorized: false, ALPNProtocols: [alpn] });
    socket.on("error", () => undefined);
    await once(socket, "secureConnect");
    return socket;
  };

  before(async () => {
    net = await Deployment.start();
    await net.addHostileDevices(Array.from({ length: HOSTILE }, (_, n) => hostileAddress(n)));
    const agent = net.agent();
    const at = await listenerOf(agent);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    honest = [
      await HonestDevice.establish(net, at, "relayed", "127.0.4.1"),
      await HonestDevice.establish(net, hostPort(net.bgp), "direct", "127.0.4.2"),
    ];
    resident = residentOf(net.ingest.pid);
  });

  after(async () => {
    try {
      for (const router of honest) {
        await router.changeRoute();
        assert.equal(router.fault, undefined);
        assert.equal((await net.device(router.name)).flaps, 0);
      }
      const now = residentOf(net.ingest.pid);
      assert.ok(now < resident + MAX_MORE_BYTES, `${now} octets`);
      assert.equal(net.ingest.log.filter(({ level }) => level === "error" || level === "fatal").length, 0);
    } finally {
      for (const router of honest) router.end();
      await net.stop();
    }
  });

  test("at the BGP port: whatever they send, and however they end", async () => {
    const scripts = new Scripts(SEED, { known: HOSTILE, unknown: 500 });
    const at = hostPort(net.bgp);
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < 200) {
        const script = scripts.script(next++);
        await runScript(script, at, (script.known ? hostileAddress : strangeAddress)(script.source));
      }
    };
    await Promise.all(Array.from({ length: 40 }, worker));
    assert.ok((await counted('netferry_direct_connections_total{outcome="rejectedBlocked"}')) > 0);
  });

  test("at the BGP port: floods of one address and of many are counted, and do not fill the log", async () => {
    await net.addDevice({ name: "loop", addresses: ["127.0.11.1"], asn: 65_001 });
    const { host, port } = hostPort(net.bgp);
    const flood = async (localAddress: string, ends = false): Promise<void> => {
      const socket = connect({ host, port, localAddress });
      socket.on("error", () => undefined);
      socket.resume();
      if (ends) socket.end();
      await once(socket, "close");
    };
    const logged = net.ingest.log.length;
    for (let n = 0; n < 10; n += 1) {
      const strangers = Array.from({ length: 100 }, (_, m) => flood(strangeAddress(1_000 + 100 * n + m)));
      const loops = Array.from({ length: 10 }, () => flood("127.0.11.1", true));
      await Promise.all([...strangers, ...loops]);
    }
    await eventually(
      "the refusals",
      async () =>
        (await counted('netferry_direct_connections_total{outcome="rejectedTooOften"}')) +
        (await counted('netferry_direct_connections_total{outcome="rejectedTooManyFromAddress"}')),
      (count) => count >= 100 - 32 - 10,
    );
    const refusals = net.ingest.log.slice(logged).filter(({ msg }) => msg.startsWith("connection refused"));
    assert.ok(refusals.length < 60, `${refusals.length} lines`);
  });

  test("at the relay's port: no handshake, garbage in each layer, half a header, streams without credentials", async () => {
    const { host, port } = hostPort(net.relay);
    const raw = Array.from({ length: 100 }, (_, n) => {
      const socket = connect(port, host);
      socket.on("error", () => undefined);
      socket.write(n % 2 === 0 ? "\x16\x03\x01" : "SSH-2.0-x\r\n");
      return socket;
    });
    const garbage = await Promise.all(Array.from({ length: 20 }, () => relayTls("h2")));
    for (const [n, socket] of garbage.entries()) {
      // HEADERS without END_HEADERS, that no CONTINUATION follows; a frame of 16 MiB; no preface at all.
      const frames = [
        "\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x01\x88",
        "\xff\xff\xff\x00",
        "x".repeat(100),
      ];
      socket.write(
        Buffer.from(
          `${n % 3 === 2 ? "" : HTTP2_PREFACE}${n % 3 === 0 ? "\x00\x00\x00\x04\x00\x00\x00\x00\x00" : ""}${frames[n % 3] ?? ""}`,
          "latin1",
        ),
      );
    }
    const session = connectHttp2(`https://${net.relay}`, { rejectUnauthorized: false });
    session.on("error", () => undefined);
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const stream = session.request({
          ":method": "POST",
          ":path": "/netferry.relay.v1.RelayService/Data",
          "content-type": "application/grpc",
          te: "trailers",
        });
        stream.on("error", () => undefined);
        stream.resume();
        const [headers] = (await once(stream, "response")) as [Record<string, string>];
        return headers["grpc-status"] ?? "in the trailers";
      }),
    );
    assert.equal(statuses.length, 200);
    session.close();
    await eventually(
      "the handshakes that failed",
      () => counted('netferry_relay_refused_connections_total{cause="handshake"}'),
      (count) => count >= 50,
    );
    for (const socket of [...raw, ...garbage]) socket.destroy();
  });

  test("at the HTTP API: bodies and headers have their bounds", async () => {
    const body = "x".repeat(4 * 1024 * 1024);
    const headers = {
      "x-ch-auth-email": net.credentials.email,
      "x-ch-auth-api-token": net.credentials.token,
      "content-type": "application/json",
    };
    const huge = await fetch(`${net.credentials.api}/api/v1/devices`, { method: "POST", headers, body });
    assert.equal(huge.status, 413);
    const long = await fetch(`${net.credentials.api}/hc`, { headers: { "x-long": "x".repeat(20_000) } });
    assert.equal(long.status, 431);
  });
});
