import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { it, type TestContext } from "node:test";
import { decodeMessage, encodeMessage } from "@netferry/bgp";
import { adoptSocket, duplicateDescriptor } from "@netferry/kernel";
import { FlowBudget } from "@netferry/relay";
import { createLogger, systemClock } from "@netferry/service";
import { AttachTurns } from "../attach-turns.ts";
import { createCounters } from "../counters.ts";
import { DeviceConnection } from "../device-connection.ts";
import { RetentionBudget } from "../retention.ts";
import { DeviceSession } from "../session.ts";
import { restSession } from "./resting.ts";

const KEEPALIVE = encodeMessage({ type: "keepalive" });

interface Bed {
  readonly device: Socket;
  readonly connection: DeviceConnection;
  readonly session: DeviceSession;
}

/** A session without an ingest, and the device's end of its connection. */
async function bed(test: TestContext): Promise<Bed> {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const device = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  const handlers = {
    onRun: (run: Uint8Array) => session.deviceSent(run),
    onGarbage: () => assert.fail("garbage"),
    onClosed: (reason: string) => session.deviceClosed(reason),
  };
  const connection = new DeviceConnection(socket, handlers, (delayMs, run) =>
    systemClock.later(delayMs, run),
  );
  const session = new DeviceSession(connection, {
    identity: { email: "a@b", token: "t", version: "1", instance: "agent", siteId: 0 },
    session: { sessionId: "s", deviceIp: "127.0.0.1", devicePort: 1, proxyIp: "127.0.0.1", proxyPort: 179 },
    label: "r1",
    echo: new Map(),
    backendPin: () => "",
    clock: systemClock,
    random: Math.random,
    logger: createLogger({ destination: { write: () => undefined } }),
    counters: createCounters(),
    total: { bytesUp: 0, bytesDown: 0, messagesUp: 0, messagesDown: 0 },
    maxOutageMs: 60_000,
    retention: new RetentionBudget({ perSession: 1_000_000, total: 1_000_000 }),
    inFlight: new FlowBudget(1e9),
    attachTurns: new AttachTurns(),
    openStream: () => undefined,
    onClosed: () => undefined,
  });
  session.start();
  connection.resume();
  test.after(() => {
    device.destroy();
    socket.destroy();
    session.stop("the test is over");
  });
  return { device, connection, session };
}

it("half a message goes along, and the rest of it is the successor's", async (test) => {
  const { device, connection, session } = await bed(test);
  device.write(Buffer.concat([KEEPALIVE, KEEPALIVE.subarray(0, 7)]));
  while (connection.bytesIn < 26) await new Promise(setImmediate);
  const resting = await restSession({ session, connection }, AbortSignal.timeout(5_000));
  const { handed, socket } = resting ?? assert.fail("it is over");
  assert.deepEqual(
    handed.flow.retained.map((run) => Buffer.from(run)),
    [Buffer.from(KEEPALIVE)],
  );
  assert.deepEqual(handed.connection?.input, Buffer.from(KEEPALIVE.subarray(0, 7)));
  assert.equal(handed.connection?.bytesIn, 19);
  const successor = adoptSocket(duplicateDescriptor(socket?.descriptor ?? -1));
  test.after(() => successor.destroy());
  await socket?.letGo();
  device.write(KEEPALIVE.subarray(7));
  const [chunk] = (await once(successor, "data")) as [Buffer];
  assert.deepEqual(chunk, Buffer.from(KEEPALIVE.subarray(7)));
  assert.equal(session.phase, "waiting");
});

it("goes on as if nothing had been", async (test) => {
  const { device, connection, session } = await bed(test);
  device.write(KEEPALIVE.subarray(0, 7));
  while (connection.bytesIn < 7) await new Promise(setImmediate);
  const resting = await restSession({ session, connection }, AbortSignal.timeout(5_000));
  device.write(Buffer.concat([KEEPALIVE.subarray(7), KEEPALIVE]));
  resting?.socket?.resume();
  session.thaw();
  while (session.positions.up < 38) await new Promise(setImmediate);
  assert.equal(connection.bytesIn, 38);
});

it("a device that is gone leaves a session that the ingest has to hear of", async (test) => {
  const { device, connection, session } = await bed(test);
  device.end();
  while (!session.deviceGone) await new Promise(setImmediate);
  const resting = await restSession({ session, connection }, AbortSignal.timeout(5_000));
  assert.equal(resting?.socket, undefined);
  assert.match(resting?.handed.deviceGone ?? "", /closed the connection/);
});

it("a device that takes nothing loses its session, and is told why when it listens again", async (test) => {
  const { device, connection, session } = await bed(test);
  const chunk = Buffer.concat(Array.from({ length: 50_000 }, () => KEEPALIVE));
  let written = true;
  while (written) {
    written = false;
    connection.write(chunk, () => (written = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const abort = new AbortController();
  const resting = restSession({ session, connection }, abort.signal);
  abort.abort(new Error("it takes nothing"));
  assert.equal(await resting, undefined);
  assert.equal(session.phase, "closed");
  const received: Buffer[] = [];
  for await (const part of device) received.push(part as Buffer);
  const all = Buffer.concat(received);
  const at = all.length - ((all.length - 1) % KEEPALIVE.length) - 1;
  const last = all.subarray(all.lastIndexOf(Buffer.alloc(16, 0xff), at));
  const decoded = decodeMessage(last);
  assert.ok(decoded.ok && decoded.message.type === "notification");
  assert.match(Buffer.from(decoded.message.data).toString(), /can't go on with it: it takes nothing/);
});
