export { Agent } from "./agent.ts";
export type { AgentOptions } from "./agent-options.ts";
export * from "./commands.ts";
