/** Every subcommand of `netferry`, in the order in which help lists them. Each is loaded when it is asked for. */
import { type LazyCommand, lazyCommand, withCommands } from "@netferry/service/command-line";

/** What the program is, in a line. */
export const summary =
  "BGP out of private networks: an agent relays routers' sessions, encrypted, to an ingest that holds their routes";

export const commands: readonly LazyCommand[] = [
  lazyCommand(
    "ingest",
    "Run the server that terminates BGP and holds the routes",
    async () => (await import("@netferry/ingest")).ingestCommand,
  ),
  lazyCommand("agent", "Run the BGP proxy that relays devices to an ingest", async () => {
    const [{ agentCheckCommand, agentCommand }, { agentClientCommands }] = await Promise.all([
      import("@netferry/agent/commands"),
      import("./client/agent-commands.ts"),
    ]);
    return withCommands(agentCommand, [agentCheckCommand, ...agentClientCommands]);
  }),
  lazyCommand(
    "device",
    "Register, list, show, change and remove devices",
    async () => (await import("./client/device-command.ts")).deviceCommand,
  ),
  lazyCommand(
    "site",
    "Add, list and remove sites",
    async () => (await import("./client/site-command.ts")).siteCommand,
  ),
  lazyCommand(
    "routes",
    "Ask for routes of a device",
    async () => (await import("./client/routes-command.ts")).routesCommand,
  ),
  lazyCommand(
    "status",
    "Show how an ingest, or an agent, stands",
    async () => (await import("./client/status-command.ts")).statusCommand,
  ),
  lazyCommand(
    "decode",
    "Show BGP messages of captures, MRT and BMP files, or hexadecimal",
    async () => (await import("./decode/command.ts")).decodeCommand,
  ),
  lazyCommand(
    "encode",
    "Make BGP messages of JSON lines or ExaBGP's commands",
    async () => (await import("./encode/command.ts")).encodeCommand,
  ),
  lazyCommand(
    "simulate",
    "Simulate routers that announce full-size tables, for trials and load",
    async () => (await import("./simulate/command.ts")).simulateCommand,
  ),
  lazyCommand(
    "demo",
    "Run ingest, agent and simulated routers here, and watch routes arrive",
    async () => (await import("./demo/command.ts")).demoCommand,
  ),
  lazyCommand("completion", "Print a script that completes commands in bash, zsh or fish", async () =>
    (await import("./completion-command.ts")).completionCommand(commands),
  ),
];
