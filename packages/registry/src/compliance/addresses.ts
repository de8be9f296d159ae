import assert from "node:assert/strict";
import { test } from "node:test";
import { ConflictError } from "../errors.ts";
import type { DeviceChange } from "../registry.ts";
import { bench, messageOf } from "./fixture.ts";
import type { OpenRegistry } from "./fixture.ts";

/** What any registry must answer about addresses, and tell about their changes. */
export function addressCompliance(open: OpenRegistry): void {
  test("an address finds its device in any spelling, and text that is none finds nothing", () => {
    using at = bench(open);
    const v4 = at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] });
    const v6 = at.registry.addDevice({ name: "r2", asn: 65002, addresses: ["2001:db8::a", "2001:db8::b"] });
    assert.deepEqual(at.registry.findByAddress("192.0.2.1"), { kind: "device", device: v4 });
    assert.deepEqual(at.registry.findByAddress("::ffff:192.0.2.1"), { kind: "device", device: v4 });
    assert.deepEqual(at.registry.findByAddress("2001:DB8:0::000b"), { kind: "device", device: v6 });
    for (const unknown of ["192.0.2.2", "r1", "", "192.0.2.1/32", "'; DROP TABLE devices; --"]) {
      assert.deepEqual(at.registry.findByAddress(unknown), { kind: "unknown", elsewhere: [] });
    }
  });

  test("one address in two sites is ambiguous without a site, and certain with one", () => {
    using at = bench(open);
    const ams = at.registry.addSite({ name: "ams" });
    const fra = at.registry.addSite({ name: "fra" });
    const one = at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["10.0.0.1"], siteId: ams.id });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1"), { kind: "device", device: one });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1", fra.id), { kind: "unknown", elsewhere: [one] });
    const two = at.registry.addDevice({ name: "r2", asn: 65002, addresses: ["10.0.0.1"], siteId: fra.id });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1"), { kind: "ambiguous", devices: [one, two] });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1", ams.id), { kind: "device", device: one });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1", fra.id), { kind: "device", device: two });
  });

  test("a device without a site is not in any", () => {
    using at = bench(open);
    const ams = at.registry.addSite({ name: "ams" });
    const loose = at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["10.0.0.1"] });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1", ams.id), { kind: "unknown", elsewhere: [loose] });
    const sited = at.registry.addDevice({ name: "r2", asn: 65002, addresses: ["10.0.0.1"], siteId: ams.id });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1", ams.id), { kind: "device", device: sited });
    assert.deepEqual(at.registry.findByAddress("10.0.0.1"), { kind: "ambiguous", devices: [loose, sited] });
  });

  test("two devices that could not be told apart are refused, both named, with the remedy", () => {
    using at = bench(open);
    const ams = at.registry.addSite({ name: "ams" });
    at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["10.0.0.1"] });
    const twin = { name: "r2", asn: 65002, addresses: ["10.0.0.9", "::ffff:10.0.0.1"] };
    assert.throws(() => at.registry.addDevice(twin), ConflictError);
    assert.match(
      messageOf(() => at.registry.addDevice(twin)),
      /10\.0\.0\.1 belongs to device "r1" \(id \d+\), without a site like "r2"; put one of the two into another site/,
    );
    at.registry.addDevice({ ...twin, siteId: ams.id });
    assert.match(
      messageOf(() => at.registry.addDevice({ ...twin, name: "r3", siteId: ams.id })),
      /device "r2" \(id \d+\), in site "ams" like "r3"/,
    );
    assert.throws(() => at.registry.updateDevice("r2", { siteId: null }), ConflictError);
    assert.equal(at.registry.device("r2")?.siteId, ams.id);
    assert.equal(at.registry.deviceCount(), 2);
  });

  test("an address moves with its device's patch", () => {
    using at = bench(open);
    at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["10.0.0.1", "10.0.0.2"] });
    const moved = at.registry.updateDevice("r1", { addresses: ["10.0.0.2", "10.0.0.3"] });
    assert.equal(at.registry.findByAddress("10.0.0.1").kind, "unknown");
    assert.deepEqual(at.registry.findByAddress("10.0.0.2"), { kind: "device", device: moved });
    assert.deepEqual(at.registry.findByAddress("10.0.0.3"), { kind: "device", device: moved });
    at.registry.addDevice({ name: "r2", asn: 65002, addresses: ["10.0.0.1"] });
  });

  test("each device change is told once, after it is stored, with both sides", () => {
    using at = bench(open);
    const changes: DeviceChange[] = [];
    const stored: (string | undefined)[] = [];
    const stop = at.registry.onChange((change) => {
      changes.push(change);
      stored.push(at.registry.device(change.deviceId)?.updatedAt);
    });
    const added = at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["10.0.0.1"] });
    at.now += 1000;
    const changed = at.registry.updateDevice("r1", { addresses: ["10.0.0.2"] });
    assert.throws(
      () => at.registry.addDevice({ name: "r2", asn: 65002, addresses: ["10.0.0.2"] }),
      ConflictError,
    );
    at.registry.removeDevice("r1");
    stop();
    at.registry.addDevice({ name: "r3", asn: 65003, addresses: ["10.0.0.3"] });
    assert.deepEqual(changes, [
      {
        kind: "added",
        deviceId: added.id,
        addressesBefore: [],
        addressesAfter: ["10.0.0.1"],
        after: added,
        md5KeyChanged: false,
      },
      {
        kind: "changed",
        deviceId: added.id,
        addressesBefore: ["10.0.0.1"],
        addressesAfter: ["10.0.0.2"],
        before: added,
        after: changed,
        md5KeyChanged: false,
      },
      {
        kind: "removed",
        deviceId: added.id,
        addressesBefore: ["10.0.0.2"],
        addressesAfter: [],
        before: changed,
        md5KeyChanged: false,
      },
    ]);
    assert.deepEqual(stored, [added.updatedAt, changed.updatedAt, undefined]);
  });

  test("listeners are independent of each other", () => {
    using at = bench(open);
    const told: string[] = [];
    const listener = (): void => {
      told.push("same");
    };
    const stop = at.registry.onChange(listener);
    at.registry.onChange(listener);
    stop();
    stop();
    at.registry.addDevice({ name: "r1", asn: 65001, addresses: ["10.0.0.1"] });
    assert.deepEqual(told, ["same"]);
  });
}
