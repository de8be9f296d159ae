import type { SessionConfig } from "./config.ts";
import { sessionConfigProblem } from "./config.ts";
import { stepEstablished } from "./established.ts";
import type { SessionEvent, Step } from "./event.ts";
import { stepOpenConfirm, stepOpenSent } from "./opening.ts";
import type { SessionState } from "./state.ts";
import { stepActive, stepConnect, stepIdle } from "./waiting.ts";

/**
 * A session that is not started.
 * @throws RangeError for a configuration that sessionConfigProblem finds fault with
 */
export function createSession(config: SessionConfig): SessionState {
  const problem = sessionConfigProblem(config);
  if (problem !== undefined) throw new RangeError(problem);
  return { name: "idle", config, connectRetryCounter: 0 };
}

/**
 * The BGP finite state machine of RFC 4271 section 8.2.2 (without DelayOpen, damping and the optional session
 * attributes of unconfigured peers): what a session does about an event. Pure; never throws. One machine is one
 * connection: a second connection of the same peer gets a machine of its own, see resolveCollision.
 */
export function step(state: SessionState, event: SessionEvent): Step {
  switch (state.name) {
    case "idle":
      return stepIdle(state, event);
    case "connect":
      return stepConnect(state, event);
    case "active":
      return stepActive(state, event);
    case "open-sent":
      return stepOpenSent(state, event);
    case "open-confirm":
      return stepOpenConfirm(state, event);
    case "established":
      return stepEstablished(state, event);
  }
}
