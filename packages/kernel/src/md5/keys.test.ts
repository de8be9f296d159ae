import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { inspect } from "node:util";

import { KernelArgumentError, KernelError } from "../error.ts";
import { AF_INET, AF_INET6 } from "../socket/address.ts";
import { connectPrepared } from "../socket/connect.ts";
import { listening, outcome, readOctets } from "../testing/tcp.ts";
import { md5Support, removeMd5Key, replaceMd5Key, setMd5Key } from "./keys.ts";
import { encodeMd5Option, MAX_MD5_KEY } from "./option.ts";

const support = md5Support();
const skip = support.available ? false : `skipped: ${support.reason}`;

/** An unsigned or wrongly signed SYN is dropped without a word; a right one is answered within microseconds. */
const SILENCE = 400;

function dial(test: TestContext, host: string, port: number, key?: string): Socket {
  const socket = connectPrepared({ host, port }, (fd) => {
    if (key !== undefined) setMd5Key(fd, host, key);
  });
  socket.on("error", () => {});
  test.after(() => socket.destroy());
  return socket;
}

describe("TCP MD5 on a listener", { skip }, () => {
  for (const [what, bound, host] of [
    ["IPv4", "127.0.0.1", "127.0.0.1"],
    ["IPv6", "::1", "::1"],
    ["IPv4 on a dual-stack listener", "::", "127.0.0.1"],
  ] as const) {
    it(`takes the right key and no other: ${what}`, async (test) => {
      const { server, port } = await listening(test, bound, (socket) => socket.write("signed"));
      setMd5Key(server, host, "right");
      const right = dial(test, host, port, "right");
      assert.equal(await outcome(right, 5000), "connected");
      assert.equal((await readOctets(right, 6)).toString(), "signed");
      assert.equal(await outcome(dial(test, host, port, "wrong"), SILENCE), undefined);
      assert.equal(await outcome(dial(test, host, port), SILENCE), undefined);
    });
  }

  it("takes a replaced key from the next connection on, and refuses the old one", async (test) => {
    const { server, port } = await listening(test, "127.0.0.1");
    setMd5Key(server, "127.0.0.1", "old");
    setMd5Key(server, "127.0.0.1", Buffer.from("new"));
    assert.equal(await outcome(dial(test, "127.0.0.1", port, "old"), SILENCE), undefined);
    assert.equal(await outcome(dial(test, "127.0.0.1", port, "new"), 5000), "connected");
  });

  it("takes unsigned connections again after the key was removed, and says whether there was one", async (test) => {
    const { server, port } = await listening(test, "::");
    setMd5Key(server, "::ffff:127.0.0.1", "key");
    assert.equal(await outcome(dial(test, "127.0.0.1", port), SILENCE), undefined);
    assert.equal(removeMd5Key(server, "127.0.0.1"), true);
    assert.equal(removeMd5Key(server, "127.0.0.1"), false);
    assert.equal(await outcome(dial(test, "127.0.0.1", port), 5000), "connected");
    assert.equal(await outcome(dial(test, "127.0.0.1", port, "key"), SILENCE), undefined);
  });

  it("tells by its key whether a connection that was accepted is signed", async (test) => {
    const sockets: Socket[] = [];
    const { server, port } = await listening(test, "::", (socket) => sockets.push(socket));
    const unsigned = dial(test, "127.0.0.1", port);
    assert.equal(await outcome(unsigned, 5000), "connected");
    setMd5Key(server, "127.0.0.1", "key");
    const client = dial(test, "127.0.0.1", port, "key");
    assert.equal(await outcome(client, 5000), "connected");
    client.write("to know both");
    while (sockets.length < 2) await once(server, "connection");
    assert.deepEqual(
      sockets.map((socket) => replaceMd5Key(socket, "127.0.0.1", "next")),
      [false, true],
    );
    setMd5Key(client, "127.0.0.1", "next");
    sockets[1]?.write("signed");
    assert.equal((await readOctets(client, 6)).toString(), "signed");
    sockets[0]?.write("still plain");
    assert.equal((await readOctets(unsigned, 11)).toString(), "still plain");
  });

  it("has different keys for different peers, and one for a prefix", async (test) => {
    const { server, port } = await listening(test, "0.0.0.0");
    setMd5Key(server, { address: "127.1.0.0", prefix: 16 }, "all");
    setMd5Key(server, "127.2.0.1", "one");
    const from = (localAddress: string, key: string): Socket => {
      const socket = connectPrepared({ host: "127.0.0.1", port, localAddress }, (fd) =>
        setMd5Key(fd, "127.0.0.1", key),
      );
      test.after(() => socket.destroy());
      return socket;
    };
    assert.equal(await outcome(from("127.1.2.3", "all"), 5000), "connected");
    assert.equal(await outcome(from("127.2.0.1", "one"), 5000), "connected");
    assert.equal(await outcome(from("127.2.0.1", "all"), SILENCE), undefined);
    assert.equal(removeMd5Key(server, { address: "127.1.0.0", prefix: 16 }), true);
  });

  it("keeps a connection up while both ends change its key", async (test) => {
    const accepted = Promise.withResolvers<Socket>();
    const { server, port } = await listening(test, "127.0.0.1", accepted.resolve);
    setMd5Key(server, "127.0.0.1", "first");
    const client = dial(test, "127.0.0.1", port, "first");
    const socket = await accepted.promise;
    for (const key of ["second", "third"]) {
      setMd5Key(server, "127.0.0.1", key);
      setMd5Key(socket, "127.0.0.1", key);
      setMd5Key(client, "127.0.0.1", key);
      socket.write(key);
      assert.equal((await readOctets(client, key.length)).toString(), key);
    }
    // A key on one end alone: what that end signs is not heard any more.
    setMd5Key(socket, "127.0.0.1", "alone");
    socket.write("unheard");
    const signal = AbortSignal.timeout(SILENCE);
    await assert.rejects(once(client, "readable", { signal }), { name: "AbortError" });
  });
});

