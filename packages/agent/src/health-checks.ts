/** What an agent's `/hc` is made of. Each check looks at the thing itself, and passes again when it is mended. */
import type { EventLoopCheck, HealthMonitor } from "@netferry/service";
import type { Agent } from "./agent.ts";
import type { ControlLinkView } from "./control-link.ts";

/**
 * An ingest answers each heartbeat within a round trip. After so many intervals without an answer something is wrong,
 * though the stream is open; the link gives it up after a third one.
 */
export const LATE_HEARTBEATS = 2;

/** Why devices' sessions may not go on: names as `/hc` shows them. */
export const AGENT_CHECKS = {
  listeners: "listeners",
  control: "control stream",
  heartbeats: "heartbeats",
  eventLoop: "event loop",
  capture: "capture of signed SYNs",
} as const;

export function addAgentChecks(
  health: Pick<HealthMonitor, "add">,
  agent: Pick<Agent, "mendListeners" | "control" | "md5">,
  eventLoop: EventLoopCheck,
): void {
  health.add(AGENT_CHECKS.listeners, async () => {
    const problems = await agent.mendListeners();
    return problems.length === 0 ? undefined : problems.join("; ");
  });
  health.add(AGENT_CHECKS.control, () => controlProblem(agent.control));
  health.add(AGENT_CHECKS.heartbeats, () => heartbeatProblem(agent.control));
  health.add(AGENT_CHECKS.eventLoop, () => eventLoop.run());
  if (agent.md5 !== undefined) health.add(AGENT_CHECKS.capture, () => agent.md5?.problem);
}

function controlProblem({ connected, lastError }: ControlLinkView): string | undefined {
  return connected ? undefined : lastError || "not connected to an ingest yet";
}

/** Nothing to say without a stream: that is the control stream's own check. */
export function heartbeatProblem({
  connected,
  target,
  heartbeatIntervalMs,
  sinceAnswerMs,
}: Pick<ControlLinkView, "connected" | "target" | "heartbeatIntervalMs" | "sinceAnswerMs">):
  | string
  | undefined {
  if (!connected || sinceAnswerMs <= LATE_HEARTBEATS * heartbeatIntervalMs) return undefined;
  return `${target} has answered none for ${(sinceAnswerMs / 1000).toFixed(1)} s, though the stream is open; one is sent every ${heartbeatIntervalMs / 1000} s`;
}
