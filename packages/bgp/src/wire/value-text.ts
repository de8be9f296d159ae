import { formatAddress, formatIdentifier } from "../address.ts";
import { communityName, formatCommunity } from "../attribute/communities.ts";
import { formatExtendedCommunity } from "../attribute/extended-community.ts";
import { formatIpv6ExtendedCommunity } from "../attribute/ipv6-extended-communities.ts";
import { toHex } from "../bytes.ts";
import { familyName } from "../family.ts";
import { labelValue } from "../label.ts";
import { formatMac } from "../mac.ts";
import { formatRouteDistinguisher, RD_LENGTH } from "../route-distinguisher.ts";
import type { Member } from "./watched-value.ts";

/** Octets that a value shows; the view has them beside it. */
const MAX_SHOWN = 32;

/** Octets of a label with its experimental bits and the bottom of the stack. */
const LABEL_FIELD_LENGTH = 3;

/**
 * A member's value on one line. `owner`: the type of the attribute, or the kind of what it is in. `length`: octets
 * that it has on the wire.
 */
export function memberText(owner: string, { path, value }: Member, length: number): string {
  const name = lastName(path);
  if (value instanceof Uint8Array) return octetsText(owner, name, value);
  if (typeof value === "number") return numberText(owner, name, value, length);
  if (typeof value === "bigint" || typeof value === "boolean" || typeof value === "string") return `${value}`;
  return "";
}

/** `asns` of `segments[0].asns[2]`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).replace(/\[\d+\]$/, "");
}

function octetsText(owner: string, name: string, value: Uint8Array): string {
  if (owner === "extended-communities") return formatExtendedCommunity(value);
  if (owner === "ipv6-extended-communities") return formatIpv6ExtendedCommunity(value);
  if (name === "rd" && value.length === RD_LENGTH) return formatRouteDistinguisher(value);
  if (name === "mac" && value.length === 6) return formatMac(value);
  if (name === "sid" && value.length === 16) return formatAddress(value);
  if (isAddressName(name) && (value.length === 4 || value.length === 16)) return formatAddress(value);
  if (name === "nextHop" && value.length === 2 * 16) {
    return `${formatAddress(value.subarray(0, 16))}, ${formatAddress(value.subarray(16))}`;
  }
  return value.length <= MAX_SHOWN ? `0x${toHex(value)}` : `${value.length} octets`;
}

const ADDRESS_NAMES: ReadonlySet<string> = new Set([
  ...["nextHop", "source", "group", "originator", "gateway", "ip", "endpoint", "peer"],
]);
const LABEL_NAMES: ReadonlySet<string> = new Set(["label", "labels", "label2"]);

function isAddressName(name: string): boolean {
  return ADDRESS_NAMES.has(name) || /address$/i.test(name);
}

function numberText(owner: string, name: string, value: number, length: number): string {
  if (name === "family") return familyName(value);
  if (LABEL_NAMES.has(name) && length === LABEL_FIELD_LENGTH) {
    return `label ${labelValue(value)}, ${(value & 1) === 1 ? "bottom of stack" : "more follow"}`;
  }
  if (owner === "communities") {
    const known = communityName(value);
    return known === undefined ? formatCommunity(value) : `${formatCommunity(value)} (${known})`;
  }
  if (owner === "originator-id" || owner === "cluster-list") return formatIdentifier(value);
  return `${value}`;
}
