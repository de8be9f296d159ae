/** The `netferry` program, for those who start it: a clone's file, or the single binary. */
import { runProgram } from "@netferry/service/command-line";
import manifest from "../package.json" with { type: "json" };
import { commands, summary } from "./commands.ts";

/** What still holds the process after the command is a connection that does not end, and not worth waiting for. */
const LINGER_MS = 2_000;

/** Runs the command that the process's arguments name, and sets its exit code. */
export async function run(): Promise<void> {
  // Whoever started this process with a channel wants it to end when they do, even when they were killed.
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();

  process.exitCode = await runProgram({
    name: "netferry",
    version: manifest.version,
    summary,
    commands,
  });
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
