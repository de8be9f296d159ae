/** The `netferry` program. */
import { runProgram } from "@netferry/service";
import manifest from "../package.json" with { type: "json" };
import { commands } from "./commands.ts";

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
