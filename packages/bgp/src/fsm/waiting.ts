import type { SessionConfig } from "./config.ts";
import { DEFAULT_CONNECT_RETRY_TIME, OPEN_HOLD_TIME, sessionOpen } from "./config.ts";
import type { DownReason, TransportDownReason } from "./down-reason.ts";
import { unexpectedReason } from "./endings.ts";
import type { Action, SessionEvent, Step } from "./event.ts";
import type { ActiveState, ConnectState, IdleState } from "./state.ts";
import { goDown, goTo, stay } from "./transition.ts";

/** Idle: only a start leads out of it. */
export function stepIdle(state: IdleState, event: SessionEvent): Step {
  if (event.type === "transport-up") {
    return stay(state, { type: "close", reason: { kind: "not-started" }, abort: false });
  }
  if (event.type !== "start") return stay(state);
  const { config } = state;
  // A session that never dials has no use for the timer that makes it dial.
  if (config.passive) return goTo(state, { name: "active", config, connectRetryCounter: 0 }, []);
  return goTo(state, { name: "connect", config, connectRetryCounter: 0 }, [
    setConnectRetry(state.config),
    { type: "connect" },
  ]);
}

/** Connect: our connection is on its way. */
export function stepConnect(state: ConnectState, event: SessionEvent): Step {
  switch (event.type) {
    case "start":
    case "sent":
      return stay(state);
    case "timer":
      if (event.timer !== "connect-retry") return fail(state, event);
      return stay(
        state,
        { type: "close", reason: { kind: "connect-failed", text: "no answer" }, abort: true },
        setConnectRetry(state.config),
        { type: "connect" },
      );
    case "transport-up":
      return sendOpen(state, event.passive);
    case "transport-down":
      return goDown(state, { reason: connectFailed(event.reason), counter: "keep", transportGone: true });
    default:
      return fail(state, event);
  }
}

/** Active: the peer may connect. */
export function stepActive(state: ActiveState, event: SessionEvent): Step {
  switch (event.type) {
    case "start":
    case "sent":
      return stay(state);
    case "timer":
      if (event.timer !== "connect-retry" || state.config.passive) return fail(state, event);
      return goTo(state, { ...state, name: "connect" }, [setConnectRetry(state.config), { type: "connect" }]);
    case "transport-up":
      return sendOpen(state, event.passive);
    case "transport-down":
      return goDown(state, { reason: event.reason, counter: "increment", transportGone: true });
    default:
      return fail(state, event);
  }
}

/** (Re)starts the timer after which a session that dials dials again. */
export function setConnectRetry(config: SessionConfig): Action {
  const seconds = config.connectRetryTime ?? DEFAULT_CONNECT_RETRY_TIME;
  return { type: "set-timer", timer: "connect-retry", seconds };
}

function sendOpen(state: ConnectState | ActiveState, passive: boolean): Step {
  const sent = sessionOpen(state.config);
  return goTo(state, { ...state, name: "open-sent", initiator: passive ? "remote" : "local", sent }, [
    { type: "send", message: sent },
    { type: "set-timer", timer: "hold", seconds: OPEN_HOLD_TIME },
  ]);
}

function connectFailed(reason: TransportDownReason): DownReason {
  const text = reason.kind === "peer-closed" ? "the peer closed the connection at once" : reason.text;
  return { kind: "connect-failed", text };
}

/** Anything else that happens before there is a connection ends the attempt (8.2.2, "any other events"). */
function fail(state: ConnectState | ActiveState, event: SessionEvent): Step {
  switch (event.type) {
    case "stop":
      return goDown(state, {
        reason: { kind: "stopped", notification: undefined },
        counter: event.automatic === true ? "increment" : "zero",
        abort: true,
      });
    case "protocol-error":
      return goDown(state, {
        reason: { kind: "protocol-error", error: event.error },
        counter: "increment",
        abort: true,
      });
    case "collision-dump":
      return goDown(state, { reason: { kind: "collision" }, counter: "increment", abort: true });
    default:
      return goDown(state, {
        reason: unexpectedReason(state.name, event),
        counter: "increment",
        abort: true,
      });
  }
}
