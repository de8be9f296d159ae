/** An agent's status for people: what it is and lacks, its sessions and who is denied. */
import { formatBytes, formatCount, formatDuration } from "@netferry/service/command-line";
import type { AgentReport } from "./agent-client.ts";
import type { AgentSessionsAnswer, AgentStatusAnswer, DeniedAnswer, HealthAnswer } from "./answers.ts";
import { compactCount, formatMilliseconds, formatTally, lagText, plural } from "./format.ts";
import type { ScreenLayout } from "./terminal.ts";
import { type Column, pairLines, shortTable } from "./text-table.ts";

type Session = AgentSessionsAnswer["Sessions"][number];
type Denied = DeniedAnswer["Denied"][number];

/** Denied devices beside sessions on a screen. */
const DENIED_ON_SCREEN = 5;

/** What needs attention stands first. */
const ATTENTION: Readonly<Record<string, number>> = {
  "not connected": 0,
  detached: 0,
  lossy: 1,
  opening: 2,
  closing: 3,
};

const SESSION_COLUMNS: readonly Column<Session>[] = [
  { title: "ADDRESS", value: ({ Peer }) => addressOf(Peer), shrinkTo: 15 },
  { title: "AS", value: ({ ASN }) => String(ASN ?? "-"), right: true },
  { title: "STATE", value: stateText },
  { title: "FOR", value: (session) => formatDuration(timeInState(session)), right: true },
  { title: "UP", value: ({ Messages }) => countText(Messages?.Up), right: true },
  { title: "DOWN", value: ({ Messages }) => countText(Messages?.Down), right: true },
  {
    title: "BUFFERED",
    value: ({ Buffered }) => (Buffered === undefined ? "-" : formatBytes(Buffered)),
    right: true,
  },
  { title: "INGEST", value: ({ Ingest }) => Ingest ?? "-", shrinkTo: 12, wideOnly: true },
  { title: "DEVICE", value: ({ Device }) => Device ?? "-", shrinkTo: 10, wideOnly: true },
];

const DENIED_COLUMNS: readonly Column<Denied>[] = [
  { title: "DENIED", value: ({ Address }) => Address, shrinkTo: 15 },
  { title: "FOR ANOTHER", value: ({ SecondsLeft }) => formatDuration(SecondsLeft * 1000), right: true },
  { title: "ATTEMPTS", value: ({ Attempts }) => formatCount(Attempts), right: true },
  { title: "REASON", value: ({ Reason }) => Reason, shrinkTo: 20 },
];

/**
 * @param limit rows of each table; undefined: as many as there is room for, or all
 */
export function agentStatusLines(
  origin: string,
  report: AgentReport,
  limit: number | undefined,
  layout: ScreenLayout,
): string[] {
  const { status, sessions, denied } = report;
  const head = pairLines([
    ["agent", agentText(origin, status)],
    ["health", healthText(report.health)],
    ...(report.health.checks ?? []).map(({ name, reason }) => ["", `${name}: ${reason}`] as const),
    ["ingest", ingestText(status)],
    ["heartbeats", heartbeatText(status.Heartbeats)],
    ["listens", status.Config.Listeners.join(" ") || "nowhere"],
    ["site", siteText(status.Config.SiteID)],
    ["account", status.Config.APIEmail ?? undefined],
    ["MD5", md5Text(status)],
    ["sessions", sessionsText(status)],
    ["traffic", trafficText(status.Counters)],
    ["kept", keptText(status, sessions.Sessions)],
    ["process", processText(status.Process)],
  ]);
  const blocked = (denied?.Denied ?? []).toSorted((a, b) => b.Attempts - a.Attempts);
  const room = layout.rows === undefined ? undefined : layout.rows - head.length;
  const deniedRows = limit ?? (room === undefined ? undefined : DENIED_ON_SCREEN);
  const below = shortTable("denied device", DENIED_COLUMNS, blocked, deniedRows, layout.columns);
  const sessionRoom = room === undefined ? undefined : Math.max(1, room - below.length - 3);
  const above = shortTable(
    "session",
    SESSION_COLUMNS,
    sessions.Sessions.toSorted(byAttention),
    limit ?? sessionRoom,
    layout.columns,
  );
  return [...head, ...above, ...below];
}

function byAttention(one: Session, other: Session): number {
  return rank(one) - rank(other) || compareAddresses(addressOf(one.Peer), addressOf(other.Peer));
}

function rank(session: Session): number {
  return ATTENTION[session.Lossy === true ? "lossy" : stateOf(session)] ?? 4;
}

