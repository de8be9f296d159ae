/** The file of the secret keys: beside the store, never in it, for its owner alone. */
import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { StoreError } from "./errors.ts";
import { MAX_SECRET_KEYS, SECRET_KEY_OCTETS, SecretKeys } from "./secrets.ts";
import type { RandomBytes } from "./token.ts";

const FILE_MODE = 0o600;
const OTHERS = 0o077;
/** Largest file that is read, in octets. */
const MAX_FILE_OCTETS = 4_096;

/** 32 octets in base64: 43 characters, with or without padding. */
const KEY_LINE = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$/;

/**
 * Reads the file: one key a line in base64, the first one seals, `#` begins a comment. Undefined where there is no
 * such file. Throws `StoreError` with one line, which never shows what is in the file.
 */
export function readSecretKeyFile(path: string, random: RandomBytes = randomBytes): SecretKeys | undefined {
  const text = readPrivately(path);
  if (text === undefined) return undefined;
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length === 0 || lines.length > MAX_SECRET_KEYS || !lines.every((line) => KEY_LINE.test(line))) {
    throw new StoreError(
      `secret key file ${path} is not as expected: 1 to ${MAX_SECRET_KEYS} lines, each ${SECRET_KEY_OCTETS} octets in base64 (openssl rand -base64 ${SECRET_KEY_OCTETS}); restore it from a copy`,
    );
  }
  return new SecretKeys(
    lines.map((line) => Buffer.from(line, "base64")),
    random,
  );
}

/** Makes the file with one new key. Never replaces one. Throws `StoreError`. */
export function makeSecretKeyFile(path: string, random: RandomBytes = randomBytes): SecretKeys {
  const key = random(SECRET_KEY_OCTETS);
  const text =
    "# Encrypts the devices' MD5 keys in the registry. Keep a copy elsewhere than the registry's.\n" +
    `${Buffer.from(key).toString("base64")}\n`;
  try {
    writeFileSync(path, text, { mode: FILE_MODE, flag: "wx", flush: true });
  } catch (error) {
    throw new StoreError(
      `secret key file ${path} can't be made (${reasonOf(error)}); check that its directory is there and yours to write`,
      error,
    );
  }
  return new SecretKeys([key], random);
}

function readPrivately(path: string): string | undefined {
  try {
    const { mode, size } = statSync(path);
    if ((mode & OTHERS) !== 0) {
      throw new StoreError(
        `secret key file ${path} is open to others (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${path}`,
      );
    }
    if (size > MAX_FILE_OCTETS) throw new StoreError(`secret key file ${path} is too long to be one`);
    return readFileSync(path, "latin1");
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new StoreError(
      `secret key file ${path} can't be read (${reasonOf(error)}); check that it is yours to read`,
      error,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
