import { dirname, resolve } from "node:path";
import {
  errorText,
  hideArguments,
  loadTrustAnchors,
  OperatorError,
  UsageError,
} from "@netferry/service/command-line";
import { z } from "zod";
import { DEFAULT_API, parseBaseUrl } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { readPrivateFile } from "./private-file.ts";
import { parseFingerprint } from "./trust.ts";
import type { Trust } from "./trust.ts";

/** Everything that a client needs to know about one ingest. */
export interface Access {
  readonly api: URL;
  readonly email: string;
  readonly token: string;
  readonly trust: Trust;
}

/** Largest credentials file that is read, in octets. */
const MAX_FILE_OCTETS = 64 * 1024;

const FileSchema = z.strictObject({
  api: z.string().optional(),
  email: z.string().optional(),
  token: z.string().optional(),
  ca: z.string().optional(),
  fingerprint: z.string().optional(),
});

type CredentialsFile = z.infer<typeof FileSchema>;

/** The message never shows what is in the file. */
async function readCredentialsFile(path: string): Promise<CredentialsFile> {
  const text = await readPrivateFile(path, "credentials file", MAX_FILE_OCTETS);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OperatorError(
      `credentials file ${path} is no JSON; it holds one object with api, email, token, ca`,
    );
  }
  const parsed = FileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : issue?.path.join(".");
  throw new OperatorError(
    `credentials file ${path}: ${where ?? "its content"} is not as expected; it holds text under api, email, token, ca, fingerprint`,
  );
}

async function trustOf(options: ClientOptions, file: CredentialsFile, directory: string): Promise<Trust> {
  if (options.fingerprint !== undefined && options.ca !== undefined) {
    throw new UsageError("--ca and --fingerprint: give one of the two");
  }
  if (options.fingerprint !== undefined) return { kind: "fingerprint", sha256: options.fingerprint };
  if (options.ca !== undefined) return { kind: "ca", pem: await loadTrustAnchors(options.ca) };
  if (file.fingerprint !== undefined)
    return { kind: "fingerprint", sha256: parseFingerprint(file.fingerprint) };
  // A path in the file is meant from where the file is.
  if (file.ca !== undefined) return { kind: "ca", pem: await loadTrustAnchors(resolve(directory, file.ca)) };
  return { kind: "system" };
}

/** Settles how to reach an ingest: options and environment first, then the credentials file. */
export async function resolveAccess(options: ClientOptions): Promise<Access> {
  // A token on the command line stays visible for as long as the command runs, unless it is taken out of there.
  if (options.token !== undefined) hideArguments("netferry");
  const path = options.credentials;
  const file = path === undefined ? {} : await readCredentialsFile(path);
  try {
    const email = options.email ?? file.email;
    const token = options.token ?? file.token;
    if (email === undefined || token === undefined) {
      const missing = email === undefined ? (token === undefined ? "email and token" : "email") : "token";
      throw new UsageError(
        `${missing} missing: give --email and --token, NETFERRY_EMAIL and NETFERRY_TOKEN, or --credentials FILE; ` +
          "ingest printed them when it made the account",
      );
    }
    return {
      api: options.api ?? parseBaseUrl(file.api ?? DEFAULT_API),
      email,
      token,
      trust: await trustOf(options, file, dirname(path ?? ".")),
    };
  } catch (error) {
    if (error instanceof OperatorError || path === undefined) throw error;
    throw new OperatorError(`credentials file ${path}: ${errorText(error)}`, {
      cause: error,
      complete: true,
    });
  }
}
