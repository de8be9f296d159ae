/** The `netferry` program. */
import { runProgram } from "@netferry/service/command-line";
import manifest from "../package.json" with { type: "json" };
import { commands, summary } from "./commands.ts";

// Whoever started this process with a channel wants it to end when they do, even when they were killed.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();

process.exitCode = await runProgram({
  name: "netferry",
  version: manifest.version,
  summary,
  commands,
});

/** What still holds the process then is a connection that does not end, and not worth waiting for. */
const LINGER_MS = 2_000;
setTimeout(() => process.exit(), LINGER_MS).unref();
