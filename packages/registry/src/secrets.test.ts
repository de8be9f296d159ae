import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { messageOf } from "./compliance/fixture.ts";
import { StoreError } from "./errors.ts";
import { openSqliteRegistry } from "./open-sqlite-registry.ts";
import { readSecretKeyFile } from "./secret-key-file.ts";
import { SECRET_KEY_ID_OCTETS, SecretKeys } from "./secrets.ts";

const KEY = "a-secret-of-the-router";
const R1 = { name: "r1", asn: 65001, addresses: ["192.0.2.1"], md5Key: KEY };

const directory = mkdtempSync(join(tmpdir(), "netferry-secrets-"));
after(() => rmSync(directory, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(directory, `registry-${files}.db`);
}

function octets(fill: number): Uint8Array {
  return new Uint8Array(32).fill(fill);
}

/** A registry with one keyed device, closed again. */
function registryWithKey(): { readonly path: string; readonly keyFile: string; readonly id: number } {
  const path = newPath();
  const registry = openSqliteRegistry(path);
  const { id } = registry.addDevice(R1);
  registry.close();
  return { path, keyFile: `${path}.key`, id };
}

function keyIn(path: string, id: number, secretKeyFile?: string): string {
  const registry = openSqliteRegistry(path, secretKeyFile === undefined ? {} : { secretKeyFile });
  try {
    return Buffer.from(registry.md5Key(id) ?? []).toString();
  } finally {
    registry.close();
  }
}

describe("sealed text", () => {
  const plain = Buffer.from(KEY);

  test("opens with the key that sealed it, for what it was sealed as", () => {
    const keys = new SecretKeys([octets(1)]);
    const sealed = keys.seal(plain, "this");
    assert.equal(Buffer.from(sealed).includes(plain), false);
    assert.deepEqual(Buffer.from(keys.open(sealed, "this")), plain);
    assert.notDeepEqual(keys.seal(plain, "this"), sealed, "a nonce was used twice");
    assert.throws(() => keys.open(sealed, "that"), StoreError);
    assert.throws(() => new SecretKeys([octets(2)]).open(sealed, "this"), StoreError);
  });

  test("that was changed anywhere or cut off is refused", () => {
    const keys = new SecretKeys([octets(1)]);
    const sealed = keys.seal(plain, "this");
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      assert.throws(() => keys.open(changed, "this"), StoreError, `octet ${at}`);
      assert.throws(() => keys.open(sealed.subarray(0, at), "this"), StoreError, `length ${at}`);
    }
  });

  test("of an older key opens while that key is there, and is known not to be current", () => {
    const old = new SecretKeys([octets(1)]);
    const both = new SecretKeys([octets(2), octets(1)]);
    const sealed = old.seal(plain, "this");
    const id = sealed.subarray(0, SECRET_KEY_ID_OCTETS);
    assert.deepEqual(Buffer.from(both.open(sealed, "this")), plain);
    assert.deepEqual([both.knows(id), both.isCurrent(id), old.isCurrent(id)], [true, false, true]);
  });

  test("needs keys of 32 octets", () => {
    assert.throws(() => new SecretKeys([]), RangeError);
    assert.throws(() => new SecretKeys([new Uint8Array(16)]), RangeError);
  });
});

