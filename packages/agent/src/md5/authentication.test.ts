import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import type { VerdictOutcome } from "@netferry/relay";
import { createLogger, OperatorError } from "@netferry/service";
import { CapturedStream, ManualClock } from "@netferry/service/testing";
import { type Allow, KEY_IDLE_MS, Md5Authentication } from "./authentication.ts";
import { DROP_SURE_AFTER_MS } from "./silent-drops.ts";
import { MAX_SYN_QUESTIONS } from "./syn-questions.ts";
import { FakeKernel } from "./testing/fake-kernel.ts";

const R1 = "192.0.2.1";
const R6 = "2001:db8::1";
const TTL = 300;

function allow(key: string, more: Partial<Allow> = {}): Allow {
  return {
    kind: "allow",
    deviceId: 1,
    deviceName: "r1",
    label: "1:r1-ipv4",
    ttlSeconds: TTL,
    md5Key: Buffer.from(key),
    md5Required: key !== "",
    metadata: new Map(),
    ...more,
  };
}

const BLOCK: VerdictOutcome = { kind: "block", cause: "unknown-device", reason: "no", ttlSeconds: 1200 };

async function close(socket: Socket): Promise<void> {
  socket.destroy();
  await once(socket, "close");
}

describe("TCP MD5 at the agent", () => {
  let servers: Server[];
  let four: Server;
  let six: Server;
  let clock: ManualClock;
  let kernel: FakeKernel;
  let stream: CapturedStream;
  let registry: Map<string, VerdictOutcome>;
  let remembered: Map<string, VerdictOutcome>;
  let asked: string[];
  let answers: Promise<void>;
  let ingestThere: boolean;
  let md5: Md5Authentication;

  before(async () => {
    servers = await Promise.all(
      ["127.0.0.1", "127.0.0.2", "::1"].map(async (host) => {
        const server = createServer();
        server.listen(0, host);
        await once(server, "listening");
        return server;
      }),
    );
    [four, , six] = servers as [Server, Server, Server];
  });
  after(() => {
    for (const server of servers) server.close();
  });

  beforeEach(() => {
    clock = new ManualClock();
    kernel = new FakeKernel();
    stream = new CapturedStream();
    registry = new Map();
    remembered = new Map();
    asked = [];
    answers = Promise.resolve();
    ingestThere = true;
    md5 = new Md5Authentication({
      interface: undefined,
      kernel,
      verdicts: {
        known: (address) => remembered.get(address),
        ask: async ({ deviceIp }) => {
          asked.push(deviceIp);
          await answers;
          const outcome = ingestThere ? (registry.get(deviceIp) ?? BLOCK) : undefined;
          if (outcome !== undefined) remembered.set(deviceIp, outcome);
          return outcome;
        },
      },
      clock,
      random: () => 0.5,
      logger: createLogger({ destination: stream, now: () => clock.now() }),
    });
    md5.start(servers);
  });

  /** A connection of the device has been accepted; `signed` with the key of its listener. */
  async function connect(
    address: string,
    outcome: Allow,
    signed: boolean,
  ): Promise<{ socket: Socket; refused: string | undefined; ended: string[] }> {
    const socket = new Socket();
    const key = kernel.key(address.includes(":") ? six : four, address);
    if (signed && key !== undefined) kernel.setMd5Key(socket, address, Buffer.from(key));
    md5.connected(address, 40_000);
    const refused = md5.refusal(socket, address, outcome);
    const ended: string[] = [];
    if (refused === undefined) {
      md5.watch(socket, { address, localAddress: "192.0.2.254" }, (reason) => ended.push(reason));
    }
    await clock.settle();
    return { socket, refused, ended };
  }

  function logged(pattern: RegExp): number {
    return stream.lines.filter((line) => pattern.test(line)).length;
  }

  it("puts the key on every listener of the family when a signed SYN comes, and asks once", async () => {
    registry.set(R1, allow("one")).set(R6, allow("six"));
    kernel.syn(R1);
    kernel.syn(R1);
    await clock.settle();
    kernel.syn(R6);
    await clock.settle();
    assert.deepEqual(
      servers.map((server) => [kernel.key(server, R1), kernel.key(server, R6)]),
      [
        ["one", undefined],
        ["one", undefined],
        [undefined, "six"],
      ],
    );
    assert.deepEqual(asked, [R1, R6]);
    assert.equal(md5.view.keysInstalled, 2);
    assert.equal(stream.text.includes("six-key"), false);
  });

  it("takes what is remembered without asking", () => {
    remembered.set(R1, allow("one"));
    kernel.syn(R1);
    assert.equal(kernel.key(four, R1), "one");
    assert.deepEqual(asked, []);
  });

  it("refuses a connection that was accepted unsigned before the key was there, and the key is there then", async () => {
    const outcome = allow("one");
    const { refused } = await connect(R1, outcome, false);
    assert.match(String(refused), /does not sign/);
    assert.equal(kernel.key(four, R1), "one");
    const second = await connect(R1, outcome, true);
    assert.equal(second.refused, undefined);
    await connect(R1, outcome, false);
    assert.equal(md5.counters.unsigned, 2);
    assert.equal(logged(/netferry device set r1 --unset md5-key/), 1);
  });

  it("lets a device without a key come unsigned, and tells once of one that signs without", async () => {
    registry.set(R1, allow(""));
    kernel.syn(R1);
    await clock.settle();
    kernel.syn(R1, 40_001);
    assert.equal(md5.counters.noKey, 2);
    assert.equal(logged(/netferry device set r1 --md5-key-file FILE/), 1);
    assert.equal(kernel.key(four, R1), undefined);
    const { refused } = await connect(R1, allow(""), false);
    assert.equal(refused, undefined);
  });

  it("rotates the key of a session that is up, on its connection and on the listeners", async () => {
    remembered.set(R1, allow("old"));
    kernel.syn(R1);
    const { socket, ended } = await connect(R1, allow("old"), true);
    registry.set(R1, allow("new"));
    md5.deviceChanged([R1, "192.0.2.99"]);
    await clock.settle();
    assert.deepEqual(asked, [R1]);
    assert.deepEqual([kernel.key(socket, R1), kernel.key(four, R1)], ["new", "new"]);
    assert.deepEqual(ended, []);
    assert.equal(md5.counters.keysReplaced, 1);
    await close(socket);
  });

  it("takes a key away that the registry has no more, also from the session that is up", async () => {
    remembered.set(R1, allow("old"));
    kernel.syn(R1);
    const { socket, ended } = await connect(R1, allow("old"), true);
    registry.set(R1, allow(""));
    md5.deviceChanged([R1]);
    await clock.settle();
    assert.deepEqual([kernel.key(socket, R1), kernel.key(four, R1)], [undefined, undefined]);
    assert.deepEqual(ended, []);
    assert.equal(md5.counters.keysRevoked, 1);
    await close(socket);
  });

  it("ends an unsigned session when its device gets a key", async () => {
    const { socket, ended } = await connect(R1, allow(""), false);
    registry.set(R1, allow("now"));
    md5.deviceChanged([R1]);
    await clock.settle();
    assert.equal(ended.length, 1);
    assert.equal(kernel.key(four, R1), "now");
    // While it is being closed, it is not ended again.
    socket.end();
    registry.set(R1, allow("next"));
    md5.deviceChanged([R1]);
    await clock.settle();
    assert.equal(ended.length, 1);
    assert.equal(md5.counters.unsigned, 1);
    await close(socket);
  });

  it("asks anew where the registry changes while an answer is under way", async () => {
    remembered.set(R1, allow("old"));
    kernel.syn(R1);
    const gate = Promise.withResolvers<void>();
    answers = gate.promise;
    registry.set(R1, allow("two"));
    md5.deviceChanged([R1]);
    md5.deviceChanged([R1]);
    md5.deviceChanged([R1]);
    assert.deepEqual(asked, [R1]);
    gate.resolve();
    await clock.settle();
    assert.deepEqual(asked, [R1, R1]);
    assert.equal(kernel.key(four, R1), "two");
  });

  it("forgets a key that nobody uses, and keeps one that a session uses", async () => {
    remembered.set(R1, allow("one")).set("192.0.2.2", allow("two"));
    registry.set(R1, allow("one"));
    kernel.syn(R1);
    kernel.syn("192.0.2.2");
    const { socket } = await connect(R1, allow("one"), true);
    clock.advance(KEY_IDLE_MS + 60_000);
    await clock.settle();
    assert.deepEqual([kernel.key(four, R1), kernel.key(four, "192.0.2.2")], ["one", undefined]);
    assert.equal(md5.counters.keysExpired, 1);
    await close(socket);
    clock.advance(KEY_IDLE_MS + 60_000);
    assert.equal(kernel.key(four, R1), undefined);
  });

  it("asks again about keys in use when the ingest's word has lapsed, and when an ingest is back", async () => {
    remembered.set(R1, allow("one"));
    registry.set(R1, allow("one"));
    kernel.syn(R1);
    const { socket } = await connect(R1, allow("one"), true);
    clock.advance(TTL * 1000 - 60_000);
    assert.equal(asked.length, 0);
    clock.advance(90_000);
    await clock.settle();
    assert.ok(asked.includes(R1));
    asked = [];
    ingestThere = false;
    registry.set(R1, allow("two"));
    md5.ingestConnected();
    await clock.settle();
    assert.equal(kernel.key(socket, R1), "one", "a key is kept while no ingest answers");
    ingestThere = true;
    md5.ingestConnected();
    await clock.settle();
    assert.equal(kernel.key(socket, R1), "two");
    await close(socket);
  });

  it("puts the keys on a listener that was opened anew, and on no other once more", () => {
    remembered.set(R1, allow("one"));
    remembered.set(R6, allow("six"));
    kernel.syn(R1);
    kernel.syn(R6);
    const fresh = servers[1];
    kernel.keys.clear();
    md5.listenOn([six]);
    md5.listenOn([fresh ?? four, six]);
    assert.equal(kernel.key(fresh, R1), "one");
    assert.equal(kernel.key(fresh, R6), undefined);
    assert.equal(kernel.keys.has(six), false);
  });

  it("makes room by the key that was not used for longest, and names the limit where all are in use", async () => {
    kernel.room = 2;
    for (const n of [1, 2]) {
      remembered.set(`192.0.2.${n}`, allow(`key ${n}`));
      kernel.syn(`192.0.2.${n}`);
    }
    kernel.syn("192.0.2.1", 41_000);
    remembered.set("192.0.2.3", allow("key 3"));
    kernel.syn("192.0.2.3");
    assert.deepEqual(
      [1, 2, 3].map((n) => kernel.key(four, `192.0.2.${n}`)),
      ["key 1", undefined, "key 3"],
    );
    assert.equal(md5.counters.keysEvicted, 1);
    const sockets: Socket[] = [];
    for (const n of [1, 3]) {
      sockets.push((await connect(`192.0.2.${n}`, allow(`key ${n}`), true)).socket);
    }
    remembered.set("192.0.2.4", allow("key 4"));
    kernel.syn("192.0.2.4");
    assert.equal(kernel.key(four, "192.0.2.4"), undefined);
    assert.equal(md5.counters.keysRefused, 1);
    assert.equal(logged(/net\.core\.optmem_max/), 1);
    assert.equal(md5.view.keysInstalled, 2);
    await Promise.all(sockets.map(close));
  });

  it("tells that the keys differ where signed SYNs come and no connection does", async () => {
    remembered.set(R1, allow("one"));
    kernel.syn(R1, 50_000);
    kernel.syn(R1, 50_000);
    clock.advance(DROP_SURE_AFTER_MS);
    assert.equal(md5.counters.wrongKey, 1);
    kernel.syn(R1, 50_001);
    clock.advance(DROP_SURE_AFTER_MS);
    assert.equal(md5.counters.wrongKey, 2);
    assert.equal(logged(/its key is not the one in the registry/), 1);
    kernel.syn(R1, 50_002);
    md5.connected(R1, 50_002);
    // The connection may be told of before its SYN.
    md5.connected(R1, 50_003);
    kernel.syn(R1, 50_003);
    clock.advance(DROP_SURE_AFTER_MS);
    assert.equal(md5.counters.wrongKey, 2);
  });

  it("asks about so many forged senders and no more, and goes on when there is room", async () => {
    const gate = Promise.withResolvers<void>();
    answers = gate.promise;
    for (let n = 0; n < MAX_SYN_QUESTIONS + 50; n += 1) kernel.syn(`10.0.${n >> 8}.${n & 255}`);
    assert.equal(asked.length, MAX_SYN_QUESTIONS);
    assert.equal(md5.counters.synsUnasked, 50);
    gate.resolve();
    await clock.settle();
    assert.equal(md5.counters.synsBlocked, MAX_SYN_QUESTIONS);
    // What is known to be blocked costs no question.
    kernel.syn("10.0.0.1");
    assert.equal(asked.length, MAX_SYN_QUESTIONS);
    registry.set(R1, allow("one"));
    kernel.syn(R1);
    await clock.settle();
    assert.equal(kernel.key(four, R1), "one");
    // A second's worth of questions, and not more.
    for (let n = 0; n < 2_000; n += 1) {
      kernel.syn(`10.9.${n >> 8}.${n & 255}`);
      // oxlint-disable-next-line no-await-in-loop -- each is answered before the next one comes
      await Promise.resolve();
    }
    assert.ok(asked.length < 600, `${asked.length} questions`);
  });

  it("counts SYNs that no ingest had an answer for", async () => {
    ingestThere = false;
    kernel.syn(R1);
    await clock.settle();
    assert.equal(md5.counters.synsUnanswered, 1);
    ingestThere = true;
    registry.set(R1, allow("one"));
    kernel.syn(R1);
    await clock.settle();
    assert.equal(kernel.key(four, R1), "one");
  });

  it("opens the capture again when its interface is back, and says so meanwhile", async () => {
    assert.equal(md5.view.problem, undefined);
    kernel.syn(R1);
    await clock.settle();
    kernel.interfaceDown();
    assert.match(String(md5.view.problem), /recvfrom on eth0/);
    kernel.captureError = new Error("there is no interface eth0");
    clock.advance(2_000);
    assert.match(String(md5.view.problem), /there is no interface eth0/);
    kernel.captureError = undefined;
    clock.advance(20_000);
    assert.equal(md5.view.problem, undefined);
    assert.equal(md5.view.capture.delivered, 1, "what was counted before is lost");
    registry.set(R1, allow("one"));
    remembered.clear();
    kernel.syn(R1);
    await clock.settle();
    assert.equal(kernel.key(four, R1), "one");
    assert.equal(md5.counters.captureFailures, 2);
  });

  it("does not start without the rights to capture, in one line", () => {
    kernel.captureError = new Error("CAP_NET_RAW is missing");
    assert.throws(
      () => md5.start(servers),
      (error) =>
        error instanceof OperatorError &&
        error.message === "TCP MD5 (--enable-md5-support) can't be had: CAP_NET_RAW is missing",
    );
  });

  it("takes over what another process has left on the listeners and in sessions", async () => {
    const socket = new Socket();
    for (const target of [four, socket]) kernel.setMd5Key(target, R1, Buffer.from("old"));
    kernel.setMd5Key(four, "192.0.2.7", Buffer.from("of nobody"));
    registry.set(R1, allow("new"));
    md5.inherit([R1, "192.0.2.7"]);
    assert.deepEqual(md5.addressesWithKeys, [R1, "192.0.2.7"]);
    md5.watch(socket, { address: R1, localAddress: "192.0.2.254", inherited: true }, () => undefined);
    md5.ingestConnected();
    await clock.settle();
    assert.deepEqual([kernel.key(four, R1), kernel.key(socket, R1)], ["new", "new"]);
    assert.equal(kernel.key(four, "192.0.2.7"), undefined);
    assert.deepEqual(md5.addressesWithKeys, [R1]);
    await close(socket);
  });

  it("stops without leaving a timer", () => {
    remembered.set(R1, allow("one"));
    kernel.syn(R1);
    kernel.syn(R1);
    md5.stop();
    assert.equal(clock.timers, 0);
    assert.equal(kernel.capturing, undefined);
  });
});
