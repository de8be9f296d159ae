/** Every subcommand of `netferry`, in the order in which help lists them. */
import { agentCommand } from "@netferry/agent";
import { ingestCommand } from "@netferry/ingest";
import type { Command } from "@netferry/service";
import { deviceCommand } from "./client/device-command.ts";
import { routesCommand } from "./client/routes-command.ts";
import { siteCommand } from "./client/site-command.ts";
import { statusCommand } from "./client/status-command.ts";
import { demoCommand } from "./demo/command.ts";
import { simulateCommand } from "./simulate/command.ts";

export const commands: readonly Command[] = [
  ingestCommand,
  agentCommand,
  deviceCommand,
  siteCommand,
  routesCommand,
  statusCommand,
  simulateCommand,
  demoCommand,
];
