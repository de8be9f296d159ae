export { Agent, type AgentOptions } from "./agent.ts";
export { agentCommand } from "./command.ts";
