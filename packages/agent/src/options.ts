/** The option table of the agent, which `netferry agent` and `netferry agent check` share. */
import { parseNoProxyRule, parseProxyUrl, sameFingerprint } from "@netferry/relay/command-line";
import {
  loggingOptions,
  optionGroup,
  type OptionValues,
  parseHostPort,
  parseListen,
} from "@netferry/service/command-line";
import { md5Options } from "./md5/options.ts";
import { LOGS_PATH, METRICS_PATH, parseExportUrl } from "./export/export-url.ts";
import { REGIONS, REGIONS_TEXT } from "./regions.ts";

const BGP_PORT = 179;
const RELAY_PORT = 443;
const STATUS_PORT = 20_920;

export const agentOptions = {
  ...optionGroup("Ingest", {
    target: {
      type: "list",
      description:
        "The ingest, on port 443 unless it names another; several are tried in order. Overrides --region",
      placeholder: "HOST:PORT",
      check: (text: string) => parseHostPort(text, RELAY_PORT),
    },
    region: {
      type: "string",
      description: `The ingest by a documented region: ${REGIONS_TEXT}`,
      placeholder: "REGION",
      suggestions: REGIONS,
      env: ["KENTIK_REGION"],
    },
    email: {
      type: "string",
      description: "Account at the ingest (required, here or in --credentials)",
      placeholder: "EMAIL",
      env: ["KENTIK_API_EMAIL"],
    },
    token: {
      type: "string",
      description: "The account's token (required, here or in --credentials)",
      placeholder: "TOKEN",
      secret: true,
      env: ["KENTIK_API_TOKEN"],
      check: checkToken,
    },
    credentials: {
      type: "string",
      description:
        "JSON file with email, token, and ca or fingerprint, as 'netferry ingest --write-credentials' writes it; for your eyes only (mode 600)",
      placeholder: "FILE",
    },
    "site-id": {
      type: "int",
      description: "Site to look devices up in; 0 means any",
      placeholder: "ID",
      default: 0,
      min: 0,
      max: 4_294_967_295,
      env: ["KENTIK_SITE"],
    },
    multi: {
      type: "int",
      description: "Sessions that share one connection to the ingest",
      placeholder: "N",
      default: 10,
      min: 1,
      max: 1000,
    },
    "max-outage": {
      type: "int",
      description: "How long a device's session is kept while no ingest takes it, in seconds",
      placeholder: "SECONDS",
      default: 1_800,
      min: 0,
      max: 604_800,
    },
    retain: {
      type: "int",
      description:
        "What one session may keep meanwhile, in MiB; past it UPDATEs are dropped and asked for again later",
      placeholder: "MIB",
      default: 16,
      min: 1,
      max: 4_096,
    },
    "retain-total": {
      type: "int",
      description: "What all sessions may keep together, in MiB",
      placeholder: "MIB",
      default: 256,
      min: 1,
      max: 65_536,
    },
  }),
  ...optionGroup("TLS", {
    ca: {
      type: "string",
      description: "Certificates to trust instead of the system's (PEM), such as the ingest's own",
      placeholder: "FILE",
    },
    fingerprint: {
      type: "string",
      description: "Trust the one certificate with this SHA-256 fingerprint, whatever its name",
      placeholder: "AB:CD:...",
      check: checkFingerprint,
    },
    insecure: {
      type: "bool",
      description: "No TLS: whoever sits on the way reads the token and the routes",
    },
  }),
  ...optionGroup("Web proxy", {
    "https-proxy": {
      type: "string",
      description: "Web proxy on the way to the ingest and to https:// exports; it has to allow CONNECT",
      placeholder: "http://[USER:PASSWORD@]HOST:PORT",
      secret: true,
      env: ["HTTPS_PROXY", "https_proxy"],
      check: parseProxyUrl,
    },
    "http-proxy": {
      type: "string",
      description: "The same for what goes without TLS: --insecure, and http:// exports",
      placeholder: "http://[USER:PASSWORD@]HOST:PORT",
      secret: true,
      env: ["HTTP_PROXY", "http_proxy"],
      check: parseProxyUrl,
    },
    "no-proxy": {
      type: "list",
      description:
        "Hosts that are reached without it: addresses, networks, names with all below them, each also with :PORT, or *",
      placeholder: "HOST",
      env: ["NO_PROXY", "no_proxy"],
      check: parseNoProxyRule,
    },
  }),
  ...optionGroup("Devices", {
    listen: {
      type: "list",
      description: "Address for devices",
      placeholder: "ADDR:PORT",
      default: ["0.0.0.0:179", "[::]:179"],
      check: (text: string) => parseListen(text, BGP_PORT),
    },
    ...md5Options,
  }),
  ...optionGroup("Upgrades", {
    handover: {
      type: "string",
      description:
        "Unix socket by which the next process of the agent takes over every session, unnoticed by the devices: start it with the same flags, and this one ends",
      placeholder: "PATH",
    },
  }),
  ...optionGroup("Status", {
    "metrics-addr": {
      type: "string",
      description: "Address of the status and metrics endpoint",
      placeholder: "ADDR",
      default: "127.0.0.1",
    },
    "metrics-port": {
      type: "int",
      description: "Its port",
      placeholder: "PORT",
      default: STATUS_PORT,
      min: 0,
      max: 65_535,
    },
  }),
  ...loggingOptions,
  ...optionGroup("Export", {
    "disable-log-export": { type: "bool", description: "Keep the log here: don't export it" },
    "log-export-url": {
      type: "string",
      description: "Where the log is exported to (OTLP over HTTP)",
      placeholder: "URL",
      defaultText: `https://, the target, and ${LOGS_PATH}`,
      check: parseExportUrl,
    },
    "metrics-export-url": {
      type: "string",
      description: "Where metrics are exported to (OTLP over HTTP)",
      placeholder: "URL",
      defaultText: `https://, the target, and ${METRICS_PATH}`,
      check: parseExportUrl,
    },
  }),
} as const;

export type AgentOptionValues = OptionValues<typeof agentOptions>;

export function checkToken(text: string): string {
  if (/^[\u0021-\u007e]+$/.test(text)) return text;
  throw new Error("expected one word of printable characters; a file that was read may end in a line break");
}

/** Also for what a credentials file says. */
export function checkFingerprint(text: string): string {
  if (sameFingerprint(text, text)) return text;
  throw new Error(
    "expected the 32 octets of a SHA-256 fingerprint in hex, as the ingest shows it when it starts",
  );
}

/** An address as it stands before a port. */
export function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
