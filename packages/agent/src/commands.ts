/** The commands, and no more: a program that lists them, or tells of them, starts without what they run. */
export { agentCheckCommand } from "./check/command.ts";
export { agentCommand } from "./command.ts";
