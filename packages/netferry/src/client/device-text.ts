import { formatBytes, formatCount, formatDuration } from "@netferry/service/command-line";
import type { DeviceAnswer, SessionAnswer } from "./answers.ts";
import { formatMilliseconds, formatTally } from "./format.ts";
import { renderPairs, renderTable } from "./text-table.ts";
import type { Column } from "./text-table.ts";

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function typeText(device: DeviceAnswer): string {
  return device.tableDevice === undefined ? device.type : `${device.type} of ${device.tableDevice}`;
}

const LIST_COLUMNS: readonly Column<DeviceAnswer>[] = [
  { title: "ID", value: (device) => String(device.id), right: true },
  { title: "NAME", value: (device) => device.name, shrinkTo: 12 },
  { title: "SITE", value: (device) => device.site ?? "-", shrinkTo: 8 },
  { title: "TYPE", value: typeText, shrinkTo: 8 },
  { title: "ASN", value: (device) => (device.asn === undefined ? "-" : String(device.asn)), right: true },
  { title: "ADDRESSES", value: (device) => device.addresses.join(" ") || "-", shrinkTo: 15 },
  { title: "STATE", value: (device) => device.state },
  { title: "ROUTES", value: (device) => formatCount(total(device.routes)), right: true },
];

/** One line a device. */
export function deviceTable(devices: readonly DeviceAnswer[], terminalColumns: number | undefined): string {
  return renderTable(LIST_COLUMNS, devices, terminalColumns);
}

function addPathText(addPath: boolean | readonly string[]): string {
  if (typeof addPath === "boolean") return addPath ? "all families" : "no";
  return addPath.join(", ");
}

function localAsnText(device: DeviceAnswer): string | undefined {
  if (device.type !== "peer") return undefined;
  return device.localAsn === undefined
    ? `${device.asn ?? "?"} (the device's own: iBGP)`
    : String(device.localAsn);
}

/** Everything about one device, and its sessions. */
export function deviceDetails(device: DeviceAnswer, sessions: readonly SessionAnswer[]): string {
  const down = device.lastDown;
  const head = renderPairs([
    ["device", `${device.name} (id ${device.id})`],
    ["state", device.since === undefined ? device.state : `${device.state} since ${device.since}`],
    ["last error", device.lastError],
    ["last down", down === undefined ? undefined : `${down.at}: ${down.reason}`],
    ["flaps", device.type === "peer" ? String(device.flaps) : undefined],
    ["routes", formatTally(device.routes) || "none"],
    ["stale routes", device.staleRoutes === undefined ? undefined : formatCount(device.staleRoutes)],
    ...Object.entries(device.stale ?? {}).map(
      ([family, { cause, since }]) => [`stale ${family}`, `${cause}, since ${since}`] as const,
    ),
    ["type", typeText(device)],
    ["site", device.site ?? "none"],
    ["addresses", device.addresses.join(", ") || "none"],
    ["ASN", device.asn === undefined ? undefined : String(device.asn)],
    ["local ASN", localAsnText(device)],
    ["hold time", device.holdTime === 0 ? "none" : `${device.holdTime} s`],
    ["families", device.families.join(", ")],
    ["ADD-PATH", addPathText(device.addPath)],
    ["MD5 key", device.md5KeySetAt === undefined ? undefined : `set at ${device.md5KeySetAt}`],
    ["registered", device.createdAt],
    ["changed", device.updatedAt],
  ]);
  return [head, ...sessions.map(sessionDetails)].join("\n");
}

function sessionDetails(session: SessionAnswer): string {
  const { counters } = session;
  const trouble = {
    "UPDATEs treated as withdrawal": counters.treatedAsWithdraw,
    "paths rejected": counters.rejectedPaths,
    ...counters.faults,
  };
  return renderPairs([
    ["session", session.id],
    [
      "state",
      `${session.state} for ${formatDuration(session.uptimeSeconds * 1000)}${session.detached === true ? ", detached: its agent holds it" : ""}${session.standby === true ? ", stands by: another session's routes count" : ""}`,
    ],
    ["way", `${session.peer} to ${session.local} (${session.via})`],
    ["peer", [`AS${session.peerAsn}`, session.peerIdentifier, session.hostname].filter(Boolean).join(" ")],
    ["software", session.softwareVersion],
    ["local ASN", String(session.localAsn)],
    ["hold time", session.holdTime === 0 ? "none" : `${session.holdTime} s`],
    ["families", session.families.join(", ") || "none yet"],
    ["capabilities", session.capabilities.join(", ") || "none yet"],
    ["round trip", session.roundTripMs === undefined ? undefined : formatMilliseconds(session.roundTripMs)],
    ["routes", formatTally(session.routes) || "none"],
    ["received", `${formatCount(counters.messagesIn)} messages, ${formatBytes(counters.bytesUp)}`],
    ["sent", `${formatCount(counters.messagesOut)} messages, ${formatBytes(counters.bytesDown)}`],
    ["paths", `${formatCount(counters.announced)} announced, ${formatCount(counters.withdrawn)} withdrawn`],
    ["trouble", formatTally(trouble) || undefined],
  ]);
}
