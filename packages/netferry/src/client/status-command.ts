import { defineCommand, systemClock, UsageError, writeText } from "@netferry/service/command-line";
import type { Command, OptionValues } from "@netferry/service/command-line";
import { AgentClient } from "./agent-client.ts";
import { agentStatusLines } from "./agent-status-text.ts";
import { AgentsAnswer, StatusAnswer } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { clientOptions, parseBaseUrl } from "./client-options.ts";
import { resolveAccess } from "./credentials.ts";
import { STATUS_SILENCE_MS } from "./http-exchange.ts";
import { statusLines } from "./status-text.ts";
import { terminalColumns } from "./terminal.ts";
import { type Look, watch } from "./watch.ts";

/** Rows of a table where there is no screen to fill. */
const DEFAULT_LIMIT = 100;

const options = {
  watch: {
    type: "bool",
    description:
      "Show it anew every --interval until q or Ctrl-C: in place on a terminal, below each other elsewhere",
  },
  interval: {
    type: "float",
    description: "Seconds between two looks of --watch",
    placeholder: "SECONDS",
    default: 2,
    min: 0.2,
    max: 3600,
  },
  limit: {
    type: "int",
    description: "Rows of a table, those first that need attention",
    placeholder: "N",
    defaultText: `${DEFAULT_LIMIT}; with --watch on a terminal what it has room for`,
    min: 1,
    max: 1_000_000,
  },
  agent: {
    type: "string",
    description: "Show this agent instead, such as http://127.0.0.1:20920",
    placeholder: "URL",
    check: parseBaseUrl,
  },
  json: {
    type: "bool",
    description: "JSON instead of text, of all there is; with --watch one object a line",
  },
  ...clientOptions,
} as const;

interface StatusLook extends Look {
  /** Does the daemon say that all is well? */
  readonly healthy: boolean;
}

type Begin = (signal: AbortSignal) => () => Promise<StatusLook>;

function agentLooks(url: URL, limit: number | undefined): Begin {
  return (signal) => {
    const client = new AgentClient(url, signal);
    return async () => {
      const report = await client.report();
      const healthy = isHealthy(report.health);
      return {
        json: report,
        healthy,
        lines: (layout) => agentStatusLines(client.origin, report, limit, layout),
      };
    };
  };
}

async function ingestLooks(values: OptionValues<typeof options>, limit: number | undefined): Promise<Begin> {
  const access = await resolveAccess(values);
  return (signal) => {
    const client = new ApiClient(access, signal, STATUS_SILENCE_MS);
    return async () => {
      const status = await client.get("/status", StatusAnswer);
      const { agents } = await client.get("/agents", AgentsAnswer);
      return {
        json: { status, agents },
        healthy: isHealthy(status.health),
        lines: (layout) => statusLines(client.origin, status, agents, limit, layout),
      };
    };
  };
}

/** An older daemon does not say. */
function isHealthy(health: { readonly status: string } | undefined): boolean {
  return health === undefined || health.status === "ok";
}

/** `netferry status`. */
export const statusCommand: Command = defineCommand({
  name: "status",
  summary: "Show how an ingest, or an agent, stands",
  description:
    "Shows health, version, uptime, devices, sessions by state, routes, memory and agents of an ingest. With --agent it shows an agent's health with the checks that fail, its connection to ingest, its sessions (those first that need attention) and the devices that it denies. Exit code 1 where health is not ok, for scripts and health checks.",
  examples: [
    "netferry status",
    "netferry status --watch",
    { command: "netferry status --agent http://127.0.0.1:20920", text: "The agent on this machine" },
    {
      command: "netferry status --agent http://127.0.0.1:20920 --watch --interval 60 >> agent.log",
      text: "A block a minute, with its time",
    },
  ],
  options,
  async run({ options: values, origins, stdin, stdout, signal }) {
    if (values.agent !== undefined && origins.api === "flag") {
      throw new UsageError("--agent and --api: give one of the two, a status is of one of them");
    }
    const onScreen = values.watch && stdout.isTTY === true;
    const limit = values.limit ?? (onScreen ? undefined : DEFAULT_LIMIT);
    const begin =
      values.agent === undefined ? await ingestLooks(values, limit) : agentLooks(values.agent, limit);
    if (values.watch) {
      const settings = { json: values.json, intervalMs: values.interval * 1000, now: systemClock.now };
      return watch(begin, settings, { stdin, stdout, signal });
    }
    const { json, healthy, lines } = await begin(signal)();
    const text = (): string => `${lines({ columns: terminalColumns(stdout) }).join("\n")}\n`;
    await writeText(stdout, values.json ? `${JSON.stringify(json, undefined, 2)}\n` : text());
    return healthy ? 0 : 1;
  },
});
