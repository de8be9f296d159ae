import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import {
  ceaseNotification,
  CeaseSubcode,
  codecContext,
  type DownReason,
  downReasonText,
  encodeMessage,
  type Family,
  IPV4_UNICAST,
  IPV6_UNICAST,
  sessionOpen,
} from "@netferry/bgp";
import { ManualClock } from "../clock.ts";
import { RouteCollector, routeDifferences, routeKey } from "../route-collector.ts";
import { encodingOf } from "../table/encoding.ts";
import type { LiveTable } from "../table/live-table.ts";
import type { BgpSpeaker, SpeakerListener } from "./bgp-speaker.ts";
import { Loopback, SESSION, smallTable, until } from "./loopback.fixture.ts";

/** Collects what a speaker receives, anew in each session. */
class Received implements SpeakerListener {
  collector = new RouteCollector(codecContext());
  readonly downs: DownReason[] = [];

  established(speaker: BgpSpeaker): void {
    assert.ok(speaker.context !== undefined);
    this.collector = new RouteCollector(speaker.context);
  }

  update(_speaker: BgpSpeaker, message: Uint8Array): void {
    this.collector.apply(message);
  }

  down(_speaker: BgpSpeaker, reason: DownReason): void {
    this.downs.push(reason);
  }
}

function assertReceived(received: Received, sender: BgpSpeaker, table: LiveTable): void {
  assert.ok(sender.context !== undefined);
  const truth = new Map<string, Uint8Array>();
  for (const { family, nlri, attributes } of table.expected(encodingOf(sender.context))) {
    truth.set(routeKey(family, nlri), attributes);
  }
  assert.deepEqual(received.collector.problems, []);
  assert.deepEqual(routeDifferences(received.collector.routes, truth), []);
}

function isThere(received: Received, table: LiveTable): boolean {
  return received.collector.endsOfRib.length === 2 && received.collector.routes.size === table.routeCount();
}

