/** The file that `netferry ingest --write-credentials` writes: who one is at an ingest, and which certificate to trust. */
import { dirname, resolve } from "node:path";
import { OperatorError } from "./errors.ts";
import { readPrivateFile } from "./private-file.ts";

/** Largest credentials file that is read, in octets. */
const MAX_FILE_OCTETS = 64 * 1024;

/** Every part may be missing. `ca` is a path that can be opened from anywhere. */
export interface CredentialsFile {
  readonly api?: string | undefined;
  readonly email?: string | undefined;
  readonly token?: string | undefined;
  readonly ca?: string | undefined;
  readonly fingerprint?: string | undefined;
}

/**
 * Reads a credentials file. Throws an {@link OperatorError} where it is open to others, can't be read, or holds
 * something else; the message never shows what is in the file.
 */
export async function readCredentialsFile(path: string): Promise<CredentialsFile> {
  const text = await readPrivateFile(path, "credentials file", MAX_FILE_OCTETS);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OperatorError(
      `credentials file ${path} is no JSON; it holds one object with api, email, token, ca`,
    );
  }
  // Loaded for those who have such a file: many a command starts without.
  const { z } = await import("zod");
  const part = z.string().optional();
  const schema = z.strictObject({ api: part, email: part, token: part, ca: part, fingerprint: part });
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : issue?.path.join(".");
    throw new OperatorError(
      `credentials file ${path}: ${where ?? "its content"} is not as expected; it holds text under api, email, token, ca, fingerprint`,
    );
  }
  const { ca, ...others } = parsed.data;
  // A path in the file is meant from where the file is.
  return ca === undefined ? others : { ...others, ca: resolve(dirname(path), ca) };
}