const refused = (domain: number, address: string, key: number, prefix?: number): void =>
  assert.throws(
    () => encodeMd5Option(domain, { address, prefix }, new Uint8Array(key)),
    (error) => error instanceof KernelArgumentError && !error.message.includes("\n"),
  );

it("a key that is too long, an address that is none, a wrong family and prefix are refused before the kernel", () => {
  refused(AF_INET, "192.0.2.1", MAX_MD5_KEY + 1);
  refused(AF_INET, "router", 1);
  refused(AF_INET, "2001:db8::1", 1);
  refused(AF_INET, "192.0.2.0", 1, 33);
  refused(AF_INET6, "2001:db8::", 1, 129);
  refused(AF_INET6, "192.0.2.0", 1, -1);
});

it("the structure is the kernel's", () => {
  const { value, extended } = encodeMd5Option(
    AF_INET6,
    { address: "::ffff:192.0.2.0", prefix: 120, interfaceIndex: 7 },
    Buffer.from("key"),
  );
  assert.equal(extended, true);
  assert.equal(value.length, 216);
  assert.equal(
    Buffer.from(value.subarray(0, 24)).toString("hex"),
    "0a0000000000000000000000000000000000ffffc0000200",
  );
  // flags, prefix of the IPv4 part, length of the key, index
  assert.equal(Buffer.from(value.subarray(128, 140)).toString("hex"), "03180300070000006b657900");
});

describe("what the kernel refuses", { skip }, () => {
  it("is an error of one line with the errno, and never the key", async (test) => {
    const { server } = await listening(test, "127.0.0.1");
    const secret = "do-not-show-this";
    assert.throws(
      () => setMd5Key(server, { address: "192.0.2.1", interfaceIndex: 0x7ffffff0 }, secret),
      (error) =>
        error instanceof KernelError &&
        error.code === "EINVAL" &&
        /^setsockopt TCP_MD5SIG_EXT for 192\.0\.2\.1: .*\(EINVAL\); [^\n]+$/.test(error.message) &&
        !inspect(error).includes(secret),
    );
    assert.throws(() => setMd5Key(server, "192.0.2.1", ""), KernelArgumentError);
    server.close();
    assert.throws(() => setMd5Key(server, "192.0.2.1", secret), /not open yet, or closed/);
  });

  it("names the limit when one socket has more keys than the kernel keeps", async (test) => {
    const { server } = await listening(test, "127.0.0.1");
    let keys = 0;
    const fill = (): void => {
      for (; keys < 1_000_000; keys += 1) {
        setMd5Key(server, `10.${keys >> 16}.${(keys >> 8) & 255}.${keys & 255}`, "key");
      }
    };
    assert.throws(
      fill,
      (error) =>
        error instanceof KernelError && error.code === "ENOMEM" && error.message.includes("optmem_max"),
    );
    assert.ok(keys > 50);
    assert.equal(removeMd5Key(server, "10.0.0.0"), true);
    setMd5Key(server, "192.0.2.1", "fits again");
  });
});