describe("a speaker that dials", () => {
  for (const [name, asn] of [
    ["iBGP", 65001],
    ["eBGP", 65099],
  ] as const) {
    it(`announces its table with End-of-RIBs over ${name}, and follows it with changes`, async () => {
      await using loopback = new Loopback();
      const received = new Received();
      const table = smallTable();
      const session = { ...SESSION, localAsn: asn, localIdentifier: 2 };
      const { port } = await loopback.waiting({ session, listener: received });
      const speaker = loopback.speaker({
        dial: { host: "127.0.0.1", port, localAddress: "127.0.0.9" },
        table,
      });
      speaker.start();
      await until("the table is there", () => isThere(received, table));
      assertReceived(received, speaker, table);
      assert.deepEqual(received.collector.endsOfRib, [IPV4_UNICAST, IPV6_UNICAST]);
      assert.equal(speaker.counters.routesSent, 4000);
      assert.match(speaker.connection?.local ?? "", /^127\.0\.0\.9:/);
      let updates = received.collector.updates;
      for (let round = 0; round < 20; round += 1) {
        const batch = table.change(100);
        updates += batch.announced + batch.withdrawn;
        speaker.push(batch);
      }
      await until("the changes are there", () => received.collector.updates === updates);
      assertReceived(received, speaker, table);
      assert.equal(speaker.counters.batchesDeferred, 0);
    });
  }

  it("sends a table as it is now, and what changes while it does", async () => {
    await using loopback = new Loopback();
    const received = new Received();
    const table = smallTable(20_000, 5000);
    table.change(3000);
    const { port } = await loopback.waiting({ listener: received });
    const speaker = loopback.speaker({
      dial: { host: "127.0.0.1", port },
      table,
      listener: { established: () => table.change(3000) },
    });
    speaker.start();
    await until("everything is there", () => {
      if (!speaker.synced || !isThere(received, table)) return false;
      return received.collector.routes.size === table.routeCount();
    });
    const sent = speaker.counters.bytesSent;
    await until("all is read", () => speaker.socket?.writableLength === 0);
    assert.equal(speaker.counters.bytesSent, sent);
    assertReceived(received, speaker, table);
  });

  it("stops making more while the peer does not read, and catches up later", async () => {
    await using loopback = new Loopback();
    const received = new Received();
    const table = smallTable(500_000, 0);
    const { speaker: peer, port } = await loopback.waiting({
      listener: {
        established: (speaker) => {
          received.established(speaker);
          speaker.socket?.pause();
        },
        update: (speaker, message) => received.update(speaker, message),
      },
    });
    let synced = 0;
    const speaker = loopback.speaker({
      dial: { host: "127.0.0.1", port },
      table,
      listener: { synced: () => (synced += 1) },
    });
    speaker.start();
    await until("the transport is full", () => (speaker.socket?.writableLength ?? 0) > 0);
    for (let round = 0; round < 50; round += 1) speaker.push(table.change(1000));
    // One chunk at most waits in the process, and a KEEPALIVE or two.
    assert.ok((speaker.socket?.writableLength ?? 0) < 600_000);
    assert.equal(speaker.counters.batchesDeferred, 50);
    assert.equal(synced, 0);
    peer.socket?.resume();
    await until("all is sent", () => synced === 1);
    await until("the peer has read all", () => peer.counters.bytesReceived === speaker.counters.bytesSent);
    assertReceived(received, speaker, table);
  });

  it("sends a family again when asked, between BoRR and EoRR where both ends do RFC 7313", async () => {
    for (const enhanced of [true, false]) {
      await using loopback = new Loopback();
      const received = new Received();
      const table = smallTable();
      const session = { ...SESSION, localIdentifier: 2, enhancedRouteRefresh: enhanced };
      const { speaker: peer, port } = await loopback.waiting({ session, listener: received });
      const speaker = loopback.speaker({ dial: { host: "127.0.0.1", port }, table });
      speaker.start();
      await until("the table is there", () => isThere(received, table));
      const before = peer.counters.messagesReceived.update;
      const ofFamily = (family: Family): string[] =>
        [...received.collector.routes.keys()].filter((key) => key.startsWith(`${family} `));
      for (const key of ofFamily(IPV6_UNICAST)) received.collector.routes.delete(key);
      assert.ok(peer.send({ type: "route-refresh", family: IPV6_UNICAST, subtype: 0 }));
      await until("the family is there again", () => isThere(received, table));
      assert.equal(speaker.counters.refreshes, 1);
      const markers = (): number => peer.counters.messagesReceived["route-refresh"];
      await until("the markers are there", () => markers() === (enhanced ? 2 : 0));
      assert.ok(peer.counters.messagesReceived.update > before);
      assertReceived(received, speaker, table);
    }
  });

  it("ends with words, which the peer hears", async () => {
    await using loopback = new Loopback();
    const received = new Received();
    const { port } = await loopback.waiting({ listener: received });
    const speaker = loopback.speaker({ dial: { host: "127.0.0.1", port }, table: smallTable() });
    speaker.start();
    await until("it is up", () => speaker.synced);
    await speaker.stop(ceaseNotification(CeaseSubcode.administrativeReset, "see you"));
    assert.equal(speaker.state, "idle");
    assert.equal(speaker.socket, undefined);
    await until("the peer has heard", () => received.downs.length === 1);
    assert.deepEqual(received.downs.map(downReasonText), [
      'peer sent NOTIFICATION Cease / Administrative Reset: "see you"',
    ]);
  });

  it("says what the peer's NOTIFICATION said", async () => {
    await using loopback = new Loopback();
    const session = { ...SESSION, localIdentifier: 2, expectedPeerAsn: 65002 };
    const { port } = await loopback.waiting({ session });
    const downs: DownReason[] = [];
    const speaker = loopback.speaker({
      dial: { host: "127.0.0.1", port },
      listener: { down: (_speaker, reason) => downs.push(reason) },
    });
    speaker.start();
    await until("it is down", () => downs.length > 0);
    assert.deepEqual(downs.map(downReasonText), ["peer sent NOTIFICATION OPEN Message Error / Bad Peer AS"]);
    assert.equal(speaker.state, "idle");
    assert.deepEqual(speaker.counters.down, { "notification-received": 1 });
  });

  it("names what refused the connection, and the address that is not there", async () => {
    await using loopback = new Loopback();
    const port = await loopback.listen(() => undefined);
    const texts: string[] = [];
    const listener: SpeakerListener = { down: (_speaker, reason) => texts.push(downReasonText(reason)) };
    loopback.speaker({ dial: { host: "127.0.0.1", port: 1 }, listener }).start();
    await until("one is down", () => texts.length === 1);
    loopback.speaker({ dial: { host: "127.0.0.1", port, localAddress: "192.0.2.77" }, listener }).start();
    await until("the other is down", () => texts.length === 2);
    assert.match(texts[0]!, /^cannot connect: connection refused by 127\.0\.0\.1:1;/);
    assert.match(texts[1]!, /^cannot connect: 192\.0\.2\.77 is not an address of this machine/);
  });
});

