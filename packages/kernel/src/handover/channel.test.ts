import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { readdirSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";

import { closeDescriptor } from "../descriptor.ts";
import { KernelArgumentError, KernelError } from "../error.ts";
import { DescriptorChannel } from "./channel.ts";
import { DescriptorListener } from "./listener.ts";
import { MAX_DESCRIPTORS_PER_MESSAGE, MAX_MESSAGE_PAYLOAD } from "./message.ts";

const refuse = (): void => assert.fail("nobody connects here");

async function directory(test: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "kernel-"));
  test.after(() => rm(path, { recursive: true }));
  return path;
}

async function channels(
  test: TestContext,
): Promise<{ a: DescriptorChannel; b: DescriptorChannel; path: string }> {
  const path = join(await directory(test), "socket");
  const { promise, resolve, reject } = Promise.withResolvers<DescriptorChannel>();
  const listener = new DescriptorListener({ path, onChannel: resolve, onRefused: reject });
  const a = DescriptorChannel.connect(path);
  const b = await promise;
  test.after(() => {
    listener.close();
    a.close();
    b.close();
  });
  return { a, b, path };
}

it("descriptors arrive in order with their message, open on the same files", async (test) => {
  const { a, b, path } = await channels(test);
  const files = await Promise.all(
    ["first", "second"].map(async (text) => {
      await writeFile(`${path}-${text}`, text);
      return open(`${path}-${text}`);
    }),
  );
  await a.send(
    Buffer.from("two files"),
    files.map(({ fd }) => fd),
  );
  await Promise.all(files.map((file) => file.close()));
  const message = await b.receive();
  assert.equal(Buffer.from(message?.payload ?? []).toString(), "two files");
  const texts = (message?.descriptors ?? []).map((fd) => {
    const octets = Buffer.alloc(10);
    const text = octets.toString("latin1", 0, readSync(fd, octets));
    closeDescriptor(fd);
    return text;
  });
  assert.deepEqual(texts, ["first", "second"]);
});

it("a message takes so many descriptors and octets, and no more", async (test) => {
  const { a, b } = await channels(test);
  const most = Array.from({ length: MAX_DESCRIPTORS_PER_MESSAGE }, () => 2);
  const payload = Buffer.alloc(MAX_MESSAGE_PAYLOAD, 7);
  await a.send(payload, most);
  const message = await b.receive();
  assert.equal(message?.descriptors.length, MAX_DESCRIPTORS_PER_MESSAGE);
  assert.equal(Buffer.compare(message.payload, payload), 0);
  for (const fd of message.descriptors) {
    const status = await readFile(`/proc/self/fdinfo/${fd}`, "latin1");
    assert.match(status, /^flags:\s+0?2\d{6}/m, "close-on-exec");
    closeDescriptor(fd);
  }
  await assert.rejects(a.send(payload, [...most, 2]), KernelArgumentError);
  await assert.rejects(a.send(Buffer.alloc(MAX_MESSAGE_PAYLOAD + 1)), KernelArgumentError);
  await assert.rejects(a.send(Buffer.alloc(0)), KernelArgumentError);
  await assert.rejects(a.send(Buffer.alloc(1), [999_999]), { code: "EBADF" });
});

it("waits for the other side both ways at once, and keeps the order", async (test) => {
  const { a, b } = await channels(test);
  const size = 16 * 1024;
  const count = 200;
  const pump = async (from: DescriptorChannel): Promise<void> => {
    for (let index = 0; index < count; index += 1) await from.send(Buffer.alloc(size, index));
  };
  const drain = async (to: DescriptorChannel): Promise<number[]> => {
    const seen: number[] = [];
    while (seen.length < count) seen.push((await to.receive())?.payload[size - 1] ?? -1);
    return seen;
  };
  const [, , atB, atA] = await Promise.all([pump(a), pump(b), drain(b), drain(a)]);
  const wanted = Array.from({ length: count }, (_, index) => index);
  assert.deepEqual(atB, wanted);
  assert.deepEqual(atA, wanted);
});

it("tells the end, who is there, and that one receive at a time is under way", async (test) => {
  const { a, b } = await channels(test);
  assert.equal(b.peer.pid, process.pid);
  assert.equal(b.peer.uid, process.geteuid?.());
  const first = b.receive();
  await assert.rejects(b.receive(), /await the last receive first/);
  await a.send(Buffer.from("last"));
  a.close();
  assert.equal(Buffer.from((await first)?.payload ?? []).toString(), "last");
  assert.equal(await b.receive(), undefined);
  await assert.rejects(
    b.send(Buffer.from("x")),
    (error) => error instanceof KernelError && error.code === "EPIPE",
  );
  const { b: other } = await channels(test);
  const pending = other.receive();
  other.close();
  await assert.rejects(pending, /closed here/);
});

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

it("leaves no descriptor behind", async (test) => {
  const path = join(await directory(test), "socket");
  const before = openDescriptors();
  for (let round = 0; round < 3; round += 1) {
    const { promise, resolve } = Promise.withResolvers<DescriptorChannel>();
    const listener = new DescriptorListener({ path, onChannel: resolve, onRefused: refuse });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const a = DescriptorChannel.connect(path);
    const b = await promise;
    const pending = b.receive();
    await a.send(Buffer.from("x"), [2, 2]);
    for (const fd of (await pending)?.descriptors ?? []) closeDescriptor(fd);
    for (const each of [a, b, listener]) each.close();
    await new Promise(setImmediate);
  }
  assert.equal(openDescriptors(), before);
});

it("a file that is no socket stays, and a path nobody listens on is named", async (test) => {
  const path = join(await directory(test), "file");
  await writeFile(path, "mine");
  const options = { onChannel: refuse, onRefused: refuse };
  assert.throws(() => new DescriptorListener({ path, ...options }), { code: "EADDRINUSE" });
  assert.equal(await readFile(path, "utf8"), "mine");
  assert.throws(() => DescriptorChannel.connect(`${path}-none`), { code: "ENOENT" });
  assert.throws(() => DescriptorChannel.connect("x".repeat(200)), KernelArgumentError);
});
