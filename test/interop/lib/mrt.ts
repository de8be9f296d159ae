import { addressOctets, extendedCommunityHex } from "./normal.ts";
import { ORIGINS, type AttributeSpec, type RouteSpec } from "./route.ts";

/** MRT TABLE_DUMP_V2 and its subtypes, RFC 6396 section 4.3. */
const TABLE_DUMP_V2 = 13;
const PEER_INDEX_TABLE = 1;
const RIB_IPV4_UNICAST = 2;
const RIB_IPV6_UNICAST = 4;

const OPTIONAL = 0x80;
const TRANSITIVE = 0x40;
const EXTENDED_LENGTH = 0x10;

function integer(value: number, octets: number): number[] {
  return Array.from({ length: octets }, (_, at) => Math.floor(value / 256 ** (octets - 1 - at)) % 256);
}

function attribute(flags: number, code: number, value: readonly number[]): number[] {
  return [flags | EXTENDED_LENGTH, code, ...integer(value.length, 2), ...value];
}

/** AS_PATH with 4-octet ASNs, as TABLE_DUMP_V2 always has it. */
function asPath(path: AttributeSpec["asPath"]): number[] {
  const segments: { type: number; asns: number[] }[] = [];
  for (const hop of path) {
    const last = segments.at(-1);
    if (typeof hop !== "number") segments.push({ type: 1, asns: [...hop] });
    else if (last?.type === 2 && last.asns.length < 255) last.asns.push(hop);
    else segments.push({ type: 2, asns: [hop] });
  }
  return segments.flatMap(({ type, asns }) =>
    [type, asns.length].concat(asns.flatMap((asn) => integer(asn, 4))),
  );
}

function hexOctets(hex: string): number[] {
  return [...Buffer.from(hex, "hex")];
}

function attributes(route: RouteSpec): number[] {
  const spec = route.attributes;
  const nextHop = addressOctets(spec.nextHop);
  const parts = [
    attribute(TRANSITIVE, 1, [ORIGINS.indexOf(spec.origin)]),
    attribute(TRANSITIVE, 2, asPath(spec.asPath)),
  ];
  if (route.family === "ipv4-unicast") parts.push(attribute(TRANSITIVE, 3, nextHop));
  if (spec.med !== undefined) parts.push(attribute(OPTIONAL, 4, integer(spec.med, 4)));
  if (spec.localPref !== undefined) parts.push(attribute(TRANSITIVE, 5, integer(spec.localPref, 4)));
  if (spec.communities.length > 0) {
    const value = spec.communities.flatMap((one) =>
      one.split(":").flatMap((half) => integer(Number(half), 2)),
    );
    parts.push(attribute(OPTIONAL | TRANSITIVE, 8, value));
  }
  // RFC 6396 section 4.3.4: of MP_REACH_NLRI only the next hop's length and address are kept.
  if (route.family === "ipv6-unicast") parts.push(attribute(OPTIONAL, 14, [nextHop.length, ...nextHop]));
  if (spec.extendedCommunities.length > 0) {
    const value = spec.extendedCommunities.flatMap((one) => hexOctets(extendedCommunityHex(one)));
    parts.push(attribute(OPTIONAL | TRANSITIVE, 16, value));
  }
  if (spec.largeCommunities.length > 0) {
    const value = spec.largeCommunities.flatMap((one) =>
      one.split(":").flatMap((part) => integer(Number(part), 4)),
    );
    parts.push(attribute(OPTIONAL | TRANSITIVE, 32, value));
  }
  return parts.flat();
}

function record(subtype: number, body: readonly number[]): number[] {
  return [
    ...integer(0, 4),
    ...integer(TABLE_DUMP_V2, 2),
    ...integer(subtype, 2),
    ...integer(body.length, 4),
    ...body,
  ];
}

/**
 * A table as an MRT file: the way to hand OpenBGPD routes with AS paths of their own, which its
 * configuration language cannot express. (`gobgp mrt inject` wants the full MP_REACH_NLRI instead, and
 * ends before all of a table has reached its daemon.)
 */
export function mrtTable(routes: readonly RouteSpec[], routerId: string): Uint8Array {
  const id = addressOctets(routerId);
  // One peer with an IPv4 address and a 4-octet ASN (type 2): ourselves.
  const peers = record(PEER_INDEX_TABLE, [...id, 0, 0, 0, 1, 2, ...id, ...id, ...integer(0, 4)]);
  const entries = routes.flatMap((route, sequence) => {
    const [address = "", bits = ""] = route.prefix.split("/");
    const length = Number(bits);
    const octets = addressOctets(address).slice(0, Math.ceil(length / 8));
    const encoded = attributes(route);
    return record(route.family === "ipv4-unicast" ? RIB_IPV4_UNICAST : RIB_IPV6_UNICAST, [
      ...integer(sequence, 4),
      length,
      ...octets,
      ...integer(1, 2),
      ...integer(0, 2),
      ...integer(0, 4),
      ...integer(encoded.length, 2),
      ...encoded,
    ]);
  });
  return Uint8Array.from([...peers, ...entries]);
}
