import { optionGroup } from "@netferry/service/command-line";
import type { OptionValues } from "@netferry/service/command-line";
import { parseFingerprint } from "./trust.ts";

/** Where the API is when nothing says otherwise. */
export const DEFAULT_API = "http://127.0.0.1:8080";

/** Reads a base URL of the API or of an agent. Throws an `Error` that says what is expected. */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw new Error("expected an address such as http://127.0.0.1:8080 or https://ingest.example.net");
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error("credentials don't belong into the address; give --email and --token, or --credentials");
  }
  return url;
}

/** What every command takes that talks to an ingest. */
export const clientOptions = optionGroup("Ingest API", {
  api: {
    type: "string",
    description: "Where the API of ingest is",
    placeholder: "URL",
    defaultText: `that of the credentials file, else ${DEFAULT_API}`,
    check: parseBaseUrl,
  },
  email: { type: "string", description: "Email of the account", placeholder: "EMAIL" },
  token: { type: "string", description: "Token of the account", placeholder: "TOKEN", secret: true },
  credentials: {
    type: "string",
    description: "JSON file with api, email, token, and ca or fingerprint; for your eyes only (mode 600)",
    placeholder: "FILE",
  },
  ca: {
    type: "string",
    description: "PEM file of the CA or certificate to trust (https)",
    placeholder: "FILE",
  },
  fingerprint: {
    type: "string",
    description: "SHA-256 fingerprint of the one certificate to trust (https)",
    placeholder: "SHA256",
    check: parseFingerprint,
  },
});

export type ClientOptions = OptionValues<typeof clientOptions>;
