import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { createLogger } from "@netferry/service";
import { CapturedStream, ManualClock } from "@netferry/service/testing";
import { DialledAddresses, type DialledSession } from "./dialled-addresses.ts";

const [SHARED, OWN] = ["192.0.2.10", "192.0.2.1"];

describe("an address that devices have dialled", () => {
  let clock: ManualClock;
  let here: Set<string>;
  let ended: string[];
  let sessions: DialledSession[];
  let asked: string[];
  let watch: DialledAddresses;
  const counters = { addressesLost: 0 };

  const session = (proxyIp: string): DialledSession => ({
    identity: { proxyIp },
    stop(reason) {
      ended.push(reason);
      sessions = sessions.filter((each) => each !== this);
    },
  });
  const look = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      clock.advance(1_000);
      await clock.settle();
    }
  };

  beforeEach(() => {
    clock = new ManualClock();
    here = new Set([SHARED, OWN]);
    ended = [];
    asked = [];
    counters.addressesLost = 0;
    sessions = [session(SHARED), session(SHARED), session(OWN)];
    watch = new DialledAddresses({
      sessions: () => sessions,
      hasAddress: (address) => {
        asked.push(address);
        return Promise.resolve(here.has(address));
      },
      counters,
      clock,
      logger: createLogger({ destination: new CapturedStream() }),
    });
    watch.start();
  });

  it("ends their sessions when it has left the machine, and no others", async () => {
    await look(3);
    assert.deepEqual(ended, []);
    here.delete(SHARED);
    await look(1);
    assert.deepEqual(ended, []);
    await look(1);
    assert.deepEqual(ended, Array(2).fill(`the address ${SHARED} has left the agent's machine`));
    assert.equal(counters.addressesLost, 2);
    await look(5);
    assert.equal(sessions.length, 1);
  });

  it("may be away for an instant", async () => {
    await look(1);
    for (let round = 0; round < 5; round += 1) {
      here.delete(SHARED);
      await look(1);
      here.add(SHARED);
      await look(1);
    }
    assert.deepEqual(ended, []);
  });

  it("is not missed where it never was the machine's: a proxy in the way may take connections for others", async () => {
    here.delete(SHARED);
    await look(10);
    assert.deepEqual(ended, []);
  });

  it("is looked at once however many sessions there are, and not at all after the end", async () => {
    await look(1);
    assert.deepEqual(asked, [SHARED, OWN]);
    watch.stop();
    await look(3);
    assert.equal(asked.length, 2);
    assert.equal(clock.timers, 0);
  });

  it("changes nothing when the look ends after the end", async () => {
    await look(2);
    here.delete(SHARED);
    await look(1);
    clock.advance(1_000);
    watch.stop();
    await clock.settle();
    assert.deepEqual([ended, clock.timers], [[], 0]);
  });
});