describe("the file of the secret keys", () => {
  test("is made at the first start, for its owner alone, and nothing of the key is in the registry's files", () => {
    const path = newPath();
    const registry = openSqliteRegistry(path);
    const { id } = registry.addDevice(R1);
    assert.equal(statSync(`${path}.key`).mode & 0o777, 0o600);
    for (const file of [path, `${path}-wal`]) assert.equal(readFileSync(file).includes(KEY), false, file);
    registry.close();
    assert.equal(readFileSync(path).includes(KEY), false);
    assert.equal(keyIn(path, id), KEY);
  });

  test("may lie elsewhere", () => {
    const path = newPath();
    const secretKeyFile = join(directory, "elsewhere.key");
    const registry = openSqliteRegistry(path, { secretKeyFile });
    const { id } = registry.addDevice(R1);
    registry.close();
    assert.equal(existsSync(`${path}.key`), false);
    assert.equal(keyIn(path, id, secretKeyFile), KEY);
  });

  test("that is missing or another one is named, with the ways out, and nothing is changed", () => {
    const { path, keyFile, id } = registryWithKey();
    const right = readFileSync(keyFile);
    rmSync(keyFile);
    const missing = messageOf(() => openSqliteRegistry(path));
    assert.match(
      missing,
      /^secret key file \S+\.db\.key is missing, with which 1 MD5 key in \S+ was sealed; restore it from a copy or name it \(--secret-key-file\), or start once with --discard-md5-keys and set them again$/,
    );
    assert.equal(existsSync(keyFile), false);
    writeFileSync(keyFile, Buffer.from(octets(9)).toString("base64"), { mode: 0o600 });
    assert.match(
      messageOf(() => openSqliteRegistry(path)),
      /is another one than that, with which 1 MD5 key/,
    );
    writeFileSync(keyFile, right);
    assert.equal(keyIn(path, id), KEY);
  });

  test("that is lost costs the keys and nothing else, when told so", () => {
    const { path, keyFile, id } = registryWithKey();
    rmSync(keyFile);
    const registry = openSqliteRegistry(path, { discardMd5Keys: true });
    assert.equal(registry.md5Key(id), undefined);
    assert.equal(registry.device("r1")?.md5KeySetAt, undefined);
    registry.updateDevice("r1", { md5Key: "again" });
    registry.close();
    assert.equal(keyIn(path, id), "again");
  });

  test("that is missing where nothing is sealed is simply made anew", () => {
    const path = newPath();
    openSqliteRegistry(path).close();
    rmSync(`${path}.key`);
    openSqliteRegistry(path).close();
    assert.ok(existsSync(`${path}.key`));
  });

  test("rotates: a new first line seals everything anew at the next start, and the old line can go", () => {
    const { path, keyFile, id } = registryWithKey();
    const old = readFileSync(keyFile, "utf8").trim().split("\n").at(-1) ?? "";
    const fresh = Buffer.from(octets(7)).toString("base64");
    writeFileSync(keyFile, `# both\n${fresh}\n${old}\n`);
    assert.equal(keyIn(path, id), KEY);
    writeFileSync(keyFile, `${fresh}\n`);
    assert.equal(keyIn(path, id), KEY);
    writeFileSync(keyFile, `${old}\n`);
    assert.throws(() => openSqliteRegistry(path), StoreError);
  });

  test("that is open to others, or holds something else, is refused without being shown", () => {
    const path = join(directory, "wrong.key");
    const secret = Buffer.from(octets(3)).toString("base64");
    writeFileSync(path, secret);
    chmodSync(path, 0o640);
    assert.match(
      messageOf(() => readSecretKeyFile(path)),
      /is open to others \(mode 640\); run: chmod 600/,
    );
    chmodSync(path, 0o600);
    for (const text of [
      "",
      "# nothing\n",
      `${secret.slice(0, 20)}\n`,
      `${secret}${secret}`,
      `${secret}\n`.repeat(9),
    ]) {
      writeFileSync(path, text);
      const message = messageOf(() => readSecretKeyFile(path));
      assert.match(message, /is not as expected: 1 to 8 lines, each 32 octets in base64/);
      assert.equal(message.includes(secret.slice(0, 10)), false);
    }
    writeFileSync(path, `${secret}\n`.repeat(500));
    assert.match(
      messageOf(() => readSecretKeyFile(path)),
      /too long/,
    );
    assert.match(
      messageOf(() => readSecretKeyFile(directory)),
      /is open to others|can't be read/,
    );
  });
});

test("sealed text that was moved to another device is refused", () => {
  const path = newPath();
  const registry = openSqliteRegistry(path);
  registry.addDevice(R1);
  const two = registry.addDevice({ ...R1, name: "r2", addresses: ["192.0.2.2"], md5Key: "other" });
  registry.close();
  const database = new DatabaseSync(path);
  database.exec(
    "UPDATE device_md5_keys SET sealed = (SELECT sealed FROM device_md5_keys ORDER BY device_id LIMIT 1)",
  );
  database.close();
  assert.match(
    messageOf(() => keyIn(path, two.id)),
    /^MD5 key of device \d+ in the registry is damaged or belongs to something else; set it again$/,
  );
});

test("a registry from before there were keys is taken over as it is", () => {
  const path = newPath();
  const before = openSqliteRegistry(path);
  const { md5Key: _, ...unkeyed } = R1;
  const device = before.addDevice(unkeyed);
  before.close();
  const database = new DatabaseSync(path);
  database.exec("DROP TABLE device_md5_keys; PRAGMA user_version = 1");
  database.close();
  const registry = openSqliteRegistry(path);
  assert.deepEqual(registry.devices(), [device]);
  assert.ok(registry.updateDevice("r1", { md5Key: "new" }).md5KeySetAt);
  registry.close();
});
