/**
 * One BGP session as ingest runs it: the state machine of @netferry/bgp, driven by a transport and a clock.
 *
 * UPDATEs of an established session go straight to the RIB; everything else is an event of the machine.
 */
import {
  type Action,
  ceaseNotification,
  CeaseSubcode,
  createSession,
  decodeMessage,
  type DownReason,
  encodeMessage,
  endOfRib,
  messageEnd,
  messageType,
  MessageType,
  type NotificationMessage,
  type OpenMessage,
  type ProtocolError,
  RefreshSubtype,
  type RouteRefreshMessage,
  type SessionConfig,
  type SessionContext,
  type SessionEvent,
  resumeEstablished,
  type SessionState,
  step,
} from "@netferry/bgp";
import type { Clock } from "@netferry/service";
import { SessionTimers } from "./timers.ts";
import type { Transport } from "./transport.ts";

/** Where an established session's UPDATEs go. */
export interface UpdateSink {
  /** Applies one whole UPDATE message, `[start, end)` of the run; an error ends the session. */
  apply(run: Uint8Array, start: number, end: number): ProtocolError | undefined;
}

export interface PeerSessionHooks {
  /** Both OPENs are good. The owner resolves collisions now, perhaps by dumping this very session. */
  onOpenConfirm(session: PeerSession): void;
  /** Undefined ends the session: there is no room for its routes. */
  onEstablished(session: PeerSession, context: SessionContext): UpdateSink | undefined;
  onRouteRefresh(session: PeerSession, message: RouteRefreshMessage): void;
  /** The session's agent is lost. The owner may dump the session. */
  onDetached(session: PeerSession): void;
  /** The session is over; comes once. */
  onDown(session: PeerSession, reason: DownReason, ending: { established: boolean }): void;
}

export interface PeerSessionOptions {
  readonly transport: Transport;
  readonly config: SessionConfig;
  readonly clock: Clock;
  readonly hooks: PeerSessionHooks;
}

export class PeerSession {
  readonly transport: Transport;
  readonly #options: PeerSessionOptions;
  readonly #timers: SessionTimers;
  #state: SessionState;
  #since: number;
  #sink: UpdateSink | undefined;
  #over = false;
  #detachedSince: number | undefined;
  #messagesIn = 0;
  #messagesOut = 0;
  #routeRefreshesSent = 0;

  constructor(options: PeerSessionOptions) {
    this.#options = options;
    this.transport = options.transport;
    this.#state = createSession(options.config);
    this.#since = options.clock.now();
    this.#timers = new SessionTimers(
      options.clock,
      (timer) => this.#dispatch({ type: "timer", timer }),
      () => options.transport.unconfirmed,
    );
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When the state was entered, milliseconds since 1970. */
  get since(): number {
    return this.#since;
  }

  /** An agent holds the device, and no stream of it is here now. */
  get detached(): boolean {
    return this.#detachedSince !== undefined;
  }

  /** Since when it is detached, milliseconds since 1970. */
  get detachedSince(): number | undefined {
    return this.#detachedSince;
  }

  get messagesIn(): number {
    return this.#messagesIn;
  }

  get messagesOut(): number {
    return this.#messagesOut;
  }

  get routeRefreshesSent(): number {
    return this.#routeRefreshesSent;
  }

  /** What the two OPENs agreed on, once both are known. */
  get context(): SessionContext | undefined {
    return "context" in this.#state ? this.#state.context : undefined;
  }

  get received(): OpenMessage | undefined {
    return "received" in this.#state ? this.#state.received : undefined;
  }

  /** Sends the OPEN and takes input from then on. */
  start(): void {
    this.#dispatch({ type: "start" });
    this.#dispatch({ type: "transport-up", passive: true });
    this.#open();
  }

  /** Goes on with a session that these OPENs have established elsewhere, and takes input from then on. */
  takeOver(sent: OpenMessage, received: OpenMessage): void {
    const { state, actions } = resumeEstablished(this.#options.config, sent, received);
    this.#state = state;
    this.#since = this.#options.clock.now();
    for (const action of actions) this.#act(action);
    this.#open();
  }

  #open(): void {
    this.transport.open({
      onRun: (run) => this.#run(run),
      onGarbage: (error) => this.#dispatch({ type: "protocol-error", error }),
      onSent: () => this.#dispatch({ type: "sent" }),
      onDetached: (detached) => {
        this.#detachedSince = detached ? (this.#detachedSince ?? this.#options.clock.now()) : undefined;
        if (detached) this.#timers.suspend();
        else this.#timers.resume();
        if (detached) this.#options.hooks.onDetached(this);
      },
      onDown: (reason) => this.#dispatch({ type: "transport-down", reason }),
    });
  }

