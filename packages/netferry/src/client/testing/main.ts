/** The client commands as a process of their own, for tests about pipes. */
import { runProgram } from "@netferry/service";
import { routesCommand } from "../routes-command.ts";

process.exitCode = await runProgram({ name: "netferry", version: "0.1.0", commands: [routesCommand] });
