import { isIP } from "node:net";

import { ORIGINS, type AttributeSpec, type ExtendedCommunitySpec, type Origin } from "./route.ts";

/** Names that daemons print instead of numbers, folded to lower case without punctuation. */
const WELL_KNOWN = new Map([
  ["gracefulshutdown", "65535:0"],
  ["gshut", "65535:0"],
  ["acceptown", "65535:1"],
  ["llgrstale", "65535:6"],
  ["nollgr", "65535:7"],
  ["blackhole", "65535:666"],
  ["noexport", "65535:65281"],
  ["noadvertise", "65535:65282"],
  ["noexportsubconfed", "65535:65283"],
  ["localas", "65535:65283"],
  ["nopeer", "65535:65284"],
]);

/** An address as RFC 5952 writes it; throws on anything else. */
export function normalAddress(text: string): string {
  const version = isIP(text);
  if (version === 4) return text;
  if (version === 6) return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  throw new Error(`not an address: ${JSON.stringify(text)}`);
}

/** The 16-bit groups on one side of an IPv6 address's "::". */
function groupsOf(part: string): number[] {
  return part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
}

/** The octets of an address, most significant first. */
export function addressOctets(text: string): number[] {
  if (isIP(text) === 4) return text.split(".").map(Number);
  const [head = "", tail] = normalAddress(text).split("::");
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const middle = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...middle, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}

/** An address from its octets, as RFC 5952 writes it. */
export function addressText(octets: readonly number[]): string {
  if (octets.length === 4) return octets.join(".");
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0)).toString(16),
  );
  return normalAddress(groups.join(":"));
}

/** A prefix with host bits cleared and its address as RFC 5952 writes it. */
export function normalPrefix(text: string): string {
  const [address = "", length = ""] = text.split("/");
  const bits = Number(length);
  const octets = addressOctets(address).map((octet, at) => {
    const kept = Math.min(8, Math.max(0, bits - at * 8));
    return octet & (0xff00 >> kept) & 0xff;
  });
  return `${addressText(octets)}/${bits}`;
}

export function normalOrigin(text: string): Origin {
  const folded = text.toLowerCase();
  const origin = ORIGINS.find((name) => name === folded || name.startsWith(folded));
  if (origin === undefined || folded === "") throw new Error(`not an origin: ${JSON.stringify(text)}`);
  return origin;
}

/** An AS path's text; AS_SETs may come as {1,2}, {1 2}, [1 2] or (1 2), in any order. */
export function normalAsPath(text: string): string {
  return text
    .replaceAll(/[{[(]([^}\])]*)[}\])]/g, (_, members: string) => {
      const asns = members.split(/[\s,]+/).filter((asn) => asn !== "");
      return ` {${asns
        .map(Number)
        .sort((a, b) => a - b)
        .join(",")}} `;
    })
    .trim()
    .replaceAll(/\s+/g, " ");
}

/** A standard community by number. */
export function normalCommunity(text: string): string {
  if (/^\d+:\d+$/.test(text)) return text;
  const known = WELL_KNOWN.get(text.toLowerCase().replaceAll(/[^a-z]/g, ""));
  if (known === undefined) throw new Error(`not a community: ${JSON.stringify(text)}`);
  return known;
}

/** A key that sorts "65000:9" before "65000:10". */
function numericKey(item: string): string {
  return item
    .split(":")
    .map((part) => part.padStart(10, "0"))
    .join(":");
}

/** Sorted without repetition: colon-separated numbers by their value, all else as text. */
export function normalSet(items: Iterable<string>): string[] {
  return [...new Set(items)].sort((a, b) => (numericKey(a) < numericKey(b) ? -1 : 1));
}

function hex(value: number, octets: number): string {
  return value.toString(16).padStart(octets * 2, "0");
}

/**
 * The 16 hexadecimal digits of a route target or route origin (RFC 4360, RFC 5668): the administrator
 * decides on the type. A 4-octet ASN takes type 2 even where it would fit into two octets, if `wide`.
 */
export function extendedCommunityHex(community: ExtendedCommunitySpec, wide = false): string {
  const subtype = community.kind === "target" ? 0x02 : 0x03;
  const { administrator, value } = community;
  if (typeof administrator === "string") {
    const address = addressOctets(administrator).map((octet) => hex(octet, 1));
    return `01${hex(subtype, 1)}${address.join("")}${hex(value, 2)}`;
  }
  if (wide || administrator > 0xffff) {
    return `02${hex(subtype, 1)}${hex(administrator, 4)}${hex(value, 2)}`;
  }
  return `00${hex(subtype, 1)}${hex(administrator, 2)}${hex(value, 4)}`;
}

/** Reads "65000:1" or "192.0.2.1:1" as the two parts of an extended community. */
export function extendedCommunitySpec(kind: "target" | "origin", text: string): ExtendedCommunitySpec {
  const at = text.lastIndexOf(":");
  const administrator = text.slice(0, at);
  return {
    kind,
    administrator: administrator.includes(".") ? administrator : Number(administrator),
    value: Number(text.slice(at + 1)),
  };
}

export function asPathText(path: AttributeSpec["asPath"]): string {
  return normalAsPath(
    path.map((hop) => (typeof hop === "number" ? String(hop) : `{${hop.join(",")}}`)).join(" "),
  );
}