  /** Ends the session with a NOTIFICATION; without one, an Administrative Shutdown. */
  stop(notification?: NotificationMessage): void {
    this.#dispatch({ type: "stop", notification });
  }

  /** Another connection of the same device stays instead. */
  dump(): void {
    this.#dispatch({ type: "collision-dump" });
  }

  /** Ends a session of an established device that has one elsewhere already. */
  reject(): void {
    this.stop(ceaseNotification(CeaseSubcode.connectionRejected));
  }

  /** Asks for a family's routes again (RFC 2918); false where the device can't do that. */
  requestRefresh(message: RouteRefreshMessage): boolean {
    if (this.context?.routeRefresh !== true || this.#state.name !== "established") return false;
    this.#routeRefreshesSent += 1;
    this.#send(encodeMessage(message, this.context));
    return true;
  }

  #run(run: Uint8Array): void {
    this.#timers.heard();
    for (let start = 0; start < run.length && !this.#over;) {
      const end = messageEnd(run, start);
      this.#messagesIn += 1;
      if (this.#sink !== undefined && messageType(run, start) === MessageType.update) {
        const error = this.#sink.apply(run, start, end);
        if (error !== undefined) this.#dispatch({ type: "protocol-error", error });
      } else {
        const outcome = decodeMessage(run.subarray(start, end), this.context);
        if (outcome.ok) this.#dispatch({ type: "message", message: outcome.message });
        else this.#dispatch({ type: "protocol-error", error: outcome.error });
      }
      start = end;
    }
  }

  #dispatch(event: SessionEvent): void {
    if (this.#over) return;
    const before = this.#state.name;
    const { state, actions } = step(this.#state, event);
    this.#state = state;
    if (state.name !== before) this.#since = this.#options.clock.now();
    for (const action of actions) this.#act(action);
    if (state.name === "open-confirm" && before !== "open-confirm") this.#options.hooks.onOpenConfirm(this);
  }

  #act(action: Action): void {
    const { hooks } = this.#options;
    switch (action.type) {
      case "send":
        this.#send(encodeMessage(action.message, this.context));
        return;
      case "set-timer":
        this.#timers.set(action.timer, action.seconds);
        return;
      case "clear-timer":
        this.#timers.clear(action.timer);
        return;
      case "established":
        this.#sink = hooks.onEstablished(this, action.context);
        if (this.#sink === undefined) this.stop(ceaseNotification(CeaseSubcode.outOfResources));
        else this.#endInitialUpdate(action.context);
        return;
      case "route-refresh":
        if (action.message.subtype === RefreshSubtype.request) this.#answerRefresh(action.message);
        hooks.onRouteRefresh(this, action.message);
        return;
      case "close":
        this.transport.close(action.reason.kind, action.abort);
        return;
      case "session-down":
        this.#over = true;
        this.#sink = undefined;
        this.#timers.clearAll();
        hooks.onDown(this, action.reason, { established: action.established });
        return;
      case "update":
        // UPDATEs reach the machine only before the session is established, and there they are an error.
        return;
      case "connect":
        throw new Error("a session that waits for its device does not dial");
    }
  }

  /**
   * There is nothing to announce, but a device that has restarted gracefully selects no routes until its peers have
   * told it that this was all (RFC 4724 section 4.1).
   */
  #endInitialUpdate(context: SessionContext): void {
    if (context.gracefulRestart === undefined) return;
    for (const family of context.families) this.#send(encodeMessage(endOfRib(family), context));
  }

  /** All routes of a family, again: none, between the boundaries that RFC 7313 section 4.1 wants. */
  #answerRefresh({ family }: RouteRefreshMessage): void {
    const { context } = this;
    if (context?.enhancedRouteRefresh !== true || !context.families.has(family)) return;
    for (const subtype of [RefreshSubtype.begin, RefreshSubtype.end]) {
      this.#send(encodeMessage({ type: "route-refresh", family, subtype }, context));
    }
  }

  #send(bytes: Uint8Array): void {
    this.#messagesOut += 1;
    this.transport.send(bytes);
  }
}
