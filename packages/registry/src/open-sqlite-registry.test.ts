import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { messageOf } from "./compliance/fixture.ts";
import { registryCompliance } from "./compliance/suite.ts";
import { ConflictError, StoreError } from "./errors.ts";
import { openSqliteRegistry } from "./open-sqlite-registry.ts";
import { SCHEMA_VERSION } from "./sqlite-schema.ts";

const directory = mkdtempSync(join(tmpdir(), "netferry-registry-"));
after(() => rmSync(directory, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(directory, `registry-${files}.db`);
}

registryCompliance("SQLite", (options) => openSqliteRegistry(newPath(), options));

test("what was written is there after the file is opened again", () => {
  const path = newPath();
  const first = openSqliteRegistry(path);
  const site = first.addSite({ name: "ams" });
  const device = first.addDevice({
    name: "r1",
    siteId: site.id,
    asn: 65001,
    addresses: ["2001:db8::1", "192.0.2.1"],
    addPath: ["ipv6-unicast"],
  });
  const user = first.addDevice({ name: "sw1", type: "table", tableDeviceId: device.id });
  const { account, token } = first.addAccount("one@example.net");
  first.setSetting("instance", "one");
  first.close();

  const second = openSqliteRegistry(path);
  assert.deepEqual(second.sites(), [site]);
  assert.deepEqual(second.devices(), [device, user]);
  assert.equal(second.verify("one@example.net", token)?.id, account.id);
  assert.equal(second.setting("instance"), "one");
  second.close();
});

test("the token is not in the file", () => {
  const path = newPath();
  const registry = openSqliteRegistry(path);
  const { token } = registry.addAccount("one@example.net");
  registry.close();
  assert.equal(readFileSync(path).includes(token), false);
  assert.equal(readFileSync(path).includes(Buffer.from(token, "base64url")), false);
});

test("the file and what SQLite puts beside it are for their owner alone", () => {
  const path = newPath();
  writeFileSync(path, "");
  chmodSync(path, 0o644);
  const registry = openSqliteRegistry(path);
  registry.setSetting("instance", "one");
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    assert.equal(statSync(file).mode & 0o777, 0o600, file);
  }
  registry.close();
});

test("the store runs with a write-ahead log and foreign keys", () => {
  const path = newPath();
  openSqliteRegistry(path).close();
  const database = new DatabaseSync(path);
  assert.deepEqual({ ...database.prepare("PRAGMA journal_mode").get() }, { journal_mode: "wal" });
  assert.deepEqual({ ...database.prepare("PRAGMA user_version").get() }, { user_version: SCHEMA_VERSION });
  assert.throws(
    () =>
      database.exec(
        "INSERT INTO device_addresses (device_id, position, address) VALUES (99, 0, '192.0.2.1')",
      ),
    /FOREIGN KEY/,
  );
  database.close();
});

test("a later netferry's file is refused and stays as it was", () => {
  const path = newPath();
  const registry = openSqliteRegistry(path);
  registry.addSite({ name: "ams" });
  registry.close();
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  database.close();
  const before = readFileSync(path);
  const message = messageOf(() => openSqliteRegistry(path));
  assert.match(
    message,
    /has registry schema \d+ and this netferry knows up to \d+; start the netferry that wrote it/,
  );
  assert.deepEqual(readFileSync(path), before);
});

test("another program's database is refused and stays as it was", () => {
  const path = newPath();
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE recipes (id INTEGER PRIMARY KEY)");
  database.close();
  const before = readFileSync(path);
  assert.match(
    messageOf(() => openSqliteRegistry(path)),
    /another program's SQLite database/,
  );
  assert.deepEqual(readFileSync(path), before);
});

test("a file that is no database, and one that can't be made, each get their line", () => {
  const path = newPath();
  writeFileSync(path, "not a database, but long enough to have a header".repeat(10));
  assert.throws(() => openSqliteRegistry(path), StoreError);
  assert.match(
    messageOf(() => openSqliteRegistry(path)),
    /can't be read \(file is not a database\); restore it/,
  );
  assert.match(
    messageOf(() => openSqliteRegistry(join(directory, "missing", "registry.db"))),
    /check that its directory is there/,
  );
});

test("two processes' handles on one file see each other's writes and rules", () => {
  const path = newPath();
  const one = openSqliteRegistry(path);
  const two = openSqliteRegistry(path);
  const device = one.addDevice({ name: "r1", asn: 65001, addresses: ["192.0.2.1"] });
  assert.deepEqual(two.device("r1"), device);
  assert.throws(() => two.addDevice({ name: "r2", asn: 65002, addresses: ["192.0.2.1"] }), ConflictError);
  const { token } = two.addAccount("one@example.net");
  assert.ok(one.verify("one@example.net", token));
  two.removeAccount("one@example.net");
  assert.equal(one.verify("one@example.net", token), undefined);
  one.close();
  two.close();
});
