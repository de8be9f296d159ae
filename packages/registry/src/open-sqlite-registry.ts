import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { createRegistry } from "./create-registry.ts";
import { environmentOf } from "./environment.ts";
import type { RegistryOptions } from "./environment.ts";
import { RegistryError, StoreError } from "./errors.ts";
import type { Registry } from "./registry.ts";
import { migrate } from "./sqlite-schema.ts";
import { settleSecretKeys } from "./sqlite-secrets.ts";
import { createSqliteStore } from "./sqlite-store.ts";

/** How long a call waits for another process that is writing the file. */
const LOCK_WAIT_MS = 1_000;
/** Owner alone: the file holds token digests and, with them, who may use the relay. */
const FILE_MODE = 0o600;

/** SQLite gives its -wal and -shm files the mode of the main one, so that one is made first. */
function preparePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "a", FILE_MODE));
    chmodSync(path, FILE_MODE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `registry ${path} can't be opened (${reason}); check that its directory is there and yours to write`,
      error,
    );
  }
}

export interface SqliteRegistryOptions extends RegistryOptions {
  /** Where the keys are that seal secrets in the registry; default: `.key` after the registry's own path. */
  readonly secretKeyFile?: string;
  /** Forget all MD5 keys: the file that opens them is lost. */
  readonly discardMd5Keys?: boolean;
}

/**
 * Opens the embedded registry and the file of its secret keys, and makes them where there are none. WAL and foreign keys are on, each
 * write is on disk when the call returns. Throws `StoreError` for a file that is no registry, or one of
 * a later netferry; that file is left as it was, but for its mode, which becomes 0600. Throws it also for secret keys
 * that don't open what is sealed.
 */
export function openSqliteRegistry(path: string, options: SqliteRegistryOptions = {}): Registry {
  preparePrivateFile(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, {
      enableForeignKeyConstraints: true,
      enableDoubleQuotedStringLiterals: false,
      timeout: LOCK_WAIT_MS,
    });
    migrate(database, path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    const secretKeys = settleSecretKeys(database, {
      file: options.secretKeyFile ?? `${path}.key`,
      path,
      randomBytes: options.randomBytes ?? randomBytes,
      discard: options.discardMd5Keys === true,
    });
    return createRegistry(createSqliteStore(database, path), environmentOf(options, secretKeys));
  } catch (error) {
    database?.close();
    if (error instanceof RegistryError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `registry ${path} can't be read (${reason}); restore it from a copy, or move it away to start anew`,
      error,
    );
  }
}
