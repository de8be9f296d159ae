import type { SessionContext } from "../context.ts";
import type { OpenMessage } from "../message/open.ts";
import type { Initiator } from "./collision.ts";
import type { SessionConfig } from "./config.ts";
import { OPEN_HOLD_TIME, MINIMUM_SEND_HOLD_TIME } from "./config.ts";

/** The six states of RFC 4271 section 8.2.2. */
export type StateName = SessionState["name"];

interface Common {
  readonly config: SessionConfig;
  /** ConnectRetryCounter: how often the session has failed since it was last started or stopped by hand. */
  readonly connectRetryCounter: number;
}

/** Nothing runs, connections are refused. */
export interface IdleState extends Common {
  readonly name: "idle";
}

/** A connection of ours is on its way. */
export interface ConnectState extends Common {
  readonly name: "connect";
}

/** Waiting for the peer to connect; a session that also dials tries again when the connect-retry timer expires. */
export interface ActiveState extends Common {
  readonly name: "active";
}

/** Our OPEN is out. */
export interface OpenSentState extends Common {
  readonly name: "open-sent";
  readonly initiator: Initiator;
  readonly sent: OpenMessage;
}

/** Both OPENs are good, the peer's KEEPALIVE is still missing. */
export interface OpenConfirmState extends Common {
  readonly name: "open-confirm";
  readonly initiator: Initiator;
  readonly sent: OpenMessage;
  readonly received: OpenMessage;
  /** What everything after the OPENs is encoded and decoded with. */
  readonly context: SessionContext;
}

/** Routes flow. */
export interface EstablishedState extends Common {
  readonly name: "established";
  readonly initiator: Initiator;
  readonly sent: OpenMessage;
  readonly received: OpenMessage;
  readonly context: SessionContext;
}

/** One connection's state machine, or what is left of it; a plain value without timers or sockets. */
export type SessionState =
  | IdleState
  | ConnectState
  | ActiveState
  | OpenSentState
  | OpenConfirmState
  | EstablishedState;

/** The timers that the machine asks its owner for. Each runs once, until set again. */
export type TimerName = "connect-retry" | "hold" | "keepalive" | "send-hold";

/**
 * The timers that run in a state. Entering and leaving a state sets and clears exactly the difference, so an owner
 * that obeys the actions never has another set running.
 */
export function runningTimers(state: SessionState): readonly TimerName[] {
  switch (state.name) {
    case "idle":
      return [];
    case "connect":
      return ["connect-retry"];
    case "active":
      return state.config.passive ? [] : ["connect-retry"];
    case "open-sent":
      return ["hold"];
    case "open-confirm":
      return state.context.holdTime === 0 ? ["hold"] : ["hold", "keepalive"];
    case "established":
      if (state.context.holdTime === 0) return [];
      return sendHoldTime(state) === 0 ? ["hold", "keepalive"] : ["hold", "keepalive", "send-hold"];
  }
}

/** Seconds between KEEPALIVEs: a third of the negotiated hold time (RFC 4271 section 4.4), at least one. */
export function keepaliveTime(context: SessionContext): number {
  return Math.max(1, Math.floor(context.holdTime / 3));
}

/** SendHoldTime in seconds; 0: the timer is off, as it also is without a hold time (RFC 9687 section 4.3). */
export function sendHoldTime(state: EstablishedState): number {
  const { holdTime } = state.context;
  if (holdTime === 0) return 0;
  return state.config.sendHoldTime ?? Math.max(MINIMUM_SEND_HOLD_TIME, 2 * holdTime);
}

/**
 * Seconds until a silent peer is given up in OpenConfirm. A negotiated hold time of 0 stops the hold timer for the
 * established session; until then a peer that falls silent would keep its connection for ever.
 */
export function confirmHoldTime(context: SessionContext): number {
  return context.holdTime === 0 ? OPEN_HOLD_TIME : context.holdTime;
}
