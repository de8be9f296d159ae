/** `netferry agent check`. What it runs is loaded when it runs. */
import { defineCommand } from "@netferry/service/command-line";
import { agentOptions } from "../options.ts";

export const agentCheckOptions = {
  json: { type: "bool", env: false, description: "JSON instead of text" },
  ...agentOptions,
} as const;

export const agentCheckCommand = defineCommand({
  name: "check",
  summary: "Check whether an agent with these settings would work",
  description:
    "Goes the way to the ingest (name, web proxy, TCP, TLS, HTTP/2, credentials) and looks at this machine (ports, capabilities, capture interface, TCP MD5). Takes the flags and variables of 'netferry agent'. Changes nothing, and may run beside an agent. Ends with 1 where something fails.",
  examples: [
    "netferry agent check --target ingest.example.net:8443 --ca ingest.pem",
    {
      command: "systemd-run --pipe -p EnvironmentFile=/etc/default/netferry-agent.env netferry agent check",
      text: "As the service would see it",
    },
  ],
  options: agentCheckOptions,
  run: async (context) => (await import("./run.ts")).runAgentCheck(context),
});
