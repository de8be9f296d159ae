import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { it } from "node:test";

import { KernelArgumentError, KernelError } from "../error.ts";
import { listening, outcome, readOctets } from "../testing/tcp.ts";
import { connectPrepared } from "./connect.ts";
import {
  bindToDevice,
  boundDevice,
  enableTtlSecurity,
  minimumTtl,
  setMinimumTtl,
  setTtl,
  setUserTimeout,
  userTimeout,
} from "./settings.ts";
import { socketInfo } from "./tcp-info.ts";

for (const [what, bound, host] of [
  ["IPv4", "127.0.0.1", "127.0.0.1"],
  ["IPv6", "::1", "::1"],
  ["IPv4 on a dual-stack listener", "::", "127.0.0.1"],
] as const) {
  it(`GTSM drops what came from further away, and takes the neighbour: ${what}`, async (test) => {
    const { server, port } = await listening(test, bound);
    enableTtlSecurity(server, 1);
    assert.equal(minimumTtl(server), 255);
    const dial = (prepare: (fd: number) => void): Socket => {
      const socket = connectPrepared({ host, port }, prepare);
      test.after(() => socket.destroy());
      return socket;
    };
    assert.equal(
      await outcome(
        dial((fd) => enableTtlSecurity(fd, 1)),
        5000,
      ),
      "connected",
    );
    assert.equal(
      await outcome(
        dial((fd) => setTtl(fd, 254)),
        400,
      ),
      undefined,
    );
    setMinimumTtl(server, 0);
    assert.equal(
      await outcome(
        dial((fd) => setTtl(fd, 64)),
        5000,
      ),
      "connected",
    );
  });
}

it("a socket that is bound to a device says so; a device that is not there is named", async (test) => {
  const { server, port } = await listening(test, "0.0.0.0");
  assert.equal(boundDevice(server), "");
  const client = connectPrepared({ host: "127.0.0.1", port }, (fd) => bindToDevice(fd, "lo"));
  test.after(() => client.destroy());
  assert.equal(await outcome(client, 5000), "connected");
  assert.equal(boundDevice(client), "lo");
  assert.throws(
    () => bindToDevice(server, "no-such-if"),
    (error) =>
      error instanceof KernelError && error.code === "ENODEV" && error.message.includes("no-such-if"),
  );
  assert.throws(() => bindToDevice(server, "x".repeat(16)), KernelArgumentError);
});

it("the user timeout is what was set, and nothing that can't be", async (test) => {
  const { server } = await listening(test, "127.0.0.1");
  assert.equal(userTimeout(server), 0);
  setUserTimeout(server, 30_000);
  assert.equal(userTimeout(server), 30_000);
  for (const wrong of [-1, 1.5, 2 ** 31, Number.NaN]) {
    assert.throws(() => setUserTimeout(server, wrong), KernelArgumentError);
  }
  for (const wrong of [-1, 256]) assert.throws(() => setMinimumTtl(server, wrong), KernelArgumentError);
  for (const wrong of [0, 256]) assert.throws(() => enableTtlSecurity(server, wrong), KernelArgumentError);
});

it("TCP_INFO tells of a connection: state, round trip, octets either way", async (test) => {
  const { server, port } = await listening(test, "127.0.0.1", (socket) => {
    socket.once("data", () => socket.write(Buffer.alloc(2000)));
  });
  assert.equal(socketInfo(server).state, "listen");
  const client = connectPrepared({ host: "127.0.0.1", port }, () => {});
  test.after(() => client.destroy());
  client.write(Buffer.alloc(1000));
  await readOctets(client, 2000);
  const info = socketInfo(client);
  assert.equal(info.state, "established");
  assert.equal(info.bytesReceived, 2000);
  // The SYN counts as one octet.
  assert.equal(info.bytesAcknowledged, 1001);
  assert.ok(info.rtt > 0 && info.minimumRtt > 0 && info.minimumRtt <= info.rtt + 4 * info.rttVariation);
  assert.ok(info.congestionWindow > 0 && info.maximumSegment > 500 && info.retransmissionTimeout > 0);
  assert.deepEqual([info.unacked, info.notSent, info.retransmits], [0, 0, 0]);
});

it("what prepare throws is thrown, the socket is closed, and nothing was connected", async (test) => {
  let connections = 0;
  const { port } = await listening(test, "127.0.0.1", () => (connections += 1));
  let seen = -1;
  assert.throws(
    () =>
      connectPrepared({ host: "127.0.0.1", port }, (fd) => {
        seen = fd;
        throw new RangeError("no");
      }),
    RangeError,
  );
  assert.throws(() => setTtl(seen, 64), { code: "EBADF" });
  assert.throws(() => connectPrepared({ host: "localhost", port }, () => {}), KernelArgumentError);
  const client = connectPrepared({ host: "127.0.0.1", port, localAddress: "127.0.0.9" }, () => {});
  test.after(() => client.destroy());
  assert.equal(await outcome(client, 5000), "connected");
  assert.equal(client.localAddress, "127.0.0.9");
  assert.equal(connections, 1);
});
