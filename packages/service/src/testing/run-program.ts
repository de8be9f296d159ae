/** Runs a program of these commands with nothing of the process around it, for tests. */
import type { Command } from "../options/command.ts";
import type { LazyCommand } from "../options/lazy.ts";
import { type ProgramOptions, runProgram } from "../options/program.ts";
import { CapturedStream } from "./captured-stream.ts";

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

export async function run(
  commands: readonly (Command | LazyCommand)[],
  argv: readonly string[],
  more: Partial<ProgramOptions> = {},
): Promise<Run> {
  const stdout = new CapturedStream();
  const stderr = new CapturedStream();
  const program = { name: "ferry", version: "1.2.3", commands, argv, env: {}, stdout, stderr };
  const code = await runProgram({ ...program, ...more });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
