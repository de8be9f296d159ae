/** `netferry agent`. What it runs is loaded when it runs: help and the commands behind it need none of it. */
import { defineCommand } from "@netferry/service/command-line";
import { agentManual } from "./manual.ts";
import { agentOptions } from "./options.ts";

export const agentCommand = defineCommand({
  name: "agent",
  summary: "Run the BGP proxy that relays devices to an ingest",
  description: [
    "Routers peer with the agent as with any BGP neighbour. It keeps no routes: every session goes on to the ingest at --target, over gRPC and TLS.",
    "An environment file of kbgp works as it is: its KENTIK_ variables count where neither a flag nor the NETFERRY_ variable is given. The log's first line tells where each value came from.",
    "The token is better given in the environment (NETFERRY_TOKEN) than on the command line, where others see it for an instant.",
  ].join("\n\n"),
  examples: [
    {
      command: "netferry agent --target ingest.example.net:8443 --ca ingest.pem --email E",
      text: "With the ingest's own certificate; NETFERRY_TOKEN holds the token",
    },
    {
      command: "netferry agent --target 192.0.2.1:8443 --fingerprint AB:CD:... --listen 10.0.0.1:179",
      text: "With the fingerprint that the ingest showed when it started",
    },
  ],
  options: agentOptions,
  daemon: true,
  manual: agentManual,
  run: async (context) => (await import("./run.ts")).runAgent(context),
});
