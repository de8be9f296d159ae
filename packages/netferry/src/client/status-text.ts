import { formatBytes, formatCount, formatDuration, formatRate } from "@netferry/service/command-line";
import type {
  AgentAnswer,
  AgentSessionsAnswer,
  AgentStatusAnswer,
  LagAnswer,
  StatusAnswer,
} from "./answers.ts";
import { formatMilliseconds, formatTally, plural } from "./format.ts";
import { renderPairs, renderTable } from "./text-table.ts";
import type { Column } from "./text-table.ts";

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

/** `0.1 ms, 99 %: 1.2 ms, worst 12 ms`. */
function lagText({ p50, p99, max }: LagAnswer): string {
  return `${formatMilliseconds(p50)}, 99 %: ${formatMilliseconds(p99)}, worst ${formatMilliseconds(max)}`;
}

/** The status of an ingest and its agents. */
export function statusText(
  origin: string,
  status: StatusAnswer,
  agents: readonly AgentAnswer[],
  terminalColumns: number | undefined,
): string {
  const { rib, memory } = status;
  const head = renderPairs([
    ["ingest", `${origin} (netferry ${status.version}, instance ${status.instance})`],
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
    ["lag", status.eventLoopLagMs === undefined ? undefined : lagText(status.eventLoopLagMs)],
    ["agents", `${formatCount(status.agents.connected)} connected`],
  ]);
  return agents.length === 0 ? head : `${head}\n${renderTable(AGENT_COLUMNS, agents, terminalColumns)}`;
}

type AgentSession = AgentSessionsAnswer["Sessions"][number];

const SESSION_COLUMNS: readonly Column<AgentSession>[] = [
  { title: "PEER", value: (session) => session.Peer },
  { title: "RELAY", value: (session) => (session.Connected ? "connected" : "not connected") },
  { title: "FOR", value: (session) => formatDuration(session.DurationMs), right: true },
  { title: "SINCE", value: (session) => session.Time },
];

function agoText(milliseconds: number | null | undefined): string {
  return milliseconds === undefined || milliseconds === null
    ? "never"
    : `${formatDuration(milliseconds)} ago`;
}

function controlText(control: AgentStatusAnswer["ControlStream"]): string {
  if (!control.Connected) return "not connected";
  const duration = control.DurationMs ?? undefined;
  return duration === undefined ? "connected" : `connected for ${formatDuration(duration)}`;
}

function heartbeatText({
  MsSinceLastTx,
  MsSinceLastRx,
  LastTxRTTMs,
}: AgentStatusAnswer["Heartbeats"]): string {
  const trip =
    LastTxRTTMs === undefined || LastTxRTTMs === null
      ? ""
      : `, round trip ${formatMilliseconds(LastTxRTTMs)}`;
  return `sent ${agoText(MsSinceLastTx)}, answered ${agoText(MsSinceLastRx)}${trip}`;
}

function md5Text({ Config: config, MD5: md5 }: AgentStatusAnswer): string {
  if (config.MD5Enabled !== true) return "disabled";
  if (md5 === undefined) return "enabled";
  const keys = `enabled, ${plural(md5.KeysInstalled, "key")} in use`;
  return md5.Capturing
    ? keys
    : `${keys}; signed SYNs are not seen: ${md5.CaptureError ?? "the capture failed"}`;
}

/** The status of an agent and its sessions. */
export function agentStatusText(
  origin: string,
  health: string,
  status: AgentStatusAnswer,
  sessions: AgentSessionsAnswer,
  terminalColumns: number | undefined,
): string {
  const { Config: config } = status;
  const head = renderPairs([
    ["agent", `${origin} (instance ${status.InstanceID})`],
    ["health", health],
    ["ingest", `${config.ProxyTarget}, ${controlText(status.ControlStream)}`],
    ["heartbeats", heartbeatText(status.Heartbeats)],
    ["listens", config.Listeners.join(" ")],
    [
      "site",
      config.SiteID === undefined || config.SiteID === null || config.SiteID === 0
        ? "any"
        : String(config.SiteID),
    ],
    ["account", config.APIEmail ?? undefined],
    ["MD5", md5Text(status)],
    ["sessions", formatCount(status.ActiveSessions)],
  ]);
  if (sessions.Sessions.length === 0) return head;
  return `${head}\n${renderTable(SESSION_COLUMNS, sessions.Sessions, terminalColumns)}`;
}
