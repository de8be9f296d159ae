import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { describe, it } from "node:test";
import { MAX_PENDING, MAX_PENDING_PER_ADDRESS, PendingConnections } from "./pending.ts";
import { RelayListener, type RelayRefusal } from "./listener.ts";

function socketFrom(remoteAddress: string, remotePort: number): Socket {
  const socket = new Socket();
  for (const [name, value] of Object.entries({ remoteAddress, remotePort }))
    Object.defineProperty(socket, name, { value });
  return socket;
}

describe("connections that have not said what they speak", () => {
  it("are bounded by address and in all, and make room when they speak or close", async () => {
    const pending = new PendingConnections();
    const sockets: Socket[] = [];
    const take = (address: string): string | undefined => {
      const socket = socketFrom(address, sockets.length);
      const refusal = pending.take(socket);
      if (refusal === undefined) sockets.push(socket);
      return refusal;
    };
    for (let n = 0; n < MAX_PENDING_PER_ADDRESS; n += 1) assert.equal(take("192.0.2.1"), undefined);
    assert.equal(take("192.0.2.1"), "pending-from-address");
    while (pending.size < MAX_PENDING) assert.equal(take(`2001:db8::${pending.size}`), undefined);
    assert.equal(take("192.0.2.2"), "pending");
    // TLS speaks over a socket of its own.
    pending.settled(socketFrom("192.0.2.1", 0));
    pending.settled(socketFrom("192.0.2.1", 0));
    assert.equal(pending.size, MAX_PENDING - 1);
    assert.equal(take("192.0.2.1"), undefined);
    sockets[1]?.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(pending.size, MAX_PENDING - 1);
    pending.close();
    await new Promise((resolve) => setImmediate(resolve));
    // Those that were settled are their takers' affair.
    assert.deepEqual([pending.size, sockets[0]?.destroyed], [0, false]);
  });

  it("are handed out by what they say; the listener takes so many and no more, and tells of each that it refuses", async () => {
    const spoke: string[] = [];
    const refused: RelayRefusal[] = [];
    const listener = new RelayListener({
      certificate: undefined,
      maxConnections: 3,
      onHttp2: (socket) => {
        spoke.push("h2");
        socket.destroy();
      },
      onHttp1: () => spoke.push("http/1.1"),
      onRefused: (cause) => refused.push(cause),
    });
    const port = await listener.listen("127.0.0.1", 0);
    const dial = async (text: string): Promise<Socket> => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(text);
      return socket;
    };
    const h2 = await dial("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    h2.resume();
    await once(h2, "close");
    const slow = await dial("P");
    slow.resume();
    for (const octet of "RI * HTTP/2.0") {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await new Promise((resolve) => setTimeout(resolve, 2));
      slow.write(octet);
    }
    if (!slow.closed) await once(slow, "close");
    const held = [await dial("GET / HTTP/1.1\r\n"), await dial("PR"), await dial("")];
    const further = await dial("");
    further.resume();
    if (!further.closed) await once(further, "close");
    assert.deepEqual([spoke, refused], [["h2", "h2", "http/1.1"], ["total"]]);
    listener.close();
    for (const socket of held) socket.destroy();
  });
});
