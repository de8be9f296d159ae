import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { it, type TestContext } from "node:test";

import { closeDescriptor, duplicateDescriptor } from "../descriptor.ts";
import { KernelArgumentError } from "../error.ts";
import { listening, readOctets } from "../testing/tcp.ts";
import { adoptServer, adoptSocket } from "./adopt.ts";
import { quiesce } from "./quiesce.ts";

async function pair(test: TestContext): Promise<{ near: Socket; far: Socket }> {
  const accepted = Promise.withResolvers<Socket>();
  const { port } = await listening(test, "127.0.0.1", accepted.resolve);
  const far = connect(port, "127.0.0.1");
  test.after(() => far.destroy());
  await once(far, "connect");
  const near = await accepted.promise;
  return { near, far };
}

/** What was sent arrived in the kernel of the other end, for loopback is synchronous. */
async function sent(socket: Socket, text: string): Promise<void> {
  await new Promise<void>((resolve) => void socket.write(text, () => resolve()));
  await new Promise(setImmediate);
}

it("gives back what was read and not consumed; the rest stays in the kernel for the successor", async (test) => {
  const { near, far } = await pair(test);
  await sent(far, "abc");
  near.read(0);
  while (near.readableLength < 3) await new Promise(setImmediate);
  const quiet = await quiesce(near);
  await sent(far, "def");
  assert.equal(quiet.input.toString(), "abc");
  assert.equal(near.readableLength, 0);
  const copy = duplicateDescriptor(near);
  await quiet.letGo();
  const adopted = adoptSocket(copy, { input: quiet.input });
  test.after(() => adopted.destroy());
  assert.equal((await readOctets(adopted, 6)).toString(), "abcdef");
  assert.equal(adopted.remotePort, far.localPort);
  adopted.write("still here");
  assert.equal((await readOctets(far, 10)).toString(), "still here");
  // The last descriptor ends the connection as ever.
  adopted.destroy();
  far.resume();
  await once(far, "end");
});

it("a data listener sees nothing of it twice, and resume goes on where it stopped", async (test) => {
  const { near, far } = await pair(test);
  const heard: string[] = [];
  near.on("data", (chunk: Buffer) => void heard.push(chunk.toString()));
  await sent(far, "one ");
  while (heard.join("") !== "one ") await new Promise(setImmediate);
  near.pause();
  near.unshift(Buffer.from("two "));
  const quiet = await quiesce(near);
  assert.equal(quiet.input.toString(), "two ");
  assert.equal(heard.join(""), "one ");
  await sent(far, "three");
  assert.equal(heard.join(""), "one ");
  quiet.resume();
  near.resume();
  while (heard.join("").length < 13) await new Promise(setImmediate);
  assert.equal(heard.join(""), "one two three");
});

it("waits until all writes are in the kernel; a peer that does not read is given up, and reading goes on", async (test) => {
  const { near, far } = await pair(test);
  const megabytes = Buffer.alloc(32 << 20);
  near.write(megabytes);
  const given = new Error("too slow");
  const controller = new AbortController();
  const waiting = quiesce(near, { signal: controller.signal });
  setImmediate(() => controller.abort(given));
  await assert.rejects(waiting, (error) => error === given);
  await sent(far, "heard");
  assert.equal((await readOctets(near, 5)).toString(), "heard");
  let received = 0;
  far.on("data", (chunk: Buffer) => (received += chunk.length));
  const quiet = await quiesce(near);
  assert.equal(near.writableLength, 0);
  await quiet.letGo();
  await once(far, "end");
  assert.equal(received, megabytes.length);
});

it("refuses what can't be handed over", async (test) => {
  const { near, far } = await pair(test);
  near.setEncoding("utf8");
  await assert.rejects(quiesce(near), KernelArgumentError);
  far.end();
  await assert.rejects(quiesce(far), /ended by this process/);
  near.destroy();
  await assert.rejects(quiesce(near), /only an open connection/);
  const { server } = await listening(test, "127.0.0.1");
  const listener = duplicateDescriptor(server);
  assert.throws(() => adoptSocket(listener), /not a TCP connection/);
  closeDescriptor(listener);
});

it("a listener goes on in another server; what came in between was queued", async (test) => {
  const { server, port } = await listening(test, "127.0.0.1");
  const copy = duplicateDescriptor(server);
  server.close();
  const early = connect(port, "127.0.0.1");
  test.after(() => early.destroy());
  await once(early, "connect");
  const successor = createServer((socket) => socket.end("successor"));
  test.after(() => void successor.close());
  await adoptServer(successor, copy);
  assert.equal((await readOctets(early, 9)).toString(), "successor");
});
