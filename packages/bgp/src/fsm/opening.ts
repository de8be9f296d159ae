import { negotiate } from "../context.ts";
import type { OpenMessage } from "../message/open.ts";
import { OPEN_HOLD_TIME } from "./config.ts";
import type { TransportDownReason } from "./down-reason.ts";
import {
  errorNotification,
  loseCollision,
  receiveNotification,
  rejectEvent,
  rejectInput,
  stopWithCease,
  timeOut,
} from "./endings.ts";
import { enterEstablished } from "./established.ts";
import type { Action, SessionEvent, Step } from "./event.ts";
import type { OpenConfirmState, OpenSentState } from "./state.ts";
import { confirmHoldTime, keepaliveTime } from "./state.ts";
import { goDown, goTo, stay } from "./transition.ts";
import { validateOpen } from "./validate-open.ts";
import { setConnectRetry } from "./waiting.ts";

/** OpenSent: waiting for the peer's OPEN. */
export function stepOpenSent(state: OpenSentState, event: SessionEvent): Step {
  switch (event.type) {
    case "start":
    case "transport-up": // a second connection is another machine's
    case "sent":
      return stay(state);
    case "stop":
      return stopWithCease(state, event);
    case "transport-down":
      return backToActive(state, event.reason);
    case "timer":
      if (event.timer === "hold") return timeOut(state, OPEN_HOLD_TIME);
      return rejectEvent(state, event);
    case "protocol-error":
      return rejectInput(state, event.error);
    case "collision-dump":
      return loseCollision(state);
    case "updates":
      return rejectEvent(state, event);
    case "message":
      if (event.message.type === "open") return receiveOpen(state, event.message);
      if (event.message.type === "notification") return receiveNotification(state, event.message);
      return rejectEvent(state, event);
  }
}

/** OpenConfirm: waiting for the KEEPALIVE that answers our OPEN. */
export function stepOpenConfirm(state: OpenConfirmState, event: SessionEvent): Step {
  switch (event.type) {
    case "start":
    case "transport-up":
    case "sent":
      return stay(state);
    case "stop":
      return stopWithCease(state, event);
    case "transport-down":
      return goDown(state, { reason: event.reason, counter: "increment", transportGone: true });
    case "timer":
      if (event.timer === "hold") return timeOut(state, confirmHoldTime(state.context));
      if (event.timer === "keepalive" && state.context.holdTime > 0) return stay(state, ...keepalive(state));
      return rejectEvent(state, event);
    case "protocol-error":
      return rejectInput(state, event.error);
    case "collision-dump":
      return loseCollision(state);
    case "updates":
      return rejectEvent(state, event);
    case "message":
      if (event.message.type === "keepalive") return enterEstablished(state);
      if (event.message.type === "notification") return receiveNotification(state, event.message);
      return rejectEvent(state, event);
  }
}

function receiveOpen(state: OpenSentState, received: OpenMessage): Step {
  const error = validateOpen(state.config, received);
  if (error !== undefined) {
    return goDown(state, {
      reason: { kind: "open-rejected", error },
      notification: errorNotification(error),
      counter: "increment",
    });
  }
  const context = negotiate(state.sent, received);
  const next: OpenConfirmState = { ...state, name: "open-confirm", received, context };
  return goTo(state, next, [
    ...keepalive(next),
    { type: "set-timer", timer: "hold", seconds: confirmHoldTime(context) },
  ]);
}

/** A KEEPALIVE, and the timer for the next where there is a hold time. */
function keepalive({ context }: OpenConfirmState): Action[] {
  const send: Action = { type: "send", message: { type: "keepalive" } };
  if (context.holdTime === 0) return [send];
  return [send, { type: "set-timer", timer: "keepalive", seconds: keepaliveTime(context) }];
}

/** The connection is lost before an OPEN came: the session goes on listening, and dials again if it dials at all. */
function backToActive(state: OpenSentState, reason: TransportDownReason): Step {
  const { config, connectRetryCounter } = state;
  const actions: Action[] = config.passive ? [] : [setConnectRetry(config)];
  actions.push({ type: "session-down", reason, established: false, retainRoutes: false });
  return goTo(state, { name: "active", config, connectRetryCounter }, actions);
}
