import type { ProtocolError } from "../errors.ts";
import { CeaseSubcode, ErrorCode, FsmSubcode, OpenSubcode } from "../errors.ts";
import { MessageType } from "../message/header.ts";
import type { Message } from "../message/message.ts";
import type { NotificationMessage } from "../message/notification.ts";
import { ceaseNotification, notification } from "./cease.ts";
import type { DownReason } from "./down-reason.ts";
import type { SessionEvent, Step } from "./event.ts";
import { outgoingCease } from "./graceful-restart.ts";
import type { EstablishedState, OpenConfirmState, OpenSentState, StateName } from "./state.ts";
import { goDown } from "./transition.ts";

/** The states in which there is a connection with an OPEN of ours on it. */
export type OpenedState = OpenSentState | OpenConfirmState | EstablishedState;

const UNEXPECTED_SUBCODE = {
  "open-sent": FsmSubcode.unexpectedInOpenSent,
  "open-confirm": FsmSubcode.unexpectedInOpenConfirm,
  established: FsmSubcode.unexpectedInEstablished,
} as const;

const TYPE_OCTET: Readonly<Record<Message["type"], number>> = {
  open: MessageType.open,
  update: MessageType.update,
  notification: MessageType.notification,
  keepalive: MessageType.keepalive,
  "route-refresh": MessageType.routeRefresh,
};

/** The NOTIFICATION that an error asks for. */
export function errorNotification(error: ProtocolError): NotificationMessage {
  return notification(error.code, error.subcode, error.data);
}

/** Events 2 and 8: the peer is told, a session stopped by hand starts counting anew. */
export function stopWithCease(state: OpenedState, event: Extract<SessionEvent, { type: "stop" }>): Step {
  let cease = event.notification ?? ceaseNotification(CeaseSubcode.administrativeShutdown);
  if (state.name === "established") cease = outgoingCease(state, cease, event.hardReset);
  return goDown(state, {
    reason: { kind: "stopped", notification: cease },
    notification: cease,
    counter: event.automatic === true ? "increment" : "zero",
  });
}

/** Events 21, 22, 28. */
export function rejectInput(state: OpenedState, error: ProtocolError): Step {
  return goDown(state, {
    reason: { kind: "protocol-error", error },
    notification: errorNotification(error),
    counter: "increment",
  });
}

/** Event 23. */
export function loseCollision(state: OpenedState): Step {
  return goDown(state, {
    reason: { kind: "collision" },
    notification: ceaseNotification(CeaseSubcode.connectionCollisionResolution),
    counter: "increment",
  });
}

/** Event 10. `seconds`: what the timer had been set to. */
export function timeOut(state: OpenedState, seconds: number): Step {
  return goDown(state, {
    reason: { kind: "hold-timer-expired", seconds, state: state.name },
    notification: notification(ErrorCode.holdTimerExpired, 0),
    counter: "increment",
  });
}

/**
 * Events 24 and 25. NB: in OpenSent the text of 8.2.2 answers a NOTIFICATION with one of its own; 6.4 forbids that,
 * and no implementation does it.
 */
export function receiveNotification(state: OpenedState, message: NotificationMessage): Step {
  const version = message.code === ErrorCode.open && message.subcode === OpenSubcode.unsupportedVersion;
  return goDown(state, {
    reason: { kind: "notification-received", notification: message },
    counter: version && state.name !== "established" ? "keep" : "increment",
  });
}

/** "Any other event" of 8.2.2: a finite state machine error, with the message's type where it is one (RFC 6608). */
export function rejectEvent(state: OpenedState, event: SessionEvent): Step {
  const type = messageTypeOf(event);
  const answer =
    type === undefined
      ? notification(ErrorCode.finiteStateMachine, FsmSubcode.unspecified)
      : notification(
          ErrorCode.finiteStateMachine,
          UNEXPECTED_SUBCODE[state.name],
          Uint8Array.of(TYPE_OCTET[type]),
        );
  return goDown(state, {
    reason: unexpectedReason(state.name, event),
    notification: answer,
    counter: "increment",
  });
}

/** The reason to give for an event that has no place in a state. */
export function unexpectedReason(state: StateName, event: SessionEvent): DownReason {
  if (event.type === "message" && event.message.type === "notification") {
    return { kind: "notification-received", notification: event.message };
  }
  const messageType = messageTypeOf(event);
  if (messageType !== undefined) return { kind: "unexpected-message", messageType, state };
  const name = event.type === "timer" ? `${event.timer} timer` : event.type;
  return { kind: "unexpected-event", event: name, state };
}

function messageTypeOf(event: SessionEvent): Message["type"] | undefined {
  if (event.type === "updates") return "update";
  return event.type === "message" ? event.message.type : undefined;
}