describe("a speaker that reconnects", () => {
  it("waits longer each time, and starts over after a session", async () => {
    await using loopback = new Loopback();
    const clock = new ManualClock();
    const sockets: Socket[] = [];
    const port = await loopback.listen((socket) => sockets.push(socket));
    let downs = 0;
    const speaker = loopback.speaker({
      dial: { host: "127.0.0.1", port },
      clock,
      random: () => 0,
      reconnect: { firstMs: 1000, maxMs: 4000 },
      listener: {
        down: (_speaker, reason, retry) => {
          assert.equal(retry, reason.kind !== "stopped");
          downs += 1;
        },
      },
    });
    const drop = async (): Promise<void> => {
      const expected = downs + 1;
      await until("it has connected", () => sockets.length === expected);
      sockets.at(-1)?.destroy();
      await until("it is down", () => downs === expected);
    };
    speaker.start();
    for (const pause of [500, 1000, 2000, 2000]) {
      await drop();
      clock.advance(pause - 1);
      assert.equal(speaker.state, "idle");
      clock.advance(1);
      assert.equal(speaker.state, "connect");
    }
    await until("it has connected", () => sockets.length === 5);
    const peer = sockets[4]!;
    peer.write(encodeMessage(sessionOpen({ ...SESSION, localIdentifier: 2 })));
    peer.write(encodeMessage({ type: "keepalive" }));
    await until("it is up", () => speaker.state === "established");
    await drop();
    clock.advance(500);
    assert.equal(speaker.state, "connect");
    assert.equal(speaker.counters.connections, 6);
    assert.equal(speaker.counters.established, 1);
    await speaker.stop();
    assert.equal(clock.pending, 0);
  });

  it("stays down once stopped, whenever that is", async () => {
    await using loopback = new Loopback();
    const clock = new ManualClock();
    const port = await loopback.listen((socket) => socket.destroy());
    const speaker = loopback.speaker({
      dial: { host: "127.0.0.1", port },
      clock,
      reconnect: { firstMs: 1000, maxMs: 1000 },
    });
    speaker.start();
    await until("it is down", () => speaker.lastDown !== undefined);
    await speaker.stop();
    assert.equal(clock.pending, 0);
    clock.advance(100_000);
    assert.equal(speaker.counters.connections, 1);
  });
});

describe("a speaker that waits", () => {
  it("takes one connection at a time, and the next after it", async () => {
    await using loopback = new Loopback();
    const { speaker: peer, port } = await loopback.waiting();
    const first = loopback.speaker({ dial: { host: "127.0.0.1", port } });
    first.start();
    await until("the first is up", () => first.state === "established");
    const second = loopback.speaker({ dial: { host: "127.0.0.1", port } });
    second.start();
    await until("the second is refused", () => second.lastDown !== undefined);
    assert.equal(peer.state, "established");
    first.abort();
    await until("the peer waits again", () => peer.state === "active");
    assert.equal(peer.lastDown?.kind, "transport-failed");
    second.start();
    await second.stop();
    const third = loopback.speaker({ dial: { host: "127.0.0.1", port } });
    third.start();
    await until("the third is up", () => peer.state === "established");
  });
});

describe("a speaker's timers", () => {
  it("keep the session up, and end it when the peer falls silent", async () => {
    await using loopback = new Loopback();
    const clock = new ManualClock();
    const sockets: Socket[] = [];
    const port = await loopback.listen((socket) => sockets.push(socket));
    const speaker = loopback.speaker({ dial: { host: "127.0.0.1", port }, clock, random: () => 0 });
    speaker.start();
    await until("it has connected", () => sockets.length === 1);
    const heard: Buffer[] = [];
    sockets[0]!.on("data", (chunk) => heard.push(chunk));
    sockets[0]!.write(encodeMessage(sessionOpen({ ...SESSION, localIdentifier: 2, holdTime: 30 })));
    sockets[0]!.write(encodeMessage({ type: "keepalive" }));
    await until("it is up", () => speaker.state === "established");
    const sent = speaker.counters.messagesSent;
    clock.advance(29_999);
    assert.equal(speaker.counters.messagesSent, sent + 2, "a KEEPALIVE each 10 s");
    clock.advance(1);
    assert.equal(speaker.state, "idle");
    assert.deepEqual(speaker.lastDown, { kind: "hold-timer-expired", seconds: 30, state: "established" });
    const end = Buffer.from(
      encodeMessage({ type: "notification", code: 4, subcode: 0, data: new Uint8Array() }),
    );
    await until("the peer has heard", () => Buffer.concat(heard).subarray(-end.length).equals(end));
  });
});

describe("what a speaker sends by hand", () => {
  it("needs a session, or at least a connection", async () => {
    await using loopback = new Loopback();
    const { speaker: peer, port } = await loopback.waiting();
    const speaker = loopback.speaker({ dial: { host: "127.0.0.1", port } });
    assert.equal(speaker.send({ type: "keepalive" }), false);
    assert.equal(speaker.sendRaw(Uint8Array.of(0)), false);
    speaker.start();
    await until("it is up", () => speaker.state === "established" && peer.state === "established");
    assert.ok(speaker.sendRaw(new Uint8Array(19)));
    await until("the peer has had enough", () => peer.lastDown !== undefined);
    assert.equal(peer.lastDown?.kind, "protocol-error");
  });

  it("has no path ids", () => {
    const session = { ...SESSION, addPathSend: [IPV4_UNICAST] };
    assert.throws(() => new Loopback().speaker({ session }), /leave out addPathSend/);
  });
});
