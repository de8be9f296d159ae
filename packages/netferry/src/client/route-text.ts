import type { RouteAnswer } from "./answers.ts";
import type { Column } from "./text-table.ts";

function communitiesText(route: RouteAnswer): string {
  const large = route.largeCommunities ?? [];
  const extended = route.extendedCommunities ?? [];
  return [...(route.communities ?? []), ...large, ...extended].join(" ");
}

function numberText(value: number | null | undefined): string {
  return value === undefined || value === null ? "-" : String(value);
}

const PREFIX: Column<RouteAnswer> = {
  title: "PREFIX",
  value: (route) => {
    if (!route.stale) return route.prefix;
    return `${route.prefix} stale${route.staleCause === undefined ? "" : `: ${route.staleCause}`}`;
  },
  roomFor: 20,
};
const PATH_ID: Column<RouteAnswer> = {
  title: "PATH ID",
  roomFor: 10,
  value: (route) => numberText(route.pathId),
  right: true,
};
const ATTRIBUTES: readonly Column<RouteAnswer>[] = [
  { title: "NEXT HOP", value: (route) => route.nextHops?.join(" ") || "-", shrinkTo: 15, roomFor: 15 },
  { title: "PREF", value: (route) => numberText(route.localPref), right: true },
  { title: "MED", value: (route) => numberText(route.med), right: true },
  { title: "AS PATH", value: (route) => route.asPathText || "-", shrinkTo: 12, roomFor: 30 },
  { title: "ORIGIN", value: (route) => route.origin ?? "-" },
  { title: "COMMUNITIES", value: (route) => communitiesText(route) || "-", shrinkTo: 11 },
];

/** Columns for a listing that begins with these routes. */
export function routeColumns(first: readonly RouteAnswer[]): readonly Column<RouteAnswer>[] {
  const addPath = first.some((route) => route.pathId !== undefined && route.pathId !== null);
  return [PREFIX, ...(addPath ? [PATH_ID] : []), ...ATTRIBUTES];
}
