import {
  type CredentialsFile,
  errorText,
  hideArguments,
  loadTrustAnchors,
  OperatorError,
  readCredentialsFile,
  UsageError,
} from "@netferry/service/command-line";
import { DEFAULT_API, parseBaseUrl } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";
import { parseFingerprint } from "./trust.ts";
import type { Trust } from "./trust.ts";

/** Everything that a client needs to know about one ingest. */
export interface Access {
  readonly api: URL;
  readonly email: string;
  readonly token: string;
  readonly trust: Trust;
}

async function trustOf(options: ClientOptions, file: CredentialsFile): Promise<Trust> {
  if (options.fingerprint !== undefined && options.ca !== undefined) {
    throw new UsageError("--ca and --fingerprint: give one of the two");
  }
  if (options.fingerprint !== undefined) return { kind: "fingerprint", sha256: options.fingerprint };
  if (options.ca !== undefined) return { kind: "ca", pem: await loadTrustAnchors(options.ca) };
  if (file.fingerprint !== undefined)
    return { kind: "fingerprint", sha256: parseFingerprint(file.fingerprint) };
  if (file.ca !== undefined) return { kind: "ca", pem: await loadTrustAnchors(file.ca) };
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
      trust: await trustOf(options, file),
    };
  } catch (error) {
    if (error instanceof OperatorError || path === undefined) throw error;
    throw new OperatorError(`credentials file ${path}: ${errorText(error)}`, {
      cause: error,
      complete: true,
    });
  }
}
