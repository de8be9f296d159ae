import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { IPV4_UNICAST, parsePrefix } from "@netferry/bgp";
import { createMemoryRegistry } from "@netferry/registry";
import { Rib } from "@netferry/rib";
import { type Clock, createLogger } from "@netferry/service";
import { RestoredSessions } from "../relay/restored-sessions.ts";
import { DeviceRuntimes } from "./device-runtimes.ts";
import { SavedSlots } from "./saved-slots.ts";
import type { SavedSlot } from "./slot-store.ts";

const STALE_TIME_MS = 300_000;
const ACCOUNT = 3;
const KEY = "192.0.2.1 relay agent";
const SESSION = { sessionId: "11111111-2222-3333-4444-555555555555", accountId: ACCOUNT, applied: 12_345 };

/** Time in the test's hands, over several lives of an ingest. */
class Time implements Clock {
  ms = 1_000_000;
  #timers = new Map<() => void, number>();

  readonly now = () => this.ms;
  readonly monotonic = () => this.ms;
  readonly later = (delayMs: number, run: () => void) => {
    this.#timers.set(run, this.ms + delayMs);
    return () => this.#timers.delete(run);
  };

  pass(ms: number): void {
    this.ms += ms;
    for (const [run, at] of this.#timers) {
      if (at > this.ms) continue;
      this.#timers.delete(run);
      run();
    }
  }

  /** The process is gone, and its timers with it. */
  crash(): void {
    this.#timers = new Map();
  }
}

describe("what a snapshot keeps of peerings", () => {
  let time: Time;
  beforeEach(() => {
    time = new Time();
  });

  /** One life of an ingest: it loads a slot with one route. */
  function start(saved: SavedSlot, createdAt: number) {
    const registry = createMemoryRegistry();
    registry.addDevice({ name: "r1", type: "peer", asn: 65_001, addresses: ["192.0.2.1"] });
    const rib = new Rib({ seed: [1, 2] });
    const logger = createLogger({ destination: { write: (_text, done) => done() } });
    const devices = new DeviceRuntimes({ rib, clock: time, logger, staleTimeMs: STALE_TIME_MS });
    const sessions = new RestoredSessions();
    const slots = new SavedSlots(devices, registry, sessions);
    const table = slots.restore(saved);
    const prefix = parsePrefix("198.51.100.0/24");
    assert.ok(table !== undefined && prefix !== undefined);
    const id = rib.attributes.intern(Uint8Array.of(64, 1, 1, 0), 0, 4);
    table.announceOne(IPV4_UNICAST, prefix.nlri, 0, prefix.nlri.length, undefined, id);
    slots.restored(createdAt);
    return { devices, sessions, save: (settled: boolean) => slots.save(settled).map(({ slot }) => slot) };
  }

  const saved: SavedSlot = { deviceId: 1, key: KEY, session: SESSION };

  test("a session whose agent is not back yet is in the next one as it was, however often", () => {
    let slot: SavedSlot | undefined = saved;
    let createdAt = time.ms;
    for (let round = 0; round < 3; round += 1) {
      const life = start(slot, createdAt);
      time.pass(1_000);
      [slot] = life.save(true);
      assert.ok(slot !== undefined);
      assert.deepEqual(slot.session, SESSION);
      createdAt = time.ms;
      time.crash();
    }
    const { sessions } = start(slot, createdAt);
    assert.equal(sessions.take(SESSION.sessionId, ACCOUNT)?.applied, SESSION.applied);
  });

  test("its routes keep their age: since when, why, and how long they may stay", () => {
    const createdAt = time.ms;
    const first = start(saved, createdAt);
    time.pass(100_000);
    const [slot] = first.save(true);
    assert.deepEqual(slot?.age, {
      stale: [{ family: IPV4_UNICAST, since: createdAt, cause: "snapshot" }],
      timeLeftMs: 200_000,
    });
    time.crash();
    time.pass(5_000);
    const second = start({ ...saved, ...slot }, time.ms);
    assert.deepEqual(second.devices.staleMark(1, IPV4_UNICAST), { since: createdAt, cause: "snapshot" });
    time.pass(199_999);
    assert.equal([...second.devices.tables()].length, 1);
    time.pass(1);
    assert.equal([...second.devices.tables()].length, 0);
  });

  test("a device that was away stays away since then", () => {
    const since = time.ms - 50_000;
    const age = {
      stale: [{ family: IPV4_UNICAST, since, cause: "session-down" as const }],
      timeLeftMs: 250_000,
    };
    const { devices } = start({ deviceId: 1, key: KEY, age }, time.ms);
    assert.deepEqual(devices.staleMark(1, IPV4_UNICAST), { since, cause: "session-down" });
  });

  test("a session is not given out when its routes are gone, and not kept", () => {
    const { sessions, save } = start(saved, time.ms);
    time.pass(STALE_TIME_MS);
    assert.deepEqual(save(true), []);
    assert.equal(sessions.take(SESSION.sessionId, ACCOUNT), undefined);
  });

  test("a session that somebody came for, and one in a snapshot while routes change, is not kept", () => {
    const { sessions, save } = start(saved, time.ms);
    assert.equal(save(false)[0]?.session, undefined);
    assert.equal(sessions.take(SESSION.sessionId, ACCOUNT + 1), undefined, "it is another account's");
    assert.ok(sessions.take(SESSION.sessionId, ACCOUNT) !== undefined);
    assert.equal(save(true)[0]?.session, undefined);
  });
});
