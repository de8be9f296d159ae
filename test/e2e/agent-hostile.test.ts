/** Hostile peers at an agent's port, while two honest routers go on. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { encodeMessage } from "@netferry/bgp";
import { runScript } from "../fuzz/agent/connection.ts";
import { Scripts } from "../fuzz/agent/script.ts";
import { Deployment, listenerOf } from "./lib/deployment.ts";
import { TestDevice } from "./lib/device.ts";
import { HonestDevice } from "./lib/honest-device.ts";
import { type Daemon, eventually, withDescriptors } from "./lib/process.ts";
import { type Vitals, vitalsOf } from "./lib/vitals.ts";

/** Registered devices that mean harm. */
const HOSTILE = 60;
/** What the agent's heap may never pass, and what else it may have more than before. */
const HEAP_MIB = 96;
const MAX_MORE_BYTES = 192 * 1024 * 1024;
const SEED = 20_261_121;

interface StatusAnswer {
  readonly DeniedDevices: number;
  readonly Connections: { readonly Open: number; readonly AwaitingVerdict: number; readonly Max: number };
  readonly Counters: Readonly<Record<string, number>>;
}

const hostileAddress = (n: number): string => `127.0.8.${n + 1}`;
const strangeAddress = (n: number): string => `127.80.${n >> 8}.${n & 255}`;

