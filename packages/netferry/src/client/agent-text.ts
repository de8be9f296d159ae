/** Agents of an ingest as text. */
import { formatBytes, formatCount, oneLine } from "@netferry/service/command-line";
import type { AgentAnswer, AgentDetailsAnswer, AgentLogLineAnswer, AgentMetricsAnswer } from "./answers.ts";
import { formatMilliseconds } from "./format.ts";
import { AGENT_COLUMNS } from "./status-text.ts";
import { renderPairs, renderTable } from "./text-table.ts";

export function agentsText(agents: readonly AgentAnswer[], terminalColumns: number | undefined): string {
  return agents.length === 0
    ? "no agent has connected since this ingest started\n"
    : renderTable(AGENT_COLUMNS, agents, terminalColumns);
}

export function agentDetailsText(agent: AgentDetailsAnswer): string {
  const { host } = agent;
  const head = renderPairs([
    ["agent", `${agent.instance} (netferry ${agent.version})`],
    ["host", agent.hostname],
    ["from", agent.remote],
    ["control stream", `${agent.connected ? "up" : "down"} since ${agent.since}`],
    ["round trip", agent.roundTripMs === undefined ? undefined : formatMilliseconds(agent.roundTripMs)],
    ["account", agent.email],
    ["site", agent.siteId === undefined ? "any" : String(agent.siteId)],
    ["listens", agent.listeners.join(" ")],
    ["sessions", formatCount(agent.sessions)],
  ]);
  return `${head}\n${host === undefined ? "It has exported no metrics here, so nothing is known of its host.\n" : hostText(host)}`;
}

function hostText(host: NonNullable<AgentDetailsAnswer["host"]>): string {
  const { cpuUtilization, load1, cpus, memoryBytes, memoryAvailableBytes, descriptors, maxDescriptors } =
    host;
  const lag = host.eventLoopLagSeconds;
  return renderPairs([
    ["health at", host.at],
    [
      "CPU",
      cpuUtilization === undefined
        ? undefined
        : `${(cpuUtilization * 100).toFixed(1)} % of ${cpus ?? "?"}, load ${load1?.toFixed(2) ?? "?"}`,
    ],
    [
      "memory",
      memoryBytes === undefined || memoryAvailableBytes === undefined
        ? undefined
        : `${formatBytes(memoryAvailableBytes)} of ${formatBytes(memoryBytes)} available`,
    ],
    ["resident", host.residentBytes === undefined ? undefined : formatBytes(host.residentBytes)],
    [
      "descriptors",
      descriptors === undefined
        ? undefined
        : `${formatCount(descriptors)} of ${maxDescriptors === undefined ? "?" : formatCount(maxDescriptors)}`,
    ],
    ...host.disks.map((disk): [string, string] => [
      `disk ${disk.path}`,
      `${formatBytes(disk.availableBytes)} of ${formatBytes(disk.bytes)} available`,
    ]),
    ["lag", lag === undefined ? undefined : formatMilliseconds(lag * 1000)],
  ]);
}

/** `2026-01-01T00:00:00.000Z INFO connected to the ingest target="..."`; control characters can't leave the line. */
export function agentLogText({ time, level, message, fields }: AgentLogLineAnswer): string {
  const pairs = Object.keys(fields)
    .toSorted()
    .map((key) => ` ${key}=${JSON.stringify(fields[key])}`);
  return `${oneLine(`${time} ${level.toUpperCase().padEnd(5)} ${message}${pairs.join("")}`)}\n`;
}

/** As Prometheus writes them. */
export function metricsText(samples: AgentMetricsAnswer["samples"]): string {
  return samples
    .map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
      return `${oneLine(`${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`)}\n`;
    })
    .join("");
}
