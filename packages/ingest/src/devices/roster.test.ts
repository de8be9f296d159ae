import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createMemoryRegistry } from "@netferry/registry";
import { Roster } from "./roster.ts";

suite("The roster of devices", () => {
  test("is what the registry has, and follows every change", () => {
    const registry = createMemoryRegistry();
    registry.addDevice({ name: "edge0", addresses: ["192.0.2.9"], asn: 65_001 });
    const roster = new Roster(registry);
    const names = (): string[] => Array.from(roster.all(), ({ name }) => name);
    assert.deepEqual(names(), ["edge0"]);

    const { id } = registry.addDevice({ name: "edge1", addresses: ["192.0.2.1"], asn: 65_001 });
    registry.addDevice({ name: "edge2", addresses: ["192.0.2.2"], asn: 65_001 });
    assert.deepEqual(names(), ["edge0", "edge1", "edge2"]);
    assert.equal(roster.find(id)?.name, "edge1");
    assert.equal(roster.size, 3);

    registry.updateDevice(id, { name: "core1" });
    assert.equal(roster.find(id)?.name, "core1");
    registry.removeDevice(id);
    assert.equal(roster.find(id), undefined);
    assert.deepEqual(names(), ["edge0", "edge2"]);
    assert.deepEqual([...roster.all()], registry.devices());
  });
});
