import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Loopback, until } from "./loopback.fixture.ts";
import { readSendQueues, unacknowledged } from "./tcp-queue.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const TCP = `${HEAD}
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0201007F:C350 0100007F:1F90 01 000001F4:00000007 00:00000000 00000000     0        0 2 1
`;
const TCP6 = `${HEAD}
   0: B80D0120000000000000000001000000:00B3 B80D0120000000000000000002000000:EA60 01 0000000A:00000000 00:00000000
`;

describe("readSendQueues", () => {
  it("reads what Linux says of connections", async (test) => {
    if (endianness() !== "LE") {
      test.skip("the sample is of a little-endian machine");
      return;
    }
    const root = await mkdtemp(join(tmpdir(), "netferry-proc-"));
    await writeFile(join(root, "tcp"), TCP);
    await writeFile(join(root, "tcp6"), TCP6);
    const queues = await readSendQueues(root);
    assert.ok(queues !== undefined);
    const ends = { localAddress: "127.0.1.2", localPort: 50_000, remotePort: 8080 };
    assert.equal(unacknowledged(queues, ends), 500);
    assert.equal(unacknowledged(queues, { ...ends, localPort: 50_001 }), 0);
    assert.equal(
      unacknowledged(queues, { localAddress: "2001:db8::1", localPort: 179, remotePort: 60_000 }),
      10,
    );
    await rm(join(root, "tcp6"));
    assert.equal((await readSendQueues(root))?.size, 2);
    await rm(root, { recursive: true });
    assert.equal(await readSendQueues(root), undefined);
  });

  it("knows of octets that a peer has not taken", async (test) => {
    if ((await readSendQueues()) === undefined) {
      test.skip("this system does not tell of send queues");
      return;
    }
    await using loopback = new Loopback();
    const accepted: Socket[] = [];
    const port = await loopback.listen((socket) => {
      socket.pause();
      accepted.push(socket);
    });
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => undefined);
    const left = async (): Promise<number> => unacknowledged((await readSendQueues()) ?? new Map(), socket);
    await until("it has connected", () => accepted.length === 1);
    socket.write(Buffer.alloc(64 * 1024 * 1024));
    while ((await left()) === 0);
    accepted[0]!.resume();
    await until("all is written", () => socket.writableLength === 0);
    while ((await left()) > 0);
    socket.destroy();
  });
});
