import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { it, type TestContext } from "node:test";

import { md5Support, setMd5Key } from "../md5/keys.ts";
import { connectPrepared } from "../socket/connect.ts";
import { outcome } from "../testing/tcp.ts";

const support = md5Support();
const program = new URL("../testing/handover-process.ts", import.meta.url).pathname;

interface Process {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
  readonly reader: Interface;
}

function start(test: TestContext, args: readonly string[]): Process {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  test.after(() => void child.kill("SIGKILL"));
  const reader = createInterface({ input: child.stdout });
  return { child, reader, lines: reader[Symbol.asyncIterator]() };
}

async function line(process: Process): Promise<string> {
  const next = await process.lines.next();
  return next.done === true ? "ended" : next.value;
}

/** Writes numbered words without pause and checks that they come back in order, none lost, none twice. */
class Conversation {
  readonly #socket: Socket;
  #sent = 0;
  #checked = 0;
  #rest = Buffer.alloc(0);
  #writing = true;
  failure: string | undefined;

  constructor(socket: Socket, options: { readonly wordsAtOnce: number }) {
    this.#socket = socket;
    socket.on("error", (error) => (this.failure ??= error.message));
    socket.on("end", () => (this.failure ??= "the connection ended"));
    socket.on("data", (chunk: Buffer) => {
      this.#check(chunk);
      // Keeps something under way at all times.
      while (this.#writing && this.#sent - this.#checked < options.wordsAtOnce)
        this.#write(options.wordsAtOnce);
    });
    this.#write(options.wordsAtOnce);
  }

  get checked(): number {
    return this.#checked;
  }

  /** All that was sent came back. */
  async finish(): Promise<void> {
    this.#writing = false;
    while (this.#checked < this.#sent && this.failure === undefined) {
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
  }

  #write(words: number): void {
    const octets = Buffer.alloc(4 * words);
    for (let index = 0; index < words; index += 1) octets.writeUInt32BE(this.#sent + index, 4 * index);
    this.#sent += words;
    this.#socket.write(octets);
  }

  #check(chunk: Buffer): void {
    const octets = Buffer.concat([this.#rest, chunk]);
    const words = Math.floor(octets.length / 4);
    for (let index = 0; index < words; index += 1) {
      if (octets.readUInt32BE(4 * index) !== this.#checked)
        this.failure ??= `word ${this.#checked} is not in its place`;
      this.#checked += 1;
    }
    this.#rest = octets.subarray(4 * words);
  }
}

async function handOver(
  test: TestContext,
  options: { readonly connections: number; readonly wordsAtOnce: number; readonly key?: string },
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "kernel-"));
  test.after(() => rm(directory, { recursive: true }));
  const path = join(directory, "handover.sock");
  const old = start(test, ["old", path, "127.0.0.1", ...(options.key === undefined ? [] : [options.key])]);
  const port = Number(/^listening (\d+)$/.exec(await line(old))?.[1]);
  const dial = async (): Promise<Socket> => {
    const socket = connectPrepared({ host: "127.0.0.1", port }, (fd) => {
      if (options.key !== undefined) setMd5Key(fd, "127.0.0.1", options.key);
    });
    test.after(() => socket.destroy());
    assert.equal(await outcome(socket, 20_000), "connected");
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: options.connections }, dial));
  const conversations = sockets.map((socket) => new Conversation(socket, options));
  const progress = async (): Promise<void> => {
    const before = conversations.map(({ checked }) => checked);
    while (
      conversations.some(({ checked, failure }, index) => checked === before[index]! && failure === undefined)
    ) {
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
  };
  await progress();

  const exited = once(old.child, "exit");
  const successor = start(test, ["new", path]);
  assert.equal(await line(old), "handed over");
  assert.deepEqual(await exited, [0, null], "the old process is gone");
  assert.equal(await line(successor), `adopted ${options.connections}`);
  await progress();
  // A new connection reaches the successor on the same port, with the same key.
  conversations.push(new Conversation(await dial(), options));
  await progress();
  await Promise.all(conversations.map((each) => each.finish()));
  assert.deepEqual(conversations.map(({ failure }) => failure).filter(Boolean), []);
  successor.child.stdin.end();
  await once(successor.child, "exit");
}

it("a connection flows on without a gap in another process", async (test) => {
  await handOver(test, { connections: 1, wordsAtOnce: 100_000 });
});

it("with MD5 too", { skip: support.available ? false : `skipped: ${support.reason}` }, async (test) => {
  await handOver(test, { connections: 3, wordsAtOnce: 20_000, key: "secret" });
});

it("and a thousand in batches", async (test) => {
  await handOver(test, { connections: 1000, wordsAtOnce: 40 });
});
