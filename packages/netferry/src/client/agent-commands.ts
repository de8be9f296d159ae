/** `netferry agent list`, `show`, `logs` and `metrics`: what an ingest knows of its agents. */
import { setTimeout } from "node:timers/promises";
import {
  type Command,
  defineCommand,
  type OutputStream,
  UsageError,
  writeText,
} from "@netferry/service/command-line";
import { agentDetailsText, agentLogText, agentsText, metricsText } from "./agent-text.ts";
import { AgentDetailsAnswer, AgentLogAnswer, AgentMetricsAnswer, AgentsAnswer } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { clientOptions } from "./client-options.ts";
import { resolveAccess } from "./credentials.ts";
import { terminalColumns } from "./terminal.ts";

const NAME = {
  name: { description: "Host name or instance of the agent, or how its instance begins" },
} as const;
const JSON_OPTION = { type: "bool", description: "JSON instead of text" } as const;
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
/** Between two looks of --follow. */
const FOLLOW_MS = 1_000;

const listCommand = defineCommand({
  name: "list",
  summary: "List the agents of an ingest, those that left last too",
  examples: ["netferry agent list"],
  options: { json: JSON_OPTION, ...clientOptions },
  async run({ options, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    const answer = await client.get("/agents", AgentsAnswer);
    await print(stdout, options.json, answer, agentsText(answer.agents, terminalColumns(stdout)));
  },
});

const showCommand = defineCommand({
  name: "show",
  summary: "Show an agent: its connection, its sessions and its host's health",
  examples: ["netferry agent show site7-proxy"],
  arguments: NAME,
  options: { json: JSON_OPTION, ...clientOptions },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    const answer = await client.get(pathOf(args.name), AgentDetailsAnswer);
    await print(stdout, options.json, answer, agentDetailsText(answer));
  },
});

const logsCommand = defineCommand({
  name: "logs",
  summary: "Show the log lines that an agent exported",
  description:
    "Ingest keeps the last few thousand lines of each agent in memory. By host name, those of the agent's earlier starts are shown as well.",
  examples: ["netferry agent logs site7-proxy", "netferry agent logs site7-proxy --follow --level warn"],
  arguments: NAME,
  options: {
    level: {
      type: "string",
      description: "Lines of this level and above",
      choices: LEVELS,
      placeholder: "LEVEL",
    },
    limit: { type: "int", description: "The last so many lines", default: 100, min: 1, max: 5_000 },
    follow: { type: "bool", description: "Go on with lines as they come, until interrupted" },
    json: { type: "bool", description: "One JSON object a line instead of text" },
    ...clientOptions,
  },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    let after: number | undefined;
    for (;;) {
      const { lines } = await client.get(`${pathOf(args.name)}/logs`, AgentLogAnswer, {
        level: options.level,
        ...(after === undefined ? { limit: options.limit } : { after, limit: 5_000 }),
      });
      for (const line of lines) {
        await writeText(stdout, options.json ? `${JSON.stringify(line)}\n` : agentLogText(line));
      }
      after = lines.at(-1)?.sequence ?? after ?? 0;
      if (!options.follow) return;
      await setTimeout(FOLLOW_MS, undefined, { signal });
    }
  },
});

const metricsCommand = defineCommand({
  name: "metrics",
  summary: "Show the metrics that an agent last exported",
  examples: ["netferry agent metrics site7-proxy netferry_host"],
  arguments: {
    ...NAME,
    prefix: { description: "Only metrics whose name begins like this", optional: true },
  },
  options: { json: JSON_OPTION, ...clientOptions },
  async run({ options, args, stdout, signal }) {
    const client = new ApiClient(await resolveAccess(options), signal);
    const answer = await client.get(`${pathOf(args.name)}/metrics`, AgentMetricsAnswer);
    const prefix = args.prefix ?? "";
    const samples = answer.samples.filter(({ name }) => name.startsWith(prefix));
    if (samples.length === 0 && prefix !== "") {
      throw new UsageError(`${args.name} exported no metric whose name begins with ${prefix}`);
    }
    await print(stdout, options.json, { ...answer, samples }, metricsText(samples));
  },
});

/** They stand behind `netferry agent`, which runs one. */
export const agentClientCommands: readonly Command[] = [
  listCommand,
  showCommand,
  logsCommand,
  metricsCommand,
];

function pathOf(name: string): string {
  return `/agents/${encodeURIComponent(name)}`;
}

async function print(stdout: OutputStream, json: boolean, answer: unknown, text: string): Promise<void> {
  await writeText(stdout, json ? `${JSON.stringify(answer, undefined, 2)}\n` : text);
}
