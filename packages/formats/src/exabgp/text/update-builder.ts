import {
  type Attribute,
  AttributeCode,
  encodeAttributes,
  encodeNlri,
  type Family,
  IPV4_UNICAST,
  type Nlri,
  type NlriValue,
  safiOf,
  splitAs4,
  type UpdateMessage,
} from "@netferry/bgp";

/** What a session says to routes that don't say it themselves. */
export interface ExabgpSession {
  readonly localAsn: number;
  readonly peerAsn: number;
  /** False for a session with two-octet AS numbers: AS4_PATH and AS4_AGGREGATOR carry longer ones (RFC 6793). */
  readonly fourOctetAs?: boolean;
  /** For `next-hop self`: 4 or 16 octets. */
  readonly localAddress?: Uint8Array;
}

/** A route of a command. */
export interface CommandRoute {
  readonly family: Family;
  /** What its NLRI says, or the octets of it. */
  readonly value: NlriValue | Uint8Array;
  readonly pathId?: number;
  readonly nextHop?: Uint8Array;
  readonly attributes: readonly Attribute[];
}

const DEFAULT_LOCAL_PREF = 100;
const RD_LENGTH = 8;
const SAFI_VPN = 128;
/** Families whose next hop stands in MP_REACH_NLRI alone: VPLS, SR policy, RT-constraint, FlowSpec. */
const WITHOUT_NEXT_HOP_ATTRIBUTE: ReadonlySet<number> = new Set([65, 73, 132, 133, 134]);
/** What ExaBGP writes right behind another attribute, not by its own code. */
const BEHIND: { readonly [type: string]: number | undefined } = {
  "as4-path": AttributeCode.asPath,
  "as4-aggregator": AttributeCode.aggregator,
};

type Routes = readonly [CommandRoute, ...CommandRoute[]];

/** The UPDATE that announces routes with one set of attributes, one next hop and one family, what they lack filled in. */
export function announceUpdate(routes: Routes, session: ExabgpSession): UpdateMessage {
  const path = withDefaults(routes[0].attributes, session);
  return announceWith(routes, session.fourOctetAs === false ? splitAs4(path) : path);
}

/** The UPDATE that announces routes with these attributes, their next hop and MP_REACH_NLRI added. */
export function announceWith(routes: Routes, attributes: readonly Attribute[]): UpdateMessage {
  const [{ family, nextHop }] = routes;
  const nlri = routes.map(nlriOf);
  const path = [...attributes];
  const hasAttribute = nextHop?.length === 4 && !WITHOUT_NEXT_HOP_ATTRIBUTE.has(safiOf(family));
  if (hasAttribute) path.push({ type: "next-hop", address: nextHop });
  const sorted = inOrder(path);
  if (isClassic(family, nextHop)) return { type: "update", withdrawn: [], attributes: sorted, nlri };
  const reach: Attribute = { type: "mp-reach", family, nextHop: nextHopField(family, nextHop), nlri };
  return { type: "update", withdrawn: [], attributes: [...sorted, reach], nlri: [] };
}

/** The UPDATE that withdraws routes of one family. */
export function withdrawUpdate(routes: Routes): UpdateMessage {
  const [{ family }] = routes;
  const nlri = routes.map(nlriOf);
  if (family === IPV4_UNICAST) return { type: "update", withdrawn: nlri, attributes: [], nlri: [] };
  return { type: "update", withdrawn: [], attributes: [{ type: "mp-unreach", family, nlri }], nlri: [] };
}

function nlriOf({ family, value, pathId }: CommandRoute): Nlri {
  const bytes = value instanceof Uint8Array ? value : encodeNlri(family, value);
  return pathId === undefined ? { bytes } : { pathId, bytes };
}

function isClassic(family: Family, nextHop: Uint8Array | undefined): boolean {
  return family === IPV4_UNICAST && (nextHop === undefined || nextHop.length === 4);
}

/** Of a VPN a route distinguisher of zeros stands before the address (RFC 4364 section 4.3.2). */
function nextHopField(family: Family, nextHop: Uint8Array | undefined): Uint8Array {
  if (nextHop === undefined) return new Uint8Array(0);
  if (safiOf(family) !== SAFI_VPN) return nextHop;
  const field = new Uint8Array(RD_LENGTH + nextHop.length);
  field.set(nextHop, RD_LENGTH);
  return field;
}

function withDefaults(attributes: readonly Attribute[], { localAsn, peerAsn }: ExabgpSession): Attribute[] {
  const internal = localAsn === peerAsn;
  const path = attributes.filter((attribute) => internal || attribute.type !== "local-pref");
  const has = (type: Attribute["type"]): boolean => path.some((attribute) => attribute.type === type);
  if (!has("origin")) path.push({ type: "origin", origin: "igp" });
  if (!has("as-path")) {
    path.push({ type: "as-path", segments: internal ? [] : [{ type: "sequence", asns: [localAsn] }] });
  }
  if (internal && !has("local-pref")) path.push({ type: "local-pref", value: DEFAULT_LOCAL_PREF });
  return path;
}

/** By their codes. */
function inOrder(attributes: readonly Attribute[]): Attribute[] {
  return attributes.toSorted((a, b) => rank(a) - rank(b));
}

function rank(attribute: Attribute): number {
  const behind = BEHIND[attribute.type];
  return behind === undefined ? encodeAttributes([attribute])[1]! : behind + 0.5;
}