const NUMERIC = new Intl.Collator("en", { numeric: true });

function compareAddresses(one: string, other: string): number {
  return NUMERIC.compare(one, other);
}

/** Of `192.0.2.1:179` and `[2001:db8::1]:179`. */
function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, "").replaceAll(/[[\]]/g, "");
}

/** An agent that tells no state tells whether the session has its ingest. */
function stateOf({ State, Connected }: Session): string {
  return State ?? (Connected ? "connected" : "not connected");
}

function stateText(session: Session): string {
  const state = stateOf(session);
  return session.Lossy === true ? `${state}, lossy` : state;
}

/** Of one that is detached: since its ingest is gone. */
function timeInState({ DetachedSince, Time, DurationMs }: Session): number {
  if (DetachedSince === undefined || DetachedSince === null) return DurationMs;
  return DurationMs - (Date.parse(DetachedSince) - Date.parse(Time));
}

function countText(count: number | undefined): string {
  return count === undefined ? "-" : compactCount(count);
}

function agentText(origin: string, { Version, Process, InstanceID }: AgentStatusAnswer): string {
  const version = Version === undefined ? "" : `, netferry ${Version}`;
  const up = Process === undefined ? "" : `, up ${formatDuration(Process.UptimeMs)}`;
  return `${origin}${version}${up}, instance ${InstanceID}`;
}

export function healthText({ status, timestamp }: HealthAnswer): string {
  return status === "ok" || timestamp === undefined ? status : `${status} at ${timestamp}`;
}

function ingestText({ Config: config, ControlStream: control }: AgentStatusAnswer): string {
  const others = (config.Targets ?? []).filter((target) => target !== config.ProxyTarget);
  const then = others.length === 0 ? "" : `; also ${others.join(", ")}`;
  const duration = control.DurationMs ?? undefined;
  const how = `${control.Connected ? "connected" : "not connected"}${duration === undefined ? "" : ` for ${formatDuration(duration)}`}`;
  return `${config.ProxyTarget}, ${how}${then}`;
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

function agoText(milliseconds: number | null | undefined): string {
  return milliseconds === undefined || milliseconds === null
    ? "never"
    : `${formatDuration(milliseconds)} ago`;
}

function siteText(site: number | null | undefined): string {
  return site === undefined || site === null || site === 0 ? "any" : String(site);
}

function md5Text({ Config: config, MD5: md5 }: AgentStatusAnswer): string {
  if (config.MD5Enabled !== true) return "disabled";
  if (md5 === undefined) return "enabled";
  const keys = `enabled, ${plural(md5.KeysInstalled, "key")} in use`;
  return md5.Capturing
    ? keys
    : `${keys}; signed SYNs are not seen: ${md5.CaptureError ?? "the capture failed"}`;
}

function sessionsText({ ActiveSessions, SessionsByState }: AgentStatusAnswer): string {
  const states = formatTally(SessionsByState ?? {});
  return states === "" ? formatCount(ActiveSessions) : `${formatCount(ActiveSessions)} (${states})`;
}

function trafficText(counters: AgentStatusAnswer["Counters"]): string | undefined {
  const { messagesUp, messagesDown, bytesUp, bytesDown } = counters ?? {};
  if (messagesUp === undefined || messagesDown === undefined) return undefined;
  return `up ${plural(messagesUp, "message")}, ${formatBytes(bytesUp ?? 0)}; down ${plural(messagesDown, "message")}, ${formatBytes(bytesDown ?? 0)}`;
}

function keptText({ RetainedBytes }: AgentStatusAnswer, sessions: readonly Session[]): string | undefined {
  if (RetainedBytes === undefined) return undefined;
  const buffered = sessions.reduce((sum, { Buffered = 0 }) => sum + Buffered, 0);
  return `${formatBytes(buffered)} not acknowledged, ${formatBytes(RetainedBytes)} for want of an ingest`;
}

function processText(process: AgentStatusAnswer["Process"]): string | undefined {
  if (process === undefined) return undefined;
  const { EventLoopLagMs: lag, ResidentBytes, OpenDescriptors, MaxDescriptors } = process;
  const descriptors =
    OpenDescriptors === null
      ? ""
      : `, ${formatCount(OpenDescriptors)}${MaxDescriptors === null ? "" : ` of ${formatCount(MaxDescriptors)}`} descriptors`;
  const late = lag === null ? "" : `, lag ${lagText({ p50: lag.P50, p99: lag.P99, max: lag.Max })}`;
  return `${formatBytes(ResidentBytes)} resident${descriptors}${late}`;
}
