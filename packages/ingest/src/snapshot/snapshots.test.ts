import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Family, IPV4_UNICAST, IPV6_UNICAST, parsePrefix, toHex } from "@netferry/bgp";
import { Rib, type RibTable } from "@netferry/rib";
import { createLogger, systemClock } from "@netferry/service";
import type { SavedSlot, SlotStore } from "../devices/slot-store.ts";
import { Snapshots } from "./snapshots.ts";

/** Peerings that are nothing but tables. */
class Tables implements SlotStore {
  readonly rib = new Rib({ seed: [1, 2] });
  readonly tables = new Map<string, RibTable>();
  readonly slots = new Map<string, SavedSlot>();
  readonly loaded: SavedSlot[] = [];
  createdAt: number | undefined;
  dropped = false;

  table(key: string): RibTable {
    const table = this.tables.get(key) ?? this.rib.createTable();
    assert.ok(table !== undefined);
    this.tables.set(key, table);
    return table;
  }

  announce(key: string, prefix: string, attributes: readonly number[], pathId?: number): void {
    const parsed = parsePrefix(prefix);
    assert.ok(parsed !== undefined);
    const id = this.rib.attributes.intern(Uint8Array.from(attributes), 0, attributes.length);
    this.table(key).announceOne(parsed.family, parsed.nlri, 0, parsed.nlri.length, pathId, id);
    this.rib.attributes.release(id);
  }

  save(): { slot: SavedSlot; tableNow: () => RibTable | undefined }[] {
    return [...this.tables].map(([key, table]) => ({
      slot: this.slots.get(key) ?? { deviceId: 1, key },
      tableNow: () => table,
    }));
  }

  restore(slot: SavedSlot): RibTable | undefined {
    if (slot.key === "gone") return undefined;
    this.loaded.push(slot);
    return this.table(slot.key);
  }

  restored(createdAt: number): number {
    this.createdAt = createdAt;
    return this.loaded.filter(({ session }) => session !== undefined).length;
  }

  dropRestored(): void {
    this.dropped = true;
  }

  /** Every path, in words. */
  contents(key: string): string[] {
    const table = this.tables.get(key);
    const families: Family[] = [IPV4_UNICAST, IPV6_UNICAST];
    return families.flatMap((family) =>
      (table?.walk(family, { limit: 100_000 }).routes ?? []).flatMap(({ nlri, paths }) =>
        paths.map(
          ({ pathId, attributeId }) =>
            `${toHex(nlri)} ${pathId ?? "-"} ${toHex(this.rib.attributes.bytes(attributeId))}`,
        ),
      ),
    );
  }
}

/** Two devices' tables, one with ADD-PATH, and one that has no place any more. */
function filled(): Tables {
  const tables = new Tables();
  for (let i = 0; i < 10_000; i += 1)
    tables.announce("a", `10.${i >> 8}.${i & 255}.0/24`, [64, 1, 1, i % 100]);
  tables.announce("a", "2001:db8::/32", [64, 1, 1, 0]);
  tables.announce("a", "0.0.0.0/0", []);
  for (const pathId of [7, 9]) tables.announce("b", "192.0.2.0/24", [64, 1, 1, pathId], pathId);
  tables.announce("gone", "192.0.2.0/24", [1]);
  tables.slots.set("b", {
    deviceId: 2,
    key: "b",
    session: { sessionId: "11111111-2222-3333-4444-555555555555", accountId: 3, applied: 12_345 },
  });
  return tables;
}

describe("snapshots", () => {
  let dir: string;
  let file: string;
  const lines: string[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "netferry-snapshot-"));
    file = join(dir, "routes.snapshot");
    lines.length = 0;
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const snapshotsOf = (slots: Tables, path = file) =>
    new Snapshots({
      file: path,
      slots,
      attributes: slots.rib.attributes,
      clock: systemClock,
      logger: createLogger({ destination: { write: (line) => lines.push(line) } }),
      version: "1",
      intervalMs: 0,
    });

  test("what was written is loaded, path by path, and the sessions with it", async () => {
    const before = filled();
    await snapshotsOf(before).write(true);
    const after = new Tables();
    await snapshotsOf(after).load();
    assert.deepEqual(after.contents("a"), before.contents("a"));
    assert.deepEqual(after.contents("b"), before.contents("b"));
    assert.equal(after.contents("b").length, 2);
    assert.deepEqual(after.loaded, [{ deviceId: 1, key: "a" }, before.slots.get("b")]);
    assert.ok((after.createdAt ?? 0) > 0);
    // Loading holds no references beyond those of the routes.
    for (const table of after.tables.values()) table.close();
    assert.equal(after.rib.attributes.size, 0);
  });

  test("after a crash its routes are there again, and its sessions are not: they have gone on since", async () => {
    const before = filled();
    await snapshotsOf(before).write(true);
    await snapshotsOf(new Tables()).load();
    const again = new Tables();
    await snapshotsOf(again).load();
    assert.deepEqual(again.contents("b"), before.contents("b"));
    assert.deepEqual(
      again.loaded.map(({ session }) => session),
      [undefined, undefined],
    );
    // A new one has sessions again.
    await snapshotsOf(before).write(true);
    const later = new Tables();
    await snapshotsOf(later).load();
    assert.equal(later.loaded.filter(({ session }) => session !== undefined).length, 1);
  });

  test("a file that is cut off anywhere, or has one wrong octet, is refused as a whole", async () => {
    await snapshotsOf(filled()).write(true);
    const good = readFileSync(file);
    for (let i = 0; i < 60; i += 1) {
      const at = Math.floor((good.length * i) / 60);
      const flipped = Buffer.from(good);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      for (const bad of [flipped, good.subarray(0, at), Buffer.concat([good, good.subarray(0, i + 1)])]) {
        writeFileSync(file, bad);
        const after = new Tables();
        const snapshots = snapshotsOf(after);
        await snapshots.load();
        assert.equal(snapshots.counters.refused, 1);
        assert.ok(after.createdAt === undefined && after.rib.stats().paths === 0);
      }
    }
    assert.ok(lines.some((line) => line.includes("is not used: it is cut off")));
    assert.ok(lines.some((line) => line.includes("the checksum is wrong")));
  });

  test("a file of another version says so; none at all is no error", async () => {
    writeFileSync(file, "NETFERRY SNAPSHOT 9\nwhatever");
    await snapshotsOf(new Tables()).load();
    assert.match(lines.at(-1) ?? "", /written by another version/);
    const snapshots = snapshotsOf(new Tables(), join(dir, "none"));
    await snapshots.load();
    assert.deepEqual([snapshots.counters.refused, snapshots.counters.loaded], [0, 0]);
  });

  test("a place that can't be written leaves the last snapshot as it was, and is told of", async () => {
    await snapshotsOf(filled()).write(true);
    const good = readFileSync(file);
    const snapshots = snapshotsOf(filled(), "/dev/full/routes.snapshot");
    await snapshots.write(true);
    assert.equal(snapshots.counters.failed, 1);
    assert.match(lines.at(-1) ?? "", /no snapshot was written/);
    assert.deepEqual(readFileSync(file), good);
  });
});
