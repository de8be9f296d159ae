import { setTimeout } from "node:timers/promises";
import {
  defineCommand,
  errorText,
  LiveBlock,
  OperatorError,
  UsageError,
  writeText,
} from "@netferry/service/command-line";
import type { Command, OptionValues, OutputStream } from "@netferry/service/command-line";
import { AgentClient } from "./agent-client.ts";
import { AgentsAnswer, StatusAnswer } from "./answers.ts";
import { ApiClient, RefusedError } from "./api-client.ts";
import { clientOptions, parseBaseUrl } from "./client-options.ts";
import { resolveAccess } from "./credentials.ts";
import { agentStatusText, statusText } from "./status-text.ts";
import { terminalColumns } from "./terminal.ts";

const options = {
  watch: { type: "bool", description: "Show it anew every --interval until interrupted" },
  interval: {
    type: "float",
    description: "Seconds between two looks of --watch",
    placeholder: "SECONDS",
    default: 2,
    min: 0.2,
    max: 3600,
  },
  agent: {
    type: "string",
    description: "Show this agent instead, such as http://127.0.0.1:20920",
    placeholder: "URL",
    check: parseBaseUrl,
  },
  json: { type: "bool", description: "JSON instead of text; with --watch one object a line" },
  ...clientOptions,
} as const;

/** What one look found, in both forms. */
interface Look {
  readonly json: unknown;
  readonly text: string;
}

type Looker = (stdout: OutputStream) => Promise<Look>;

function agentLooker(url: URL, signal: AbortSignal): Looker {
  const client = new AgentClient(url, signal);
  return async (stdout) => {
    const { health, status, sessions } = await client.report();
    return {
      json: { health, status, sessions },
      text: agentStatusText(client.origin, health, status, sessions, terminalColumns(stdout)),
    };
  };
}

async function ingestLooker(values: OptionValues<typeof options>, signal: AbortSignal): Promise<Looker> {
  const client = new ApiClient(await resolveAccess(values), signal);
  return async (stdout) => {
    const status = await client.get("/status", StatusAnswer);
    const { agents } = await client.get("/agents", AgentsAnswer);
    return {
      json: { status, agents },
      text: statusText(client.origin, status, agents, terminalColumns(stdout)),
    };
  };
}

/** What a server that is away looks like. One that refuses will refuse again: that ends the watch. */
function absence(error: unknown): Look {
  if (!(error instanceof OperatorError) || error instanceof RefusedError) throw error;
  const text = errorText(error);
  return { json: { error: text }, text };
}

/** Looks again and again; a server that is away for a while is waited for. */
async function watch(
  look: Looker,
  settings: { readonly json: boolean; readonly intervalMs: number },
  stdout: OutputStream,
  signal: AbortSignal,
): Promise<void> {
  const block = new LiveBlock(stdout, { plain: "each" });
  for (;;) {
    const { json, text } = await look(stdout).catch(absence);
    if (settings.json) await writeText(stdout, `${JSON.stringify(json)}\n`);
    else block.update(text.trimEnd().split("\n"));
    await setTimeout(settings.intervalMs, undefined, { signal });
  }
}

/** `netferry status`. */
export const statusCommand: Command = defineCommand({
  name: "status",
  summary: "Show how an ingest, or an agent, stands",
  description:
    "Shows version, uptime, devices, sessions by state, routes, memory and agents of an ingest. With --agent it shows an agent's health, its connection to ingest and its sessions.",
  examples: [
    "netferry status",
    "netferry status --watch",
    { command: "netferry status --agent http://127.0.0.1:20920", text: "The agent on this machine" },
  ],
  options,
  async run({ options: values, origins, stdout, signal }) {
    if (values.agent !== undefined && origins.api === "flag") {
      throw new UsageError("--agent and --api: give one of the two, a status is of one of them");
    }
    const look =
      values.agent === undefined ? await ingestLooker(values, signal) : agentLooker(values.agent, signal);
    if (values.watch) {
      return watch(look, { json: values.json, intervalMs: values.interval * 1000 }, stdout, signal);
    }
    const { json, text } = await look(stdout);
    await writeText(stdout, values.json ? `${JSON.stringify(json, undefined, 2)}\n` : text);
  },
});