describe("hostile peers", () => {
  let net: Deployment;
  let agent: Daemon;
  let at: { readonly host: string; readonly port: number };
  let honest: readonly HonestDevice[];
  let vitals: Vitals;

  const statusOf = async (daemon = agent): Promise<StatusAnswer> =>
    (await daemon.status("/admin/status")) as StatusAnswer;
  const counter = async (name: string): Promise<number> => (await statusOf()).Counters[name] ?? 0;
  /** Where a loop is quicker than the agent sees ends, some are too many at once before they are too many in time. */
  const refused = async (): Promise<number> =>
    (await counter("rejectedTooOften")) + (await counter("rejectedTooManyFromAddress"));
  const linesWith = (text: string): number => agent.log.filter(({ msg }) => msg.includes(text)).length;
  const onlyHonestLeft = (): Promise<StatusAnswer> =>
    eventually(
      "the end of hostile connections",
      () => statusOf(),
      ({ Connections }) => Connections.Open === honest.length,
    );
  const dial = async (localAddress: string, where = at): Promise<Socket> => {
    const socket = connect({ ...where, localAddress });
    socket.on("error", () => undefined);
    await Promise.race([once(socket, "connect"), once(socket, "close")]);
    return socket;
  };

  before(async () => {
    net = await Deployment.start();
    await net.addHostileDevices(Array.from({ length: HOSTILE }, (_, n) => hostileAddress(n)));
    agent = net.agent({ env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` } });
    at = await listenerOf(agent);
    await agent.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    honest = [
      await HonestDevice.establish(net, at, "honest1", "127.0.4.1"),
      await HonestDevice.establish(net, at, "honest2", "127.0.4.2"),
    ];
    vitals = await vitalsOf(agent);
  });

  after(async () => {
    try {
      // Through all of it, the honest routers have noticed nothing, and the agent is what it was.
      for (const router of honest) {
        await router.changeRoute();
        assert.equal(router.fault, undefined);
        assert.equal((await net.device(router.name)).flaps, 0);
      }
      const { residentBytes, descriptors } = await vitalsOf(agent);
      assert.ok(residentBytes < vitals.residentBytes + MAX_MORE_BYTES, `${residentBytes} octets resident`);
      assert.ok(descriptors < vitals.descriptors + 20, `${descriptors} descriptors`);
      assert.equal(agent.log.filter(({ level }) => level === "error" || level === "fatal").length, 0);
    } finally {
      for (const router of honest) router.end();
      await net.stop();
    }
  });

  test("whatever they send, and however they end, they go and leave nothing behind", async () => {
    const scripts = new Scripts(SEED, { known: HOSTILE, unknown: 500 });
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < 250) {
        const script = scripts.script(next++);
        await runScript(script, at, (script.known ? hostileAddress : strangeAddress)(script.source));
      }
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    const { Counters } = await onlyHonestLeft();
    assert.ok((Counters["garbage"] ?? 0) > 0 && (Counters["tooMuchTooEarly"] ?? 0) > 0);
  });

  test("one address holds so many connections and no more, which is counted and told in one line", async () => {
    await net.addDevice({ name: "crowd", addresses: ["127.0.9.1"], asn: 65_001 });
    const sockets = await Promise.all(Array.from({ length: 30 }, () => dial("127.0.9.1")));
    await eventually(
      "the refusals",
      () => counter("rejectedTooManyFromAddress"),
      (count) => count === 30 - 16,
    );
    const text = "16 connections of this address are open";
    await agent.line("the refusals", ({ msg }) => msg.includes(text));
    assert.equal(linesWith(text), 1);
    for (const socket of sockets) socket.resetAndDestroy();
    await onlyHonestLeft();
  });

  test("one address that opens and closes in a loop is slowed down, and does not fill the log", async () => {
    await net.addDevice({ name: "loop", addresses: ["127.0.9.2"], asn: 65_001 });
    const logged = agent.log.length;
    const earlier = await refused();
    for (let n = 0; n < 300 || (n < 3000 && (await counter("rejectedTooOften")) === 0); n += 1) {
      (await dial("127.0.9.2")).destroy();
    }
    await eventually("the refusals", refused, (count) => count - earlier > 200);
    assert.ok((await counter("rejectedTooOften")) > 0);
    await onlyHonestLeft();
    const lines = agent.log.slice(logged).filter((line) => JSON.stringify(line).includes("127.0.9.2"));
    assert.ok(lines.length < 150, `${lines.length} lines`);
    assert.equal(linesWith("the address connects too often"), 1);
  });

  test("unknown addresses are denied, however many they are; the log tells of some, the counters of all", async () => {
    const earlier = await statusOf();
    let next = 1_000;
    const worker = async (): Promise<void> => {
      while (next < 4_000) {
        const socket = await dial(strangeAddress(next++));
        socket.resume();
        if (!socket.closed) await once(socket, "close");
      }
    };
    await Promise.all(Array.from({ length: 100 }, worker));
    const { DeniedDevices, Counters } = await onlyHonestLeft();
    assert.equal(DeniedDevices - earlier.DeniedDevices, 3_000);
    assert.equal((Counters["rejectedBlocked"] ?? 0) - (earlier.Counters["rejectedBlocked"] ?? 0), 3_000);
    assert.ok(linesWith("Deny-listed") < 300, `${linesWith("Deny-listed")} lines`);
  });

  test("a device that floods while its ingest stands still is held up, and costs a bounded amount of memory", async () => {
    const flooder = await TestDevice.establish({
      ...at,
      localAddress: hostileAddress(0),
      session: { holdTime: 60 },
    });
    const update = encodeMessage({ type: "update", withdrawn: [], attributes: [], nlri: [] });
    const batch = Buffer.concat(Array.from({ length: 3_000 }, () => update));
    net.ingest.signal("SIGSTOP");
    try {
      let most = 0;
      const deadline = performance.now() + 4_000;
      while (performance.now() < deadline) {
        flooder.sendBytes(batch);
        const { residentBytes } = await vitalsOf(agent);
        most = Math.max(most, residentBytes);
        await delay(20);
      }
      assert.ok(most < vitals.residentBytes + MAX_MORE_BYTES, `${most} octets resident`);
      const { bufferedBytes: buffered } = await vitalsOf(agent);
      assert.ok(buffered > 500_000 && buffered < 2_000_000, `${buffered} octets wait for the ingest`);
    } finally {
      net.ingest.signal("SIGCONT");
    }
    flooder.reset();
    for (const router of honest) await router.changeRoute();
    await onlyHonestLeft();
  });

  test("an agent that runs out of descriptors says so, keeps what it has, and takes routers again", async () => {
    const small = net.agent({ program: withDescriptors(120) });
    const where = await listenerOf(small);
    await small.line("the ingest", ({ msg }) => msg === "connected to the ingest");
    const { Max } = (await statusOf(small)).Connections;
    assert.equal(Max, 50);
    await net.addDevice({ name: "kept", addresses: ["127.0.9.3"], asn: 65_001 });
    const kept = await TestDevice.establish({ ...where, localAddress: "127.0.9.3" });
    const dialled = Array.from({ length: 80 }, (_, n) => dial(hostileAddress(n % HOSTILE), where));
    const sockets = await Promise.all(dialled);
    const full = await eventually(
      "the refusals",
      () => statusOf(small),
      ({ Counters }) => (Counters["rejectedTooMany"] ?? 0) + (Counters["rejectedNoDescriptors"] ?? 0) > 0,
    );
    assert.ok(full.Connections.Open <= Max);
    const line = await small.line("what to do", ({ msg }) => msg.includes("LimitNOFILE="));
    assert.equal(line.level, "warn");
    kept.announce("198.51.100.0/24");
    await eventually(
      "a route over the session that was there",
      () => net.routes("kept"),
      ({ length }) => length === 1,
    );
    for (const socket of sockets) socket.resetAndDestroy();
    await eventually(
      "room",
      () => statusOf(small),
      ({ Connections }) => Connections.Open === 1,
    );
    const next = await TestDevice.establish({ ...where, localAddress: hostileAddress(1) });
    next.end();
    kept.end();
    assert.equal(await small.stop(), 0);
  });
});
