import { parseAddress, parseFamilyName, parsePrefix } from "@netferry/bgp";
import { IPV4_UNICAST, IPV6_UNICAST } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import { canonicalAddress } from "@netferry/registry";
import { ApiError } from "./api-error.ts";

/** Routes in one JSON answer where the query names no limit. */
export const DEFAULT_ROUTES = 1_000;
/** Most routes in one JSON answer; more are further pages, or NDJSON. */
export const MAX_ROUTES = 10_000;

/** What a routes query asks, of one table. */
export type RouteQuestion =
  /** The route of exactly this prefix. */
  | { readonly kind: "exact"; readonly family: Family; readonly nlri: Uint8Array }
  /** The longest match for an address of 4 or 16 octets. */
  | { readonly kind: "longest"; readonly family: Family; readonly address: Uint8Array }
  /** All routes in order, of one family or all, and inside a prefix if there is one. */
  | { readonly kind: "walk"; readonly family: Family | undefined; readonly within: Uint8Array | undefined };

/** The parameters of a routes query, as they came. */
export interface RouteParameters {
  readonly prefix?: string | undefined;
  readonly address?: string | undefined;
  readonly within?: string | undefined;
  readonly family?: string | undefined;
  readonly origin?: string | undefined;
}

const MAX_ASN = 0xffff_ffff;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}

function prefixIn(field: string, text: string): { family: Family; nlri: Uint8Array } {
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return prefix;
  const hint =
    parseAddress(text) === undefined
      ? "give one such as 192.0.2.0/24 or 2001:db8::/32"
      : "it is an address: add a length, or ask with address=";
  throw new ApiError("invalid", `${field}: ${shown(text)} is no prefix; ${hint}`);
}

function familyIn(text: string | undefined): Family | undefined {
  if (text === undefined) return undefined;
  const family = parseFamilyName(text);
  if (family !== undefined) return family;
  throw new ApiError(
    "invalid",
    `family: ${shown(text)} is no address family; try ipv4-unicast or ipv6-unicast`,
  );
}

/** Reads the parameters of a query. Throws 400. */
export function parseQuestion(parameters: RouteParameters): RouteQuestion {
  const { prefix, address, within } = parameters;
  const named = [prefix, address, within].filter((value) => value !== undefined);
  if (named.length > 1) {
    throw new ApiError(
      "invalid",
      "prefix, address, within: give one of the three, they ask different things",
    );
  }
  const family = familyIn(parameters.family);
  const question = questionOf(prefix, address, within, family);
  if (family !== undefined && question.family !== family) {
    throw new ApiError("invalid", "family: is not the one of the prefix or address; leave it out");
  }
  return question;
}

function questionOf(
  prefix: string | undefined,
  address: string | undefined,
  within: string | undefined,
  family: Family | undefined,
): RouteQuestion {
  if (prefix !== undefined) return { kind: "exact", ...prefixIn("prefix", prefix) };
  if (within !== undefined) {
    const covering = prefixIn("within", within);
    return { kind: "walk", family: covering.family, within: covering.nlri };
  }
  if (address !== undefined) {
    const octets = parseAddress(canonicalAddress(address) ?? "");
    if (octets === undefined) {
      throw new ApiError(
        "invalid",
        `address: ${shown(address)} is no IPv4 or IPv6 address; a prefix goes into prefix=`,
      );
    }
    return { kind: "longest", family: octets.length === 4 ? IPV4_UNICAST : IPV6_UNICAST, address: octets };
  }
  return { kind: "walk", family, within: undefined };
}

/** The origin AS to filter by, as `65001` or `AS65001`. Throws 400. */
export function parseOrigin(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const digits = /^(?:as)?([0-9]{1,10})$/i.exec(text)?.[1];
  const asn = digits === undefined ? MAX_ASN + 1 : Number(digits);
  if (asn > MAX_ASN) {
    throw new ApiError("invalid", `origin: ${shown(text)} is no AS number; give one such as 65001`);
  }
  return asn;
}
