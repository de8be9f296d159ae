/** The `netferry` program. */
import { runProgram } from "@netferry/service";
import manifest from "../package.json" with { type: "json" };
import { commands } from "./commands.ts";

process.exitCode = await runProgram({
  name: "netferry",
  version: manifest.version,
  commands,
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
