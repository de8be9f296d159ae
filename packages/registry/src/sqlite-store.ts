import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { DeviceFields } from "./device-rules.ts";
import { RegistryError, StoreError } from "./errors.ts";
import type { Device } from "./model.ts";
import { nameKey } from "./names.ts";
import { DEVICE_COLUMNS, toAccount, toDevice, toSealed, toSite, toStoredAccount } from "./sqlite-rows.ts";
import type { Row } from "./sqlite-rows.ts";
import type { RegistryStore } from "./store.ts";

type Input = Record<string, SQLInputValue>;

interface Query {
  all(input?: Input): Row[];
  get(input?: Input): Row | undefined;
  /** The id of the row that was inserted. */
  run(input?: Input): number;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs one call into SQLite; what it throws becomes a `StoreError` that names the file. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new StoreError(`registry ${path}: ${message(error)}; check the disk and the file`, error);
  }
}

function deviceInput(fields: DeviceFields, now: string): Input {
  return {
    name: fields.name,
    name_key: nameKey(fields.name),
    site_id: fields.siteId ?? null,
    type: fields.type,
    table_device_id: fields.tableDeviceId ?? null,
    asn: fields.asn ?? null,
    local_asn: fields.localAsn ?? null,
    hold_time: fields.holdTime,
    families: JSON.stringify(fields.families),
    add_path: JSON.stringify(fields.addPath),
    now,
  };
}

