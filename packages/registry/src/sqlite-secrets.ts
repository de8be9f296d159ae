/** Brings the secret keys of a file and what is sealed in a database together. */
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";
import { md5KeyOf } from "./md5-key.ts";
import { makeSecretKeyFile, readSecretKeyFile } from "./secret-key-file.ts";
import { SECRET_KEY_ID_OCTETS, type SecretKeys } from "./secrets.ts";
import { toSealed } from "./sqlite-rows.ts";
import type { RandomBytes } from "./token.ts";

export interface SecretsOptions {
  readonly file: string;
  /** The registry's own file, for messages. */
  readonly path: string;
  readonly randomBytes: RandomBytes;
  /** Forget the MD5 keys: what sealed them is lost. */
  readonly discard: boolean;
}

/**
 * The keys of the file, which is made where nothing is sealed yet. What an older key of the file sealed is sealed anew with
 * the first one, so that the older one can be taken out of the file. Throws `StoreError` where the file can't open
 * what is sealed, and has changed nothing.
 */
export function settleSecretKeys(database: DatabaseSync, options: SecretsOptions): SecretKeys {
  database.exec("BEGIN IMMEDIATE");
  try {
    if (options.discard) database.exec("DELETE FROM device_md5_keys");
    const sealed = sealedRows(database);
    const keys = readSecretKeyFile(options.file, options.randomBytes);
    if (keys === undefined && sealed.length > 0) throw lost(`is missing`, sealed.length, options);
    const settled = keys ?? makeSecretKeyFile(options.file, options.randomBytes);
    const foreign = sealed.filter(({ keyId }) => !settled.knows(keyId)).length;
    if (foreign > 0) throw lost("is another one than that", foreign, options);
    reseal(database, settled, sealed);
    database.exec("COMMIT");
    return settled;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function lost(how: string, count: number, { file, path }: SecretsOptions): StoreError {
  return new StoreError(
    `secret key file ${file} ${how}, with which ${count} MD5 ${count === 1 ? "key" : "keys"} in ${path} ${count === 1 ? "was" : "were"} sealed; ` +
      "restore it from a copy or name it (--secret-key-file), or start once with --discard-md5-keys and set them again",
  );
}

interface SealedRow {
  readonly deviceId: number;
  readonly sealed: Uint8Array;
  readonly keyId: Uint8Array;
}

function sealedRows(database: DatabaseSync): SealedRow[] {
  return database
    .prepare("SELECT device_id, sealed FROM device_md5_keys ORDER BY device_id")
    .all()
    .map((row) => {
      const sealed = toSealed(row);
      return { deviceId: Number(row["device_id"]), sealed, keyId: sealed.subarray(0, SECRET_KEY_ID_OCTETS) };
    });
}

function reseal(database: DatabaseSync, keys: SecretKeys, rows: readonly SealedRow[]): void {
  const update = database.prepare("UPDATE device_md5_keys SET sealed = :sealed WHERE device_id = :id");
  for (const { deviceId, sealed, keyId } of rows) {
    if (keys.isCurrent(keyId)) continue;
    const what = md5KeyOf(deviceId);
    update.run({ id: deviceId, sealed: keys.seal(keys.open(sealed, what), what) });
  }
}
