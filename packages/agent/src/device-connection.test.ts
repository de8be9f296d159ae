import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { it, type TestContext } from "node:test";
import { ManualClock } from "@netferry/service/testing";
import { DeviceConnection } from "./device-connection.ts";

interface Bed {
  readonly device: Socket;
  /** The agent's end. */
  readonly socket: Socket;
  readonly connection: DeviceConnection;
  readonly clock: ManualClock;
  /** Octets of each run; what was wrong; why it was closed. */
  readonly seen: (number | string)[];
}

async function bed(test: TestContext): Promise<Bed> {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const device = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  device.on("error", () => undefined);
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  const clock = new ManualClock();
  const seen: (number | string)[] = [];
  const handlers = {
    onRun: (run: Uint8Array) => seen.push(run.length),
    onGarbage: ({ code, subcode }: { code: number; subcode: number }) => seen.push(`${code}/${subcode}`),
    onClosed: (reason: string) => seen.push(reason),
  };
  const connection = new DeviceConnection(socket, handlers, (delayMs, run) => clock.later(delayMs, run));
  test.after(() => {
    device.destroy();
    socket.destroy();
  });
  return { device, socket, connection, clock, seen };
}

function message(length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xff, 0, 16);
  bytes[16] = length >>> 8;
  bytes[17] = length;
  bytes[18] = 2;
  return bytes;
}

async function until(what: () => boolean): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one look after another
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** More than both ends' kernels take. */
const MUCH = new Uint8Array(32 * 1024 * 1024);

it("a device that ends and takes nothing keeps its connection for so long and no longer", async (test) => {
  const { device, socket, connection, clock, seen } = await bed(test);
  device.pause();
  connection.resume();
  connection.write(MUCH, () => assert.fail("it was taken"));
  device.end();
  await until(() => seen.length > 0);
  assert.deepEqual([seen.length, socket.destroyed], [1, false]);
  clock.advance(4_999);
  assert.equal(socket.destroyed, false);
  clock.advance(1);
  assert.equal(socket.destroyed, true);
});

it("so does one whose session is ended; the timer goes with the connection", async (test) => {
  const { device, socket, connection, clock } = await bed(test);
  device.pause();
  connection.write(MUCH, () => assert.fail("it was taken"));
  connection.end();
  clock.advance(5_000);
  assert.equal(socket.destroyed, true);
  const other = await bed(test);
  other.connection.end();
  other.device.resume();
  other.device.end();
  await until(() => other.socket.closed);
  assert.equal(other.clock.timers, 0);
});

it("a device that goes on sending after its session is over is cut off, and still gets the last word", async (test) => {
  const { device, socket, connection } = await bed(test);
  const heard: Buffer[] = [];
  device.on("data", (chunk: Buffer) => heard.push(chunk));
  connection.write(new Uint8Array(21), () => undefined);
  connection.end();
  await until(() => heard.length > 0);
  assert.equal(socket.destroyed, false);
  let sent = 0;
  while (!socket.destroyed) {
    sent += 65_536;
    // oxlint-disable-next-line no-await-in-loop -- as fast as it is taken
    await new Promise<void>((resolve) => device.write(new Uint8Array(65_536), () => resolve()));
    assert.ok(sent < 64 * 1024 * 1024, "it was read for ever");
  }
  assert.equal(Buffer.concat(heard).length, 21);
});

it("a message of more than 4,096 octets is none before the session is established (RFC 8654)", async (test) => {
  const early = await bed(test);
  early.connection.resume();
  early.device.write(message(4_096));
  early.device.write(message(4_097).subarray(0, 19));
  await until(() => early.seen.length === 2);
  assert.deepEqual(early.seen, [4_096, "1/2"]);
  const established = await bed(test);
  established.connection.established();
  established.connection.resume();
  established.device.write(message(65_535));
  await until(() => established.seen.length > 0);
  assert.deepEqual(established.seen, [65_535]);
});
