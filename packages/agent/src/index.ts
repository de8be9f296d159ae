export { Agent } from "./agent.ts";
export type { AgentOptions } from "./agent-options.ts";
export { agentCheckCommand } from "./check/command.ts";
export { agentCommand } from "./command.ts";
