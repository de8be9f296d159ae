import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { connectPrepared, md5Support, setMd5Key } from "@netferry/kernel";
import { createMemoryRegistry, type Registry } from "@netferry/registry";
import { createLogger } from "@netferry/service";
import { CapturedStream } from "@netferry/service/testing";
import { DirectMd5 } from "./direct-md5.ts";

const support = md5Support();
const skip = support.available ? false : `skipped: ${support.reason}`;

/** An unsigned or wrongly signed SYN is dropped without a word; a right one is answered within microseconds. */
const SILENCE = 400;
const DEVICE = "127.0.5.1";

describe("TCP MD5 of devices that dial ingest", { skip }, () => {
  let registry: Registry;
  let stream: CapturedStream;
  let md5: DirectMd5;
  let server: Server;
  const clients: Socket[] = [];
  const accepted: Socket[] = [];
  const ended: string[] = [];
  const refused: (string | undefined)[] = [];

  beforeEach(async () => {
    for (const list of [clients, accepted, ended, refused]) list.length = 0;
    registry = createMemoryRegistry();
    registry.addDevice({ name: "r1", asn: 65001, addresses: [DEVICE, "2001:db8::1"], md5Key: "one" });
    stream = new CapturedStream();
    md5 = new DirectMd5(registry, createLogger({ destination: stream }));
    registry.onChange((change) => md5.deviceChanged(change));
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on("error", () => undefined);
      const refusal = md5.refusal(socket, DEVICE);
      refused.push(refusal);
      if (refusal === undefined) md5.watch(socket, DEVICE, (reason) => ended.push(reason));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    for (const socket of [...clients, ...accepted]) socket.destroy();
    server.close();
    registry.close();
  });

  async function dial(key: string | undefined): Promise<Socket | undefined> {
    const { port } = server.address() as AddressInfo;
    const socket = connectPrepared({ host: "127.0.0.1", port, localAddress: DEVICE }, (fd) => {
      if (key !== undefined) setMd5Key(fd, "127.0.0.1", key);
    });
    clients.push(socket);
    socket.on("error", () => undefined);
    const before = accepted.length;
    try {
      await once(socket, "connect", { signal: AbortSignal.timeout(SILENCE) });
    } catch {
      return undefined;
    }
    if (accepted.length === before) await once(server, "connection");
    return socket;
  }

  it("has the keys on its listeners before anybody dials", async () => {
    md5.listening(server);
    assert.ok(await dial("one"));
    assert.equal(await dial("two"), undefined);
    assert.equal(await dial(undefined), undefined);
    assert.deepEqual(refused, [undefined]);
    assert.deepEqual(md5.counters, { unsigned: 0, keysRefused: 0 });
  });

  it("follows the registry: a key that is replaced on a connection that is up, and one that is taken away", async () => {
    md5.listening(server);
    const client = await dial("one");
    assert.ok(client);
    registry.updateDevice("r1", { md5Key: "two" });
    setMd5Key(client, "127.0.0.1", "two");
    accepted[0]?.write("signed with the new one");
    const [chunk] = (await once(client, "data")) as [Buffer];
    assert.equal(chunk.toString(), "signed with the new one");
    assert.equal(await dial("one"), undefined);
    assert.ok(await dial("two"));
    registry.updateDevice("r1", { md5Key: null });
    assert.ok(await dial(undefined));
    assert.deepEqual(ended, []);
    registry.updateDevice("r1", { md5Key: "three" });
    assert.equal(ended.length, 3, "sessions that are not signed any more can't go on");
    registry.removeDevice("r1");
    assert.ok(await dial(undefined));
  });

  it("refuses what was accepted before the key was on the listener, once in the log, with the remedy", async () => {
    assert.ok(await dial(undefined));
    assert.ok(await dial(undefined));
    assert.match(String(refused[0]), /does not sign/);
    assert.equal(md5.counters.unsigned, 2);
    assert.equal(stream.lines.length, 1);
    assert.match(stream.text, /netferry device set r1 --unset md5-key/);
  });

  it("leaves devices without a key alone, and those of the other family", async () => {
    registry.updateDevice("r1", { md5Key: null });
    md5.listening(server);
    assert.ok(await dial(undefined));
    registry.updateDevice("r1", { addresses: ["2001:db8::1"], md5Key: "six" });
    assert.ok(await dial(undefined));
    assert.deepEqual(md5.counters, { unsigned: 0, keysRefused: 0 });
  });
});
