/** The `netferry` program. */
import { enableCompileCache } from "node:module";
import { userInfo } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };

/** Compiled code of earlier starts. In the user's own directory: whoever can write there is obeyed. */
function useCompileCache(): void {
  try {
    enableCompileCache(join(userInfo().homedir, ".cache", "netferry", "compile"));
  } catch {
    // A user without an entry in the system's list has no home; the cache only saves time.
  }
}

useCompileCache();
// Imported behind it, so that they come from the cache.
const { runProgram } = await import("@netferry/service/command-line");
const { commands } = await import("./commands.ts");

// Whoever started this process with a channel wants it to end when they do, even when they were killed.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();

process.exitCode = await runProgram({
  name: "netferry",
  version: manifest.version,
  summary:
    "BGP out of private networks: an agent relays routers' sessions, encrypted, to an ingest that holds their routes",
  commands,
});

/** What still holds the process then is a connection that does not end, and not worth waiting for. */
const LINGER_MS = 2_000;
setTimeout(() => process.exit(), LINGER_MS).unref();
