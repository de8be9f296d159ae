import { negotiate } from "../context.ts";
import type { OpenMessage } from "../message/open.ts";
import type { SessionConfig } from "./config.ts";
import { createSession } from "./step.ts";
import { errorNotification } from "./endings.ts";
import { enterEstablished } from "./established.ts";
import type { Initiator } from "./collision.ts";
import type { Action, Step } from "./event.ts";
import type { OpenConfirmState } from "./state.ts";
import { keepaliveTime } from "./state.ts";
import { goDown } from "./transition.ts";
import { validateOpen } from "./validate-open.ts";

/**
 * Takes over a session that another process brought up: Established at once, out of the two OPENs that were
 * exchanged then, with all timers started anew. Nothing is sent but a KEEPALIVE, which the peer may be short of.
 *
 * Where the OPEN does not agree with today's configuration (the device has got another AS number, say) the session
 * ends instead, as it would have at its start: the step leads to Idle, with the NOTIFICATION to send.
 * @throws RangeError as createSession does
 */
export function resumeEstablished(
  config: SessionConfig,
  sent: OpenMessage,
  received: OpenMessage,
  initiator: Initiator = "remote",
): Step {
  const idle = createSession(config);
  const context = negotiate(sent, received);
  const { connectRetryCounter } = idle;
  const confirmed: OpenConfirmState = {
    name: "open-confirm",
    config,
    connectRetryCounter,
    initiator,
    sent,
    received,
    context,
  };
  const error = validateOpen(config, received);
  if (error !== undefined) {
    return goDown(confirmed, {
      reason: { kind: "open-rejected", error },
      notification: errorNotification(error),
      counter: "increment",
    });
  }
  const { state, actions } = enterEstablished(confirmed);
  if (context.holdTime === 0) return { state, actions };
  const keepalive: Action[] = [
    { type: "send", message: { type: "keepalive" } },
    { type: "set-timer", timer: "keepalive", seconds: keepaliveTime(context) },
  ];
  return { state, actions: [...keepalive, ...actions] };
}
