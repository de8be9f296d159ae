import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { it, type TestContext } from "node:test";
import {
  adoptSocket,
  closeDescriptor,
  createMemoryFile,
  DescriptorChannel,
  descriptorOf,
  unixSocketPair,
} from "@netferry/kernel";
import {
  decodeState,
  encodeState,
  type HandedSession,
  type HandedState,
  HandoverStateError,
} from "./state.ts";
import {
  awaitConfirmation,
  CargoRefused,
  closeAll,
  confirmCargo,
  receiveCargo,
  sendCargo,
} from "./transfer.ts";

const SESSION: HandedSession = {
  session: {
    sessionId: "11111111-2222-3333-4444-555555555555",
    deviceIp: "192.0.2.1",
    devicePort: 1179,
    proxyIp: "192.0.2.2",
    proxyPort: 179,
  },
  label: "1:r1-ipv4",
  echo: new Map([["device-id", "1"]]),
  startedAt: 1_700_000_000_000,
  outageSince: 1_700_000_001_000,
  deviceGone: undefined,
  opens: {
    device: Uint8Array.of(1, 2),
    ingest: Uint8Array.of(3),
    deviceConfirmed: true,
    ingestConfirmed: false,
  },
  flow: { from: 7, retained: [Uint8Array.of(4, 5, 6), Uint8Array.of(7)], received: 103 },
  lossy: true,
  droppedUpdates: 12,
  messages: { up: 4, down: 5 },
  connection: { input: Uint8Array.of(8, 9), bytesIn: 30, bytesOut: 103 },
};
const GONE: HandedSession = {
  ...SESSION,
  outageSince: undefined,
  deviceGone: "closed",
  connection: undefined,
};

function stateOf(sessions: readonly HandedSession[]): HandedState {
  return {
    instance: "agent",
    registryState: "ingest",
    version: "1.2.3",
    counters: { accepted: 5 },
    denials: [
      {
        address: "192.0.2.9",
        reason: "no such device",
        cause: "unknown-device",
        secondsLeft: 60,
        attempts: 2,
      },
    ],
    denied: { "unknown-device": 3 },
    md5Counters: { syns: 4 },
    deviceTotals: [["1:r1-ipv4", 1, 2, 3, 4]],
    md5Addresses: ["192.0.2.1", "2001:db8::1"],
    listeners: 0,
    waiting: 0,
    sessions,
  };
}

/** Octets as plain arrays, for a comparison that does not mind whose memory they are in. */
function plain(state: HandedState): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : value instanceof Map ? [...value] : value,
    ),
  );
}

it("the state arrives as it was", () => {
  const state = stateOf([SESSION, GONE, { ...SESSION, flow: { from: 0, retained: [], received: 0 } }]);
  assert.deepEqual(plain(decodeState(Uint8Array.from(Buffer.concat(encodeState(state))))), plain(state));
});

it("a state that is damaged, cut off or of another format is refused", () => {
  const octets = Buffer.concat(encodeState(stateOf([SESSION])));
  for (const length of [0, 3, 4, 100, octets.length - 1]) {
    assert.throws(() => decodeState(octets.subarray(0, length)), HandoverStateError, `${length} octets`);
  }
  const text = octets.toString("latin1");
  for (const damaged of [
    text.replace('"format":1', '"format":2'),
    text.replace('"lossy":true', '"lossy":"no"'),
  ]) {
    assert.throws(() => decodeState(Buffer.from(damaged, "latin1")), HandoverStateError);
  }
});

function channels(test: TestContext): [DescriptorChannel, DescriptorChannel] {
  const [near, far] = unixSocketPair();
  const pair: [DescriptorChannel, DescriptorChannel] = [
    new DescriptorChannel(near),
    new DescriptorChannel(far),
  ];
  test.after(() => pair.forEach((channel) => channel.close()));
  return pair;
}

async function connection(test: TestContext): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  server.close();
  test.after(() => {
    client.destroy();
    accepted.destroy();
  });
  return [client, accepted];
}

it("sockets arrive in their order, more than one message takes, and stay open here", async (test) => {
  const [giver, taker] = channels(test);
  const pairs = await Promise.all(Array.from({ length: 3 }, () => connection(test)));
  const sessions = Array.from({ length: 300 }, () => SESSION);
  const descriptors = sessions.map((_, index) => descriptorOf(pairs[index % 3]?.[1] ?? -1));
  const [received] = await Promise.all([
    receiveCargo(taker),
    sendCargo(giver, { state: stateOf(sessions), descriptors }),
  ]);
  assert.equal(received?.state.sessions.length, 300);
  assert.equal(received.descriptors.length, 300);
  const adopted = adoptSocket(received.descriptors[1] ?? -1);
  test.after(() => adopted.destroy());
  closeAll(received.descriptors.filter((_, index) => index !== 1));
  for (const [, accepted] of pairs) accepted.destroy();
  adopted.write("on");
  const [chunk] = (await once(pairs[1]?.[0] ?? adopted, "data")) as [Buffer];
  assert.equal(chunk.toString(), "on");
  const [confirmed] = await Promise.all([awaitConfirmation(giver), confirmCargo(taker)]);
  assert.equal(confirmed, true);
});

it("what waits in a closed channel is still there", async (test) => {
  const [giver, taker] = channels(test);
  const [client, accepted] = await connection(test);
  await sendCargo(giver, { state: stateOf([SESSION]), descriptors: [descriptorOf(accepted)] });
  giver.close();
  accepted.destroy();
  const received = await receiveCargo(taker);
  const adopted = adoptSocket(received?.descriptors[0] ?? -1);
  test.after(() => adopted.destroy());
  adopted.write("later");
  const [chunk] = (await once(client, "data")) as [Buffer];
  assert.equal(chunk.toString(), "later");
});

it("a side that ends in between is told of, not taken for whole", async (test) => {
  const [giver, taker] = channels(test);
  const file = createMemoryFile("x", encodeState(stateOf([SESSION])));
  await giver.send(Buffer.from(JSON.stringify({ descriptors: 2 })), [file]);
  await giver.send(Buffer.from("descriptors"), [file]);
  closeDescriptor(file);
  giver.close();
  await assert.rejects(receiveCargo(taker), /ended after 1 of 2 sockets/);
  const [other, silent] = channels(test);
  other.close();
  assert.equal(await receiveCargo(silent), undefined);
  const [waiting, gone] = channels(test);
  gone.close();
  assert.equal(await awaitConfirmation(waiting), false);
});

it("sockets that the state does not know come back with the refusal", async (test) => {
  const [giver, taker] = channels(test);
  const [, accepted] = await connection(test);
  await sendCargo(giver, { state: stateOf([GONE]), descriptors: [descriptorOf(accepted)] });
  const refused = await receiveCargo(taker).then(
    () => assert.fail("taken"),
    (error: unknown) => error,
  );
  assert.ok(refused instanceof CargoRefused);
  assert.match(refused.message, /tells of 0 sockets, 1 came/);
  assert.equal(refused.descriptors.length, 1);
  closeAll(refused.descriptors);
});
