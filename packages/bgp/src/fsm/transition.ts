import type { NotificationMessage } from "../message/notification.ts";
import type { DownReason } from "./down-reason.ts";
import type { Action, Step } from "./event.ts";
import { routesSurvive } from "./graceful-restart.ts";
import type { SessionState } from "./state.ts";
import { runningTimers } from "./state.ts";

/** What happens to ConnectRetryCounter on the way to Idle. */
export type CounterChange = "keep" | "increment" | "zero";

/** How a session goes down. */
export interface Descent {
  readonly reason: DownReason;
  readonly counter: CounterChange;
  /** Told to the peer before the transport is closed. */
  readonly notification?: NotificationMessage | undefined;
  /** Close at once, without waiting for what was not sent. */
  readonly abort?: boolean | undefined;
  /** The transport is gone already. */
  readonly transportGone?: boolean | undefined;
}

/** Stays in the state, does nothing. */
export function stay(state: SessionState, ...actions: Action[]): Step {
  return { state, actions };
}

/**
 * Goes to `next`, and first sets right the timers: those that run now and will not run then are cleared. Timers that
 * `next` needs are among `actions`, since only they know the seconds.
 */
export function goTo(state: SessionState, next: SessionState, actions: readonly Action[]): Step {
  const kept = new Set(runningTimers(next));
  const cleared: Action[] = [];
  for (const timer of runningTimers(state)) {
    if (!kept.has(timer)) cleared.push({ type: "clear-timer", timer });
  }
  return { state: next, actions: [...cleared, ...actions] };
}

/** Goes to Idle: notification, timers, transport, and the word to the owner. */
export function goDown(state: SessionState, descent: Descent): Step {
  const { reason, notification } = descent;
  const actions: Action[] = [];
  if (notification !== undefined) actions.push({ type: "send", message: notification });
  if (descent.transportGone !== true && state.name !== "active") {
    actions.push({ type: "close", reason, abort: descent.abort ?? false });
  }
  const established = state.name === "established";
  const retainRoutes = state.name === "established" && routesSurvive(state, reason, notification);
  actions.push({ type: "session-down", reason, established, retainRoutes });
  const connectRetryCounter = changedCounter(state.connectRetryCounter, descent.counter);
  return goTo(state, { name: "idle", config: state.config, connectRetryCounter }, actions);
}

function changedCounter(counter: number, change: CounterChange): number {
  switch (change) {
    case "keep":
      return counter;
    case "increment":
      return counter + 1;
    case "zero":
      return 0;
  }
}
