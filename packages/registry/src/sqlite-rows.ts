import type { SQLOutputValue } from "node:sqlite";
import { StoreError } from "./errors.ts";
import type { Account, Device, DeviceType, Site } from "./model.ts";
import type { StoredAccount } from "./store.ts";

/** One row as node:sqlite answers it. */
export type Row = Record<string, SQLOutputValue>;

function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new StoreError(`registry column ${column} holds no integer`);
  return value;
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new StoreError(`registry column ${column} holds no text`);
  return value;
}

function strings(row: Row, column: string): readonly string[] {
  const value: unknown = JSON.parse(text(row, column));
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new StoreError(`registry column ${column} holds no list of text`);
  }
  return Object.freeze(value);
}

function deviceType(row: Row): DeviceType {
  const value = text(row, "type");
  if (value !== "peer" && value !== "table" && value !== "none") {
    throw new StoreError(`registry column type holds ${JSON.stringify(value)}`);
  }
  return value;
}

export function toSite(row: Row): Site {
  return Object.freeze({ id: integer(row, "id"), name: text(row, "name") });
}

/** The columns that `toDevice` reads. */
export const DEVICE_COLUMNS = `
  d.id, d.name, d.site_id, d.type, d.table_device_id, d.asn, d.local_asn, d.hold_time, d.families,
  d.add_path, d.created_at, d.updated_at,
  (SELECT k.set_at FROM device_md5_keys k WHERE k.device_id = d.id) AS md5_key_set_at,
  (SELECT json_group_array(a.address ORDER BY a.position) FROM device_addresses a WHERE a.device_id = d.id)
    AS addresses`;

export function toDevice(row: Row): Device {
  const addPath = text(row, "add_path");
  return Object.freeze({
    id: integer(row, "id"),
    name: text(row, "name"),
    type: deviceType(row),
    addresses: strings(row, "addresses"),
    holdTime: integer(row, "hold_time"),
    families: strings(row, "families"),
    addPath: addPath === "true" || addPath === "false" ? addPath === "true" : strings(row, "add_path"),
    ...(row["site_id"] === null ? {} : { siteId: integer(row, "site_id") }),
    ...(row["table_device_id"] === null ? {} : { tableDeviceId: integer(row, "table_device_id") }),
    ...(row["asn"] === null ? {} : { asn: integer(row, "asn") }),
    ...(row["local_asn"] === null ? {} : { localAsn: integer(row, "local_asn") }),
    ...(row["md5_key_set_at"] === null ? {} : { md5KeySetAt: text(row, "md5_key_set_at") }),
    createdAt: text(row, "created_at"),
    updatedAt: text(row, "updated_at"),
  });
}

/** Text that `SecretKeys` sealed. */
export function toSealed(row: Row): Uint8Array {
  const value = row["sealed"];
  if (!(value instanceof Uint8Array)) throw new StoreError("registry column sealed holds no octets");
  return value;
}

export function toAccount(row: Row): Account {
  return Object.freeze({
    id: integer(row, "id"),
    email: text(row, "email"),
    createdAt: text(row, "created_at"),
    ...(row["last_used_at"] === null ? {} : { lastUsedAt: text(row, "last_used_at") }),
  });
}

export function toStoredAccount(row: Row): StoredAccount {
  const tokenDigest = row["token_sha256"];
  if (!(tokenDigest instanceof Uint8Array) || tokenDigest.length !== 32) {
    throw new StoreError("registry column token_sha256 holds no SHA-256 digest");
  }
  return { account: toAccount(row), tokenDigest };
}
