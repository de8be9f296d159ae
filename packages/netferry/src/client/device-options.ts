import type { OptionTable } from "@netferry/service/command-line";
import { UNICAST_FAMILIES } from "../family-names.ts";
import { parseAsn } from "./asn.ts";
import { readSecret, type SecretTerminal } from "./secret-input.ts";

/** What a device is, for `device add` and `device set`. */
export const deviceFieldOptions = {
  address: {
    type: "list",
    env: false,
    description: "IPv4 or IPv6 address that the device peers from",
    placeholder: "ADDRESS",
  },
  asn: {
    type: "string",
    env: false,
    description: "The device's AS number; needed by type peer",
    placeholder: "N",
    check: parseAsn,
  },
  site: {
    type: "string",
    env: false,
    description: "Site that it belongs to, by name or id",
    placeholder: "SITE",
  },
  type: {
    type: "string",
    env: false,
    description: "peer: it holds BGP sessions; table: it uses another device's routes; none: no BGP",
    choices: ["peer", "table", "none"],
    placeholder: "TYPE",
  },
  "table-device": {
    type: "string",
    env: false,
    description: "The device whose routes one of type table uses, by name or id",
    placeholder: "DEVICE",
  },
  "local-asn": {
    type: "string",
    env: false,
    description: "AS number that ingest speaks with to it",
    placeholder: "N",
    check: parseAsn,
  },
  "hold-time": {
    type: "int",
    env: false,
    description: "Proposed hold time in seconds: 0 for none, or 3 to 65535",
    placeholder: "SECONDS",
    min: 0,
    max: 65535,
  },
  family: {
    type: "list",
    env: false,
    description: "Address family to negotiate: ipv4-unicast, ipv6-unicast (default: both)",
    placeholder: "FAMILY",
    suggestions: UNICAST_FAMILIES,
  },
  "add-path": {
    type: "list",
    env: false,
    description: 'Family to receive several paths a prefix in (RFC 7911), "all" or "none"',
    placeholder: "FAMILY",
    suggestions: ["all", "none", ...UNICAST_FAMILIES],
  },
  "md5-key-file": {
    type: "string",
    env: false,
    description:
      "File with its TCP MD5 key, 1 to 80 octets; - reads standard input, or asks for it on a terminal",
    placeholder: "FILE",
  },
} as const satisfies OptionTable;

/**
 * The fields of a request body that both commands make from these options; undefined ones are not sent. Reads the MD5 key
 * from where the options say.
 */
export async function deviceBody(
  options: {
    readonly address: readonly string[];
    readonly asn: number | undefined;
    readonly site: string | undefined;
    readonly type: string | undefined;
    readonly tableDevice: string | undefined;
    readonly localAsn: number | undefined;
    readonly holdTime: number | undefined;
    readonly family: readonly string[];
    readonly addPath: readonly string[];
    readonly md5KeyFile: string | undefined;
  },
  terminal: SecretTerminal,
): Promise<Record<string, unknown>> {
  return {
    addresses: options.address.length === 0 ? undefined : options.address,
    asn: options.asn,
    site: options.site,
    type: options.type,
    tableDevice: options.tableDevice,
    localAsn: options.localAsn,
    holdTime: options.holdTime,
    families: options.family.length === 0 ? undefined : options.family,
    addPath: addPathOf(options.addPath),
    md5Key:
      options.md5KeyFile === undefined
        ? undefined
        : await readSecret(options.md5KeyFile, "MD5 key", terminal),
  };
}

function addPathOf(families: readonly string[]): boolean | readonly string[] | undefined {
  if (families.length === 0) return undefined;
  if (families.includes("all")) return true;
  return families.includes("none") ? false : families;
}
