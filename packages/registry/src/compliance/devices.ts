import assert from "node:assert/strict";
import { test } from "node:test";
import { ConflictError, InvalidError, NotFoundError } from "../errors.ts";
import { MAX_ADDRESSES_PER_DEVICE, MAX_NAME_LENGTH } from "../limits.ts";
import type { DevicePatch, NewDevice } from "../model.ts";
import { bench, messageOf, START } from "./fixture.ts";
import type { OpenRegistry } from "./fixture.ts";

const R1: NewDevice = { name: "r1", asn: 65001, addresses: ["192.0.2.1"] };

/** What any registry must do with devices and sites. */
export function deviceCompliance(open: OpenRegistry): void {
  test("a device has its defaults, and is found by id and by name in any case", () => {
    using at = bench(open);
    const device = at.registry.addDevice({ ...R1, name: "Core-R1.ams" });
    assert.deepEqual(device, {
      id: device.id,
      name: "Core-R1.ams",
      type: "peer",
      asn: 65001,
      addresses: ["192.0.2.1"],
      holdTime: 90,
      families: ["ipv4-unicast", "ipv6-unicast"],
      addPath: false,
      createdAt: new Date(START).toISOString(),
      updatedAt: new Date(START).toISOString(),
    });
    assert.deepEqual(at.registry.device(device.id), device);
    assert.deepEqual(at.registry.device(String(device.id)), device);
    assert.deepEqual(at.registry.device("core-r1.AMS"), device);
    assert.equal(at.registry.device("core-r2"), undefined);
    assert.equal(at.registry.device(device.id + 1), undefined);
    assert.equal(at.registry.device(Number.NaN), undefined);
  });

  test("every field is kept as given", () => {
    using at = bench(open);
    const site = at.registry.addSite({ name: "ams" });
    const device = at.registry.addDevice({
      name: "r1",
      siteId: site.id,
      asn: 4_200_000_001,
      addresses: ["2001:db8::1", "192.0.2.1"],
      localAsn: 65000,
      holdTime: 0,
      families: ["ipv6-unicast", "ipv4-unicast"],
      addPath: ["ipv4-unicast"],
    });
    const read = at.registry.device(device.id);
    assert.deepEqual(read, device);
    assert.equal(read?.siteId, site.id);
    assert.equal(read?.asn, 4_200_000_001);
    assert.deepEqual(read?.addresses, ["2001:db8::1", "192.0.2.1"]);
    assert.equal(read?.localAsn, 65000);
    assert.equal(read?.holdTime, 0);
    assert.deepEqual(read?.families, ["ipv6-unicast", "ipv4-unicast"]);
    assert.deepEqual(read?.addPath, ["ipv4-unicast"]);
    assert.equal(at.registry.addDevice({ ...R1, name: "r2", addPath: true }).addPath, true);
  });

  test("addresses are stored in one spelling, once each", () => {
    using at = bench(open);
    const device = at.registry.addDevice({
      ...R1,
      addresses: ["2001:DB8:0:0:0:0:0:1", "::ffff:192.0.2.7", "192.0.2.7", "2001:db8::0001"],
    });
    assert.deepEqual(device.addresses, ["2001:db8::1", "192.0.2.7"]);
  });

  const invalid: readonly (readonly [string, string, Partial<NewDevice>])[] = [
    ["an empty name", "name", { name: "" }],
    ["a long name", "name", { name: "x".repeat(MAX_NAME_LENGTH + 1) }],
    ["a name with a slash", "name", { name: "a/b" }],
    ["a name with a control character", "name", { name: "a\u001b[2J" }],
    ["a name that looks like an id", "name", { name: "12" }],
    ["no ASN", "asn", { asn: undefined }],
    ["ASN 0", "asn", { asn: 0 }],
    ["AS_TRANS", "asn", { asn: 23456 }],
    ["an ASN of 33 bits", "asn", { asn: 2 ** 32 }],
    ["a local ASN that is no integer", "localAsn", { localAsn: 1.5 }],
    ["a hold time of 2 s", "holdTime", { holdTime: 2 }],
    ["a hold time of 17 bits", "holdTime", { holdTime: 65536 }],
    ["no address", "addresses", { addresses: [] }],
    ["an address that is none", "addresses", { addresses: ["192.0.2"] }],
    ["an address with a prefix length", "addresses", { addresses: ["192.0.2.1/32"] }],
    ["the unspecified address", "addresses", { addresses: ["::"] }],
    ["a multicast address", "addresses", { addresses: ["224.0.0.5"] }],
    ["an IPv6 multicast address", "addresses", { addresses: ["ff02::1"] }],
    [
      "more addresses than one device has",
      "addresses",
      { addresses: Array.from({ length: MAX_ADDRESSES_PER_DEVICE + 1 }, (_, n) => `192.0.2.${n + 1}`) },
    ],
    ["no family", "families", { families: [] }],
    ["a family that is none", "families", { families: ["ipv5-unicast"] }],
    [
      "ADD-PATH for a family that it has not",
      "addPath",
      { families: ["ipv4-unicast"], addPath: ["ipv6-unicast"] },
    ],
    ["a table without being of that type", "tableDeviceId", { tableDeviceId: 1 }],
    ["the type table without one", "tableDeviceId", { type: "table" }],
  ];
  for (const [what, field, change] of invalid) {
    test(`${what} is refused, by the name of the field, and nothing is stored`, () => {
      using at = bench(open);
      assert.throws(
        () => at.registry.addDevice({ ...R1, ...change }),
        (error) =>
          error instanceof InvalidError && error.field === field && error.message.startsWith(`${field}: `),
      );
      assert.equal(at.registry.deviceCount(), 0);
    });
  }

  test("messages are one line, whatever the input", () => {
    using at = bench(open);
    const message = messageOf(() => at.registry.addDevice({ ...R1, name: "a\nb" }));
    assert.doesNotMatch(message, /\n/);
    assert.doesNotMatch(
      messageOf(() => at.registry.updateDevice("a\nb", {})),
      /\n/,
    );
  });

  test("two devices can't have one name, whatever its case", () => {
    using at = bench(open);
    at.registry.addDevice(R1);
    assert.throws(
      () => at.registry.addDevice({ ...R1, name: "R1", addresses: ["192.0.2.2"] }),
      ConflictError,
    );
    const other = at.registry.addDevice({ ...R1, name: "r2", addresses: ["192.0.2.2"] });
    assert.throws(() => at.registry.updateDevice(other.id, { name: "r1" }), ConflictError);
    assert.equal(at.registry.updateDevice("r1", { name: "R1" }).name, "R1");
  });

  test("a patch changes what it names, and null takes away", () => {
    using at = bench(open);
    const site = at.registry.addSite({ name: "ams" });
    const before = at.registry.addDevice({ ...R1, siteId: site.id, localAsn: 65000 });
    at.now += 1000;
    const after = at.registry.updateDevice("r1", { holdTime: 30, siteId: null, localAsn: null });
    assert.deepEqual(after, {
      id: before.id,
      name: "r1",
      type: "peer",
      asn: 65001,
      addresses: ["192.0.2.1"],
      holdTime: 30,
      families: before.families,
      addPath: false,
      createdAt: before.createdAt,
      updatedAt: new Date(START + 1000).toISOString(),
    });
    assert.deepEqual(at.registry.device("r1"), after);
    const refused: readonly DevicePatch[] = [
      { asn: null },
      { addresses: [] },
      { families: [] },
      { holdTime: 1 },
    ];
    for (const patch of refused) assert.throws(() => at.registry.updateDevice("r1", patch), InvalidError);
    assert.deepEqual(at.registry.device("r1"), after);
    assert.throws(() => at.registry.updateDevice("r9", { holdTime: 30 }), NotFoundError);
  });

  test("a removed device is gone, with its addresses, and its id is never used again", () => {
    using at = bench(open);
    const first = at.registry.addDevice(R1);
    assert.deepEqual(at.registry.removeDevice("r1"), first);
    assert.equal(at.registry.device(first.id), undefined);
    assert.deepEqual(at.registry.findByAddress("192.0.2.1"), { kind: "unknown", elsewhere: [] });
    assert.throws(() => at.registry.removeDevice("r1"), NotFoundError);
    assert.ok(at.registry.addDevice(R1).id > first.id);
  });

  test("devices are listed by id, by site, in pages", () => {
    using at = bench(open);
    const site = at.registry.addSite({ name: "ams" });
    const ids = [1, 2, 3, 4, 5].map(
      (n) =>
        at.registry.addDevice({
          name: `r${n}`,
          asn: 65000 + n,
          addresses: [`192.0.2.${n}`],
          ...(n % 2 === 0 ? { siteId: site.id } : {}),
        }).id,
    );
    const idsOf = (query?: Parameters<typeof at.registry.devices>[0]): number[] =>
      at.registry.devices(query).map((device) => device.id);
    assert.deepEqual(idsOf(), ids);
    assert.deepEqual(idsOf({ limit: 2 }), ids.slice(0, 2));
    assert.deepEqual(idsOf({ limit: 2, after: ids[1] }), ids.slice(2, 4));
    assert.deepEqual(idsOf({ siteId: site.id }), [ids[1], ids[3]]);
    assert.deepEqual(idsOf({ siteId: site.id, after: ids[1] }), [ids[3]]);
    assert.deepEqual(idsOf({ siteId: site.id + 1 }), []);
    assert.equal(at.registry.deviceCount(), 5);
    assert.equal(at.registry.deviceCount(site.id), 2);
    assert.equal(at.registry.deviceCount(site.id + 1), 0);
  });

  test("a device of type table uses the table of a device of type peer, and of no other", () => {
    using at = bench(open);
    const owner = at.registry.addDevice(R1);
    const user = at.registry.addDevice({ name: "sw1", type: "table", tableDeviceId: owner.id });
    const plain = at.registry.addDevice({ name: "sw2", type: "none" });
    assert.equal(user.tableDeviceId, owner.id);
    assert.deepEqual(at.registry.tableUsers(owner.id), [user]);
    assert.deepEqual(at.registry.tableUsers(user.id), []);
    for (const wrong of [user, plain]) {
      assert.throws(
        () => at.registry.addDevice({ name: "sw3", type: "table", tableDeviceId: wrong.id }),
        ConflictError,
      );
    }
    assert.throws(
      () => at.registry.addDevice({ name: "sw3", type: "table", tableDeviceId: 999 }),
      NotFoundError,
    );
    assert.throws(
      () => at.registry.updateDevice("r1", { type: "table", tableDeviceId: owner.id }),
      ConflictError,
    );
    assert.match(
      messageOf(() => at.registry.updateDevice("r1", { type: "none" })),
      /"sw1" use the table of "r1"/,
    );
    assert.match(
      messageOf(() => at.registry.removeDevice("r1")),
      /lends its table to "sw1"/,
    );
    // A device that becomes another type lets go of the table.
    assert.equal(at.registry.updateDevice("sw1", { type: "none" }).tableDeviceId, undefined);
    at.registry.removeDevice("r1");
  });

  test("sites have unique names and outlive their devices only", () => {
    using at = bench(open);
    const site = at.registry.addSite({ name: "ams" });
    assert.deepEqual(at.registry.site("AMS"), site);
    assert.deepEqual(at.registry.site(site.id), site);
    assert.deepEqual(at.registry.sites(), [site]);
    assert.throws(() => at.registry.addSite({ name: "Ams" }), ConflictError);
    assert.throws(() => at.registry.addSite({ name: "7" }), InvalidError);
    assert.throws(() => at.registry.addDevice({ ...R1, siteId: site.id + 1 }), NotFoundError);
    at.registry.addDevice({ ...R1, siteId: site.id });
    assert.match(
      messageOf(() => at.registry.removeSite("ams")),
      /site "ams" has devices \("r1"\)/,
    );
    at.registry.removeDevice("r1");
    assert.deepEqual(at.registry.removeSite("ams"), site);
    assert.throws(() => at.registry.removeSite("ams"), NotFoundError);
    assert.ok(at.registry.addSite({ name: "ams" }).id > site.id);
  });

  test("a full registry refuses one more and says so", () => {
    using at = bench(open, { devices: 1, sites: 1 });
    at.registry.addDevice(R1);
    assert.match(
      messageOf(() => at.registry.addDevice({ ...R1, name: "r2", addresses: ["192.0.2.2"] })),
      /full: it holds 1 devices/,
    );
    at.registry.addSite({ name: "ams" });
    assert.throws(() => at.registry.addSite({ name: "fra" }), ConflictError);
    at.registry.removeDevice("r1");
    at.registry.addDevice(R1);
  });
}
