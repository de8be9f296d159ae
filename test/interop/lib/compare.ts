import { asPathText, extendedCommunityHex, normalAddress, normalSet } from "./normal.ts";
import { familyOfText, type NormalRoute, type RouteSpec } from "./route.ts";

/** How a session changes what a device originates. */
export interface SessionKind {
  /** Same ASN on both sides. */
  internal: boolean;
  deviceAsn: number;
}

/**
 * What a route specification must look like on the wire. An internal peer is sent LOCAL_PREF (RFC 4271
 * section 5.1.5), 100 unless told otherwise; an external one is not, and sees the device's ASN in front.
 */
export function intendedRoute(spec: RouteSpec, session: SessionKind): NormalRoute {
  const { attributes } = spec;
  return {
    family: spec.family,
    prefix: spec.prefix,
    pathId: undefined,
    origin: attributes.origin,
    asPath: asPathText(session.internal ? attributes.asPath : [session.deviceAsn, ...attributes.asPath]),
    nextHop: normalAddress(attributes.nextHop),
    med: attributes.med,
    localPref: session.internal ? (attributes.localPref ?? 100) : undefined,
    communities: normalSet(attributes.communities),
    largeCommunities: normalSet(attributes.largeCommunities),
    extendedCommunities: normalSet(
      attributes.extendedCommunities.map((community) => extendedCommunityHex(community)),
    ),
  };
}

/** What identifies a route within one device's table. */
function keyOf(route: NormalRoute): string {
  const path = route.pathId === undefined ? "" : ` path ${route.pathId}`;
  return `${familyOfText(route.prefix)} ${route.prefix}${path}`;
}

/** Every attribute that is compared; path ids are each speaker's own. */
export const COMPARED = [
  "origin",
  "asPath",
  "nextHop",
  "med",
  "localPref",
  "communities",
  "largeCommunities",
  "extendedCommunities",
] as const satisfies readonly (keyof NormalRoute)[];

/** One line for each route that only one side has, and for each attribute that differs. Empty: equal. */
export function differences(
  left: { name: string; routes: readonly NormalRoute[] },
  right: { name: string; routes: readonly NormalRoute[] },
): string[] {
  const found: string[] = [];
  const index = (side: { name: string; routes: readonly NormalRoute[] }): Map<string, NormalRoute> => {
    const byKey = new Map<string, NormalRoute>();
    for (const route of side.routes) {
      const key = keyOf(route);
      if (byKey.has(key)) found.push(`${side.name} shows ${key} twice`);
      byKey.set(key, route);
    }
    return byKey;
  };
  const leftByKey = index(left);
  const rightByKey = index(right);
  for (const [key, route] of leftByKey) {
    const other = rightByKey.get(key);
    if (other === undefined) {
      found.push(`${key}: only ${left.name} has it`);
      continue;
    }
    for (const attribute of COMPARED) {
      const [one, two] = [JSON.stringify(route[attribute]), JSON.stringify(other[attribute])];
      if (one !== two) found.push(`${key}: ${attribute} ${left.name} ${one}, ${right.name} ${two}`);
    }
  }
  for (const key of rightByKey.keys()) {
    if (!leftByKey.has(key)) found.push(`${key}: only ${right.name} has it`);
  }
  return found;
}

/**
 * One line for each path that one side has more often than the other: for ADD-PATH, where a prefix has
 * several paths and their ids are the sender's own business.
 */
export function pathDifferences(
  left: { name: string; routes: readonly NormalRoute[] },
  right: { name: string; routes: readonly NormalRoute[] },
): string[] {
  const balance = new Map<string, number>();
  const count = (routes: readonly NormalRoute[], weight: number): void => {
    for (const route of routes) {
      const key = JSON.stringify([route.prefix, ...COMPARED.map((attribute) => route[attribute])]);
      balance.set(key, (balance.get(key) ?? 0) + weight);
    }
  };
  count(left.routes, 1);
  count(right.routes, -1);
  return [...balance]
    .filter(([, surplus]) => surplus !== 0)
    .map(([path, surplus]) => `${path}: only ${surplus > 0 ? left.name : right.name} has it`);
}
