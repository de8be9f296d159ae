import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidError, NotFoundError } from "../errors.ts";
import { MAX_MD5_KEY_OCTETS } from "../md5-key.ts";
import type { DeviceChange } from "../registry.ts";
import { bench, messageOf, START } from "./fixture.ts";
import type { OpenRegistry } from "./fixture.ts";

const R1 = { name: "r1", asn: 65001, addresses: ["192.0.2.1"] };

function textOf(octets: Uint8Array | undefined): string | undefined {
  return octets === undefined ? undefined : Buffer.from(octets).toString("utf8");
}

/** What any registry must do with MD5 keys. */
export function md5KeyCompliance(open: OpenRegistry): void {
  test("a key is set, shown as set, replaced and taken away", () => {
    using at = bench(open);
    const device = at.registry.addDevice({ ...R1, md5Key: "first" });
    assert.equal(device.md5KeySetAt, new Date(START).toISOString());
    assert.equal(textOf(at.registry.md5Key(device.id)), "first");
    at.now += 1000;
    const untouched = at.registry.updateDevice("r1", { holdTime: 30 });
    assert.equal(untouched.md5KeySetAt, new Date(START).toISOString());
    assert.equal(textOf(at.registry.md5Key(device.id)), "first");
    const replaced = at.registry.updateDevice("r1", { md5Key: "zwölf €" });
    assert.equal(replaced.md5KeySetAt, new Date(START + 1000).toISOString());
    assert.equal(textOf(at.registry.md5Key(device.id)), "zwölf €");
    assert.deepEqual(at.registry.device("r1"), replaced);
    assert.deepEqual(at.registry.devices(), [replaced]);
    const without = at.registry.updateDevice("r1", { md5Key: null });
    assert.equal("md5KeySetAt" in without, false);
    assert.equal(at.registry.md5Key(device.id), undefined);
    assert.equal("md5KeySetAt" in at.registry.updateDevice("r1", { md5Key: null }), false);
  });

  test("devices have keys of their own, and a removed device leaves none", () => {
    using at = bench(open);
    const one = at.registry.addDevice({ ...R1, md5Key: "one" });
    const two = at.registry.addDevice({ ...R1, name: "r2", addresses: ["192.0.2.2"] });
    assert.equal(at.registry.md5Key(two.id), undefined);
    assert.deepEqual(at.registry.devicesWithMd5Key(), [one]);
    const keyed = at.registry.updateDevice("r2", { md5Key: "two" });
    assert.equal(textOf(at.registry.md5Key(one.id)), "one");
    assert.equal(textOf(at.registry.md5Key(two.id)), "two");
    assert.deepEqual(at.registry.devicesWithMd5Key(), [one, keyed]);
    at.registry.removeDevice("r1");
    assert.equal(at.registry.md5Key(one.id), undefined);
    assert.deepEqual(at.registry.devicesWithMd5Key(), [keyed]);
  });

  test("a key has 1 to 80 octets of one line; what is refused changes nothing and is not shown", () => {
    using at = bench(open);
    const longest = "ü".repeat(MAX_MD5_KEY_OCTETS / 2);
    const { id } = at.registry.addDevice({ ...R1, md5Key: longest });
    assert.equal(textOf(at.registry.md5Key(id)), longest);
    for (const wrong of ["", `${longest}x`, "two\nlines", "tab\there", "nul\u0000"]) {
      const refused = { name: "InvalidError", field: "md5Key" };
      assert.throws(() => at.registry.updateDevice("r1", { holdTime: 30, md5Key: wrong }), refused);
      assert.throws(() => at.registry.addDevice({ name: "r2", type: "none", md5Key: wrong }), InvalidError);
      const message = messageOf(() => at.registry.updateDevice("r1", { md5Key: wrong }));
      if (wrong !== "") assert.equal(message.includes(wrong), false);
    }
    assert.equal(at.registry.device("r1")?.holdTime, 90);
    assert.equal(at.registry.deviceCount(), 1);
    assert.equal(textOf(at.registry.md5Key(id)), longest);
    assert.throws(() => at.registry.updateDevice("r9", { md5Key: "key" }), NotFoundError);
  });

  test("listeners are told whether the key changed, and never the key", () => {
    using at = bench(open);
    const changes: DeviceChange[] = [];
    at.registry.onChange((change) => changes.push(change));
    at.registry.addDevice(R1);
    at.registry.updateDevice("r1", { md5Key: "in-no-event" });
    at.registry.updateDevice("r1", { holdTime: 30 });
    // Set again within the same millisecond: the times are the same, the keys need not be.
    at.registry.updateDevice("r1", { md5Key: "in-no-event-either" });
    at.registry.updateDevice("r1", { md5Key: null });
    at.registry.updateDevice("r1", { md5Key: null });
    at.registry.updateDevice("r1", { md5Key: "in-no-event" });
    at.registry.removeDevice("r1");
    assert.deepEqual(
      changes.map(({ md5KeyChanged }) => md5KeyChanged),
      [false, true, false, true, true, false, true, true],
    );
    assert.equal(JSON.stringify(changes).includes("in-no-event"), false);
  });
}
