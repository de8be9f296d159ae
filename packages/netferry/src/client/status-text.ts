import { formatBytes, formatCount, formatDuration, formatRate } from "@netferry/service/command-line";
import { healthText } from "./agent-status-text.ts";
import type { AgentAnswer, StatusAnswer } from "./answers.ts";
import { formatMilliseconds, formatTally, lagText, plural } from "./format.ts";
import type { ScreenLayout } from "./terminal.ts";
import { type Column, pairLines, shortTable } from "./text-table.ts";

function listenersText(listeners: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(listeners)
    .filter(([, addresses]) => addresses.length > 0)
    .map(([name, addresses]) => `${name} ${addresses.join(" ")}`)
    .join(", ");
}

function tally(total: number, counts: Readonly<Record<string, number>>): string {
  const parts = formatTally(counts);
  return parts === "" ? formatCount(total) : `${formatCount(total)} (${parts})`;
}

/** Of a list of agents. */
export const AGENT_COLUMNS: readonly Column<AgentAnswer>[] = [
  { title: "AGENT", value: (agent) => agent.instance, shrinkTo: 8 },
  { title: "HOST", value: (agent) => agent.hostname ?? "-", shrinkTo: 8 },
  { title: "VERSION", value: (agent) => agent.version, shrinkTo: 8 },
  { title: "FROM", value: (agent) => agent.remote },
  {
    title: "SITE",
    value: (agent) => (agent.siteId === undefined ? "any" : String(agent.siteId)),
    right: true,
  },
  { title: "SESSIONS", value: (agent) => formatCount(agent.sessions), right: true },
  {
    title: "ROUND TRIP",
    value: (agent) => (agent.roundTripMs === undefined ? "-" : formatMilliseconds(agent.roundTripMs)),
    right: true,
  },
  { title: "CONTROL STREAM", value: (agent) => `${agent.connected ? "up" : "down"} since ${agent.since}` },
];

/**
 * The status of an ingest and its agents, those that are gone first.
 *
 * @param limit agents that are shown; undefined: as many as there is room for, or all
 */
export function statusLines(
  origin: string,
  status: StatusAnswer,
  agents: readonly AgentAnswer[],
  limit: number | undefined,
  layout: ScreenLayout,
): string[] {
  const { rib, memory, health, eventLoopLagMs: lag } = status;
  const head = pairLines([
    ["ingest", `${origin} (netferry ${status.version}, instance ${status.instance})`],
    ["health", health === undefined ? undefined : healthText(health)],
    ...(health?.checks ?? []).map(({ name, reason }) => ["", `${name}: ${reason}`] as const),
    ["up", `${formatDuration(status.uptimeSeconds * 1000)}, since ${status.startedAt}`],
    ["router id", status.routerId],
    ["listens", listenersText(status.listeners)],
    ["devices", tally(status.devices.total, status.devices.byState)],
    ["sessions", tally(status.sessions.total, status.sessions.byState)],
    ["routes", tally(rib.routes, rib.routesByFamily)],
    ["prefixes", `${formatCount(rib.prefixes)}, ${plural(rib.attributes, "attribute set")}`],
    ["path rate", formatRate(status.pathsPerSecond)],
    ["rejected", formatTally(rib.rejected) || undefined],
    ["memory", `${formatBytes(memory.residentBytes)} resident, ${formatBytes(rib.bytes)} of it routes`],
    ["lag", lag === undefined ? undefined : lagText(lag)],
    ["agents", `${formatCount(status.agents.connected)} connected`],
  ]);
  const room = layout.rows === undefined ? undefined : Math.max(1, layout.rows - head.length - 3);
  const sorted = agents.toSorted((one, other) => Number(one.connected) - Number(other.connected));
  return [...head, ...shortTable("agent", AGENT_COLUMNS, sorted, limit ?? room, layout.columns)];
}
