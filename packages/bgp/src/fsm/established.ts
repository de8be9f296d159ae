import type { Message } from "../message/message.ts";
import {
  loseCollision,
  receiveNotification,
  rejectEvent,
  rejectInput,
  stopWithCease,
  timeOut,
} from "./endings.ts";
import type { Action, SessionEvent, Step } from "./event.ts";
import type { EstablishedState, OpenConfirmState } from "./state.ts";
import { keepaliveTime, sendHoldTime } from "./state.ts";
import { goDown, goTo, stay } from "./transition.ts";

/** OpenConfirm has heard the peer's KEEPALIVE. The keepalive timer runs already. */
export function enterEstablished(state: OpenConfirmState): Step {
  const next: EstablishedState = { ...state, name: "established" };
  return goTo(state, next, [
    ...restartHold(next),
    ...restartSendHold(next),
    { type: "established", context: next.context },
  ]);
}

/** Established: routes flow. */
export function stepEstablished(state: EstablishedState, event: SessionEvent): Step {
  switch (event.type) {
    case "start":
    case "transport-up": // a second connection is another machine's
      return stay(state);
    case "sent":
      return stay(state, ...restartSendHold(state));
    case "stop":
      return stopWithCease(state, event);
    case "transport-down":
      return goDown(state, { reason: event.reason, counter: "increment", transportGone: true });
    case "timer":
      return expire(state, event);
    // NB: 8.2.2 lists header errors (21) among the finite state machine errors here; what section 6.1 prescribes
    // for them tells the peer more.
    case "protocol-error":
      return rejectInput(state, event.error);
    case "collision-dump":
      return loseCollision(state);
    case "updates":
      return stay(state, ...restartHold(state));
    case "message":
      return receive(state, event, event.message);
  }
}

function receive(state: EstablishedState, event: SessionEvent, message: Message): Step {
  switch (message.type) {
    case "keepalive":
      return stay(state, ...restartHold(state));
    case "update":
      return stay(state, ...restartHold(state), { type: "update", message });
    case "route-refresh":
      return stay(state, ...restartHold(state), { type: "route-refresh", message });
    case "notification":
      return receiveNotification(state, message);
    case "open":
      return rejectEvent(state, event);
  }
}

function expire(state: EstablishedState, event: Extract<SessionEvent, { type: "timer" }>): Step {
  const { context } = state;
  if (context.holdTime === 0) return rejectEvent(state, event);
  switch (event.timer) {
    case "hold":
      return timeOut(state, context.holdTime);
    case "keepalive":
      return stay(
        state,
        { type: "send", message: { type: "keepalive" } },
        { type: "set-timer", timer: "keepalive", seconds: keepaliveTime(context) },
      );
    // The peer takes nothing, so a NOTIFICATION (code 8) would only queue up behind the rest (RFC 9687 section 4.3).
    case "send-hold":
      return goDown(state, {
        reason: { kind: "send-hold-timer-expired", seconds: sendHoldTime(state) },
        counter: "increment",
        abort: true,
      });
    case "connect-retry":
      return rejectEvent(state, event);
  }
}

function restartHold({ context }: EstablishedState): Action[] {
  return context.holdTime === 0 ? [] : [{ type: "set-timer", timer: "hold", seconds: context.holdTime }];
}

/** RFC 9687 section 4.3: every message that goes out restarts it. */
function restartSendHold(state: EstablishedState): Action[] {
  const seconds = sendHoldTime(state);
  return seconds === 0 ? [] : [{ type: "set-timer", timer: "send-hold", seconds }];
}
