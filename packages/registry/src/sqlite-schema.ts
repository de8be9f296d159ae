import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";

/** "NFRY": marks a SQLite file as a registry (`PRAGMA application_id`). */
export const APPLICATION_ID = 0x4e_46_52_59;

/**
 * One step each; `PRAGMA user_version` says how many a file has taken. A step that was released is
 * never edited: a change is a further step.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sites (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    site_id INTEGER REFERENCES sites (id),
    type TEXT NOT NULL CHECK (type IN ('peer', 'table', 'none')),
    table_device_id INTEGER REFERENCES devices (id),
    asn INTEGER,
    local_asn INTEGER,
    hold_time INTEGER NOT NULL,
    families TEXT NOT NULL,
    add_path TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX devices_site ON devices (site_id);
  CREATE INDEX devices_table ON devices (table_device_id);

  CREATE TABLE device_addresses (
    device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (device_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_addresses_address ON device_addresses (address);

  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    token_sha256 BLOB NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT
  ) STRICT;

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE device_md5_keys (
    device_id INTEGER PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    set_at TEXT NOT NULL
  ) STRICT;
  `,
];

/** The schema that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

function pragma(database: DatabaseSync, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}

/** Refuses what this program did not write, or can't read. Throws `StoreError` and has changed nothing. */
function checkOwner(database: DatabaseSync, path: string): number {
  const owner = pragma(database, "application_id");
  if (owner !== APPLICATION_ID && (owner !== 0 || hasTables(database))) {
    throw new StoreError(`${path} is another program's SQLite database; give the registry a path of its own`);
  }
  const version = pragma(database, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      `${path} has registry schema ${version} and this netferry knows up to ${SCHEMA_VERSION}; ` +
        "start the netferry that wrote it, or a later one",
    );
  }
  return version;
}

/** Brings the schema up to date, or throws `StoreError` and has changed nothing. */
export function migrate(database: DatabaseSync, path: string): void {
  if (checkOwner(database, path) === SCHEMA_VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Read again under the lock: another process may have migrated meanwhile.
    const version = checkOwner(database, path);
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