/** A store over an open, migrated database, which it then owns. `path` is for messages alone. */
export function createSqliteStore(database: DatabaseSync, path: string): RegistryStore {
  const query = (sql: string): Query => {
    const statement: StatementSync = guarded(path, () => database.prepare(sql));
    return {
      all: (input = {}) => guarded(path, () => statement.all(input)),
      get: (input = {}) => guarded(path, () => statement.get(input)),
      run: (input = {}) => guarded(path, () => Number(statement.run(input).lastInsertRowid)),
    };
  };
  const countOf = (table: string): (() => number) => {
    const count = query(`SELECT count(*) AS n FROM ${table}`);
    return () => Number(count.get()?.["n"] ?? 0);
  };
  const optional = <T>(row: Row | undefined, read: (row: Row) => T): T | undefined =>
    row === undefined ? undefined : guarded(path, () => read(row));
  const list = <T>(rows: Row[], read: (row: Row) => T): T[] => guarded(path, () => rows.map(read));

  const siteRows = query("SELECT id, name FROM sites ORDER BY id");
  const siteById = query("SELECT id, name FROM sites WHERE id = :id");
  const siteByKey = query("SELECT id, name FROM sites WHERE name_key = :key");
  const insertSite = query("INSERT INTO sites (name, name_key) VALUES (:name, :key)");
  const deleteSite = query("DELETE FROM sites WHERE id = :id");

  const countDevices = countOf("devices");
  const countOfSite = query("SELECT count(*) AS n FROM devices WHERE site_id = :site");
  const deviceRows = query(
    `SELECT ${DEVICE_COLUMNS} FROM devices d WHERE d.id > :after ORDER BY d.id LIMIT :limit`,
  );
  const deviceRowsOfSite = query(
    `SELECT ${DEVICE_COLUMNS} FROM devices d WHERE d.site_id = :site AND d.id > :after ORDER BY d.id LIMIT :limit`,
  );
  const deviceById = query(`SELECT ${DEVICE_COLUMNS} FROM devices d WHERE d.id = :id`);
  const deviceByKey = query(`SELECT ${DEVICE_COLUMNS} FROM devices d WHERE d.name_key = :key`);
  const devicesByTable = query(
    `SELECT ${DEVICE_COLUMNS} FROM devices d WHERE d.table_device_id = :id ORDER BY d.id`,
  );
  const devicesByAddress = query(
    `SELECT ${DEVICE_COLUMNS} FROM devices d
     WHERE d.id IN (SELECT device_id FROM device_addresses WHERE address = :address) ORDER BY d.id`,
  );
  const insertDevice = query(
    `INSERT INTO devices (name, name_key, site_id, type, table_device_id, asn, local_asn, hold_time, families,
       add_path, created_at, updated_at)
     VALUES (:name, :name_key, :site_id, :type, :table_device_id, :asn, :local_asn, :hold_time, :families,
       :add_path, :now, :now)`,
  );
  const replaceDevice = query(
    `UPDATE devices SET name = :name, name_key = :name_key, site_id = :site_id, type = :type,
       table_device_id = :table_device_id, asn = :asn, local_asn = :local_asn, hold_time = :hold_time,
       families = :families, add_path = :add_path, updated_at = :now
     WHERE id = :id`,
  );
  const deleteDevice = query("DELETE FROM devices WHERE id = :id");
  const insertAddress = query(
    "INSERT INTO device_addresses (device_id, position, address) VALUES (:id, :position, :address)",
  );
  const deleteAddresses = query("DELETE FROM device_addresses WHERE device_id = :id");

  const md5Key = query("SELECT sealed FROM device_md5_keys WHERE device_id = :id");
  const putMd5Key = query(
    `INSERT INTO device_md5_keys (device_id, sealed, set_at) VALUES (:id, :sealed, :now)
     ON CONFLICT (device_id) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at`,
  );
  const deleteMd5Key = query("DELETE FROM device_md5_keys WHERE device_id = :id");
  const devicesWithMd5Key = query(
    `SELECT ${DEVICE_COLUMNS} FROM devices d WHERE d.id IN (SELECT device_id FROM device_md5_keys) ORDER BY d.id`,
  );

  const accountRows = query("SELECT id, email, created_at, last_used_at FROM accounts ORDER BY id");
  const accountByKey = query(
    "SELECT id, email, token_sha256, created_at, last_used_at FROM accounts WHERE email_key = :key",
  );
  const insertAccount = query(
    "INSERT INTO accounts (email, email_key, token_sha256, created_at) VALUES (:email, :key, :digest, :now)",
  );
  const replaceToken = query("UPDATE accounts SET token_sha256 = :digest WHERE id = :id");
  const touchAccount = query("UPDATE accounts SET last_used_at = :now WHERE id = :id");
  const deleteAccount = query("DELETE FROM accounts WHERE id = :id");

  const setting = query("SELECT value FROM settings WHERE key = :key");
  const putSetting = query(
    "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const deleteSetting = query("DELETE FROM settings WHERE key = :key");

  const stored = (id: number): Device => {
    const device = optional(deviceById.get({ id }), toDevice);
    if (device === undefined) throw new StoreError(`registry ${path}: there is no device row ${id}`);
    return device;
  };
  const insertAddresses = (id: number, addresses: readonly string[]): void => {
    for (const [position, address] of addresses.entries()) insertAddress.run({ id, position, address });
  };

  return {
    transaction: (work) => {
      guarded(path, () => database.exec("BEGIN IMMEDIATE"));
      try {
        const result = work();
        guarded(path, () => database.exec("COMMIT"));
        return result;
      } catch (error) {
        // SQLite rolls back by itself on some errors, such as a full disk.
        if (database.isTransaction) guarded(path, () => database.exec("ROLLBACK"));
        throw error;
      }
    },

    sites: () => list(siteRows.all(), toSite),
    siteCount: countOf("sites"),
    siteById: (id) => optional(siteById.get({ id }), toSite),
    siteByKey: (key) => optional(siteByKey.get({ key }), toSite),
    insertSite: (name) => Object.freeze({ id: insertSite.run({ name, key: nameKey(name) }), name }),
    deleteSite: (id) => {
      deleteSite.run({ id });
    },

    devices: ({ siteId, after = 0, limit = -1 }) => {
      const rows =
        siteId === undefined
          ? deviceRows.all({ after, limit })
          : deviceRowsOfSite.all({ site: siteId, after, limit });
      return list(rows, toDevice);
    },
    deviceCount: (siteId) =>
      siteId === undefined ? countDevices() : Number(countOfSite.get({ site: siteId })?.["n"] ?? 0),
    deviceById: (id) => optional(deviceById.get({ id }), toDevice),
    deviceByKey: (key) => optional(deviceByKey.get({ key }), toDevice),
    devicesByAddress: (address) => list(devicesByAddress.all({ address }), toDevice),
    devicesByTable: (id) => list(devicesByTable.all({ id }), toDevice),
    insertDevice: (fields, now) => {
      const id = insertDevice.run(deviceInput(fields, now));
      insertAddresses(id, fields.addresses);
      return stored(id);
    },
    replaceDevice: (id, fields, now) => {
      replaceDevice.run({ ...deviceInput(fields, now), id });
      deleteAddresses.run({ id });
      insertAddresses(id, fields.addresses);
      return stored(id);
    },
    deleteDevice: (id) => {
      deleteDevice.run({ id });
    },
    md5Key: (id) => optional(md5Key.get({ id }), toSealed),
    putMd5Key: (id, sealed, now) => {
      putMd5Key.run({ id, sealed, now });
    },
    deleteMd5Key: (id) => {
      deleteMd5Key.run({ id });
    },
    devicesWithMd5Key: () => list(devicesWithMd5Key.all(), toDevice),

    accounts: () => list(accountRows.all(), toAccount),
    accountCount: countOf("accounts"),
    accountByKey: (key) => optional(accountByKey.get({ key }), toStoredAccount),
    insertAccount: (email, digest, now) => {
      const id = insertAccount.run({ email, key: nameKey(email), digest, now });
      return Object.freeze({ id, email, createdAt: now });
    },
    replaceToken: (id, digest) => {
      replaceToken.run({ id, digest });
    },
    touchAccount: (id, now) => {
      touchAccount.run({ id, now });
    },
    deleteAccount: (id) => {
      deleteAccount.run({ id });
    },

    setting: (key) => optional(setting.get({ key }), (row) => String(row["value"])),
    settingCount: countOf("settings"),
    putSetting: (key, value) => {
      putSetting.run({ key, value });
    },
    deleteSetting: (key) => {
      deleteSetting.run({ key });
    },

    close: () => {
      if (database.isOpen) guarded(path, () => database.close());
    },
  };
}
