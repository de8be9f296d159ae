import { connect, type Socket } from "node:net";
import type {
  Action,
  DownReason,
  Message,
  NotificationMessage,
  SessionConfig,
  SessionContext,
  SessionEvent,
  SessionState,
  StateName,
} from "@netferry/bgp";
import {
  createSession,
  decodeMessage,
  encodeMessage,
  iterateMessages,
  MAX_MESSAGE_LENGTH,
  MessageFramer,
  MessageType,
  messageType,
  runningTimers,
  step,
} from "@netferry/bgp";
import type { Clock } from "@netferry/service";
import { formatHostPort, retryDelays } from "@netferry/service";
import type { ChangeBatch, LiveTable } from "../table/live-table.ts";
import { SpeakerCounters } from "./counters.ts";
import { RouteFeed } from "./route-feed.ts";
import { SessionTimers } from "./session-timers.ts";
import { socketErrorText } from "./socket-error.ts";

/** Longest time that a closed connection may take to deliver what was still on its way, milliseconds. */
export const LINGER_MS = 5000;

/** Where to dial. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** The address to dial from; it has to be one of this machine's. */
  readonly localAddress?: string | undefined;
}

/** First and longest pause between two attempts, milliseconds. */
export interface ReconnectPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** What a speaker tells its owner. All are optional; none may throw. */
export interface SpeakerListener {
  established?(speaker: BgpSpeaker, context: SessionContext): void;
  /** The transport has taken the whole table and its End-of-RIBs. Once for each established session. */
  synced?(speaker: BgpSpeaker): void;
  /** A session, or an attempt at one, has ended. `retry`: another attempt follows. */
  down?(speaker: BgpSpeaker, reason: DownReason, retry: boolean): void;
  /** A whole UPDATE of the peer; the bytes are good until the call returns. */
  update?(speaker: BgpSpeaker, message: Uint8Array): void;
}

export interface SpeakerOptions {
  /** `passive` is not looked at: a speaker with a target dials, one without accepts. */
  readonly session: SessionConfig;
  readonly dial?: DialTarget | undefined;
  /** The routes to announce. */
  readonly table?: LiveTable | undefined;
  readonly clock: Clock;
  /** Uniform in [0, 1), for jitter and back-off. */
  readonly random: () => number;
  /** Dial again after the end of a session; left out, one attempt is all. */
  readonly reconnect?: ReconnectPolicy | undefined;
  readonly listener?: SpeakerListener | undefined;
}

/**
 * A BGP router as tests and the load generator need one: runs the session state machine over TCP and announces a
 * table. One connection at a time.
 */
export class BgpSpeaker {
  readonly counters = new SpeakerCounters();
  readonly #options: SpeakerOptions;
  readonly #timers: SessionTimers;
  #state: SessionState;
  #socket: Socket | undefined;
  #framer = new MessageFramer({ maxMessageLength: MAX_MESSAGE_LENGTH });
  #feed: RouteFeed | undefined;
  #synced = false;
  /** The transport has not taken what it was given last. */
  #blocked = false;
  #wanted = false;
  #delays: Iterator<number, never> | undefined;
  #cancelRetry: (() => void) | undefined;
  #lastDown: DownReason | undefined;
  #closing: Promise<void> = Promise.resolve();

  /** @throws RangeError for a session that cannot be, or that would send path ids, which tables do not have */
  constructor(options: SpeakerOptions) {
    if ((options.session.addPathSend?.length ?? 0) > 0) {
      throw new RangeError("a speaker's tables have one path for each prefix: leave out addPathSend");
    }
    this.#options = options;
    this.#state = createSession({ ...options.session, passive: options.dial === undefined });
    this.#timers = new SessionTimers(options.clock, options.random, (timer) =>
      this.#dispatch({ type: "timer", timer }),
    );
  }

  get state(): StateName {
    return this.#state.name;
  }

  /** What the two OPENs agreed on, once both are known. */
  get context(): SessionContext | undefined {
    return "context" in this.#state ? this.#state.context : undefined;
  }

  /** The whole table and its End-of-RIBs have gone out in the session that is established now. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Why the last session or attempt ended. */
  get lastDown(): DownReason | undefined {
    return this.#lastDown;
  }

  /** The two ends of the connection that there is, as text; undefined without one. */
  get connection(): { readonly local: string; readonly remote: string } | undefined {
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket ?? {};
    if (localAddress === undefined || remoteAddress === undefined) return undefined;
    return {
      local: formatHostPort(localAddress, localPort ?? 0),
      remote: formatHostPort(remoteAddress, remotePort ?? 0),
    };
  }

  /** The connection's socket, to look at. */
  get socket(): Socket | undefined {
    return this.#socket;
  }

  /** Dials, or waits for accept(). */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#delays = undefined;
    this.#dispatch({ type: "start" });
  }

  /** Takes a connection that a server has accepted; closes it where there is one already. */
  accept(socket: Socket): void {
    if (this.#socket !== undefined || this.#state.name !== "active") {
      socket.destroy();
      return;
    }
    this.#attach(socket);
    this.#dispatch({ type: "transport-up", passive: true });
  }

  /**
   * Ends the session with a Cease, by default Administrative Shutdown, and stays down. Resolves when the connection is
   * closed, after LINGER_MS at the latest.
   */
  async stop(notification?: NotificationMessage): Promise<void> {
    this.#wanted = false;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#dispatch({ type: "stop", notification });
    await this.#closing;
  }

  /** Cuts the connection without a word, as a crash would; a session that reconnects does. */
  abort(): void {
    this.#socket?.resetAndDestroy();
  }

  /** Sends a message of the caller's own making in an established session; false where there is none. */
  send(message: Message): boolean {
    const { context } = this;
    if (this.#state.name !== "established" || context === undefined) return false;
    this.#write(encodeMessage(message, context), 1, 0);
    return true;
  }

  /**
   * Sends octets as they are, which need not be BGP, and skips the state machine; false without a connection. For
   * tests of what a peer makes of them.
   */
  sendRaw(bytes: Uint8Array): boolean {
    if (this.#socket === undefined) return false;
    this.#write(bytes, 0, 0);
    return true;
  }

  /** The table has changed: sends the batch now, or what has become of it when the peer has caught up. */
  push(batch: ChangeBatch): void {
    if (this.#feed === undefined) return;
    if (this.#blocked) {
      this.counters.batchesDeferred += 1;
      return;
    }
    for (const { bytes, routes } of this.#feed.take(batch)) this.#write(bytes, 0, routes);
    this.#pump();
  }

  #dispatch(event: SessionEvent): void {
    const { state, actions } = step(this.#state, event);
    this.#state = state;
    for (const action of actions) this.#act(action);
  }

  #act(action: Action): void {
    switch (action.type) {
      case "connect":
        this.#dial();
        return;
      case "send":
        this.#write(encodeMessage(action.message, this.context), 1, 0);
        return;
      case "set-timer":
        this.#timers.set(action.timer, action.seconds);
        return;
      case "clear-timer":
        this.#timers.clear(action.timer);
        return;
      case "established":
        this.#onEstablished(action.context);
        return;
      case "update":
        return; // counted, and given to the listener, where it arrived
      case "route-refresh":
        if (action.message.subtype !== 0) return;
        this.counters.refreshes += 1;
        this.#feed?.refresh(action.message.family);
        this.#pump();
        return;
      case "close":
        this.#close(action.abort);
        return;
      case "session-down":
        this.#onDown(action.reason);
        return;
    }
  }

  #onEstablished(context: SessionContext): void {
    this.counters.established += 1;
    this.#delays = undefined;
    this.#synced = false;
    const { table, listener } = this.#options;
    if (table !== undefined) this.#feed = new RouteFeed(table, context);
    listener?.established?.(this, context);
    this.#pump();
  }

  #onDown(reason: DownReason): void {
    const { down } = this.counters;
    down[reason.kind] = (down[reason.kind] ?? 0) + 1;
    this.#lastDown = reason;
    this.#feed = undefined;
    this.#synced = false;
    const { reconnect, dial, clock, random, listener } = this.#options;
    const retry = this.#wanted && (dial === undefined || reconnect !== undefined);
    listener?.down?.(this, reason, retry);
    if (dial !== undefined) this.#beginAnew();
    if (!retry || !this.#wanted || this.#cancelRetry !== undefined) return;
    if (dial === undefined || reconnect === undefined) {
      this.#dispatch({ type: "start" });
      return;
    }
    this.#delays ??= retryDelays({ ...reconnect, random });
    this.#cancelRetry = clock.later(this.#delays.next().value, () => {
      this.#cancelRetry = undefined;
      this.#dispatch({ type: "start" });
    });
  }

  /** A connection lost before its OPEN leaves the machine to dial by itself; our back-off is in charge of that. */
  #beginAnew(): void {
    for (const timer of runningTimers(this.#state)) this.#timers.clear(timer);
    this.#state = createSession(this.#state.config);
  }

  #dial(): void {
    const { dial } = this.#options;
    if (dial === undefined) return;
    const { host, port, localAddress } = dial;
    const socket = connect({
      host,
      port,
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    this.#attach(socket);
    socket.on("connect", () => {
      if (this.#socket === socket) this.#dispatch({ type: "transport-up", passive: false });
    });
  }

  #attach(socket: Socket): void {
    this.counters.connections += 1;
    this.#socket = socket;
    this.#blocked = false;
    this.#framer = new MessageFramer({ maxMessageLength: MAX_MESSAGE_LENGTH });
    socket.setNoDelay(true);
    let failure: string | undefined;
    socket.on("data", (chunk) => {
      if (this.#socket === socket) this.#receive(socket, chunk);
    });
    socket.on("drain", () => {
      if (this.#socket !== socket) return;
      this.#blocked = false;
      this.#dispatch({ type: "sent" });
      this.#pump();
    });
    socket.on("error", (error) => {
      failure = socketErrorText(error, this.#options.dial);
    });
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      const reason =
        failure === undefined
          ? { kind: "peer-closed" as const }
          : { kind: "transport-failed" as const, text: failure };
      this.#dispatch({ type: "transport-down", reason });
    });
  }

  #close(abort: boolean): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    this.#closing = new Promise((resolve) => {
      const cancel = this.#options.clock.later(LINGER_MS, () => socket.destroy());
      socket.on("close", () => {
        cancel();
        resolve();
      });
      if (abort || socket.connecting) {
        socket.destroy();
      } else {
        // What the peer still sends is read and dropped: unread octets would turn our last words into a reset.
        socket.resume();
        socket.end();
      }
    });
  }

  #receive(socket: Socket, chunk: Uint8Array): void {
    this.counters.bytesReceived += chunk.length;
    const { messages, error } = this.#framer.push(chunk);
    let updates = 0;
    for (const bytes of iterateMessages(messages)) {
      if (this.#state.name === "established" && messageType(bytes, 0) === MessageType.update) {
        updates += 1;
        this.#options.listener?.update?.(this, bytes);
      } else {
        this.#receiveMessage(bytes);
      }
      // The message may have ended the session.
      if (this.#socket !== socket) break;
    }
    this.counters.messagesReceived.update += updates;
    if (updates > 0 && this.#socket === socket) this.#dispatch({ type: "updates" });
    if (error !== undefined && this.#socket === socket) this.#dispatch({ type: "protocol-error", error });
  }

  #receiveMessage(bytes: Uint8Array): void {
    const decoded = decodeMessage(bytes, this.context);
    if (!decoded.ok) {
      this.#dispatch({ type: "protocol-error", error: decoded.error });
      return;
    }
    this.counters.messagesReceived[decoded.message.type] += 1;
    this.#dispatch({ type: "message", message: decoded.message });
    if (this.context !== undefined) this.#framer.maxMessageLength = this.context.maxMessageLength;
  }

  /** `messages`: how many there are where somebody counts; chunks of routes are counted by their routes. */
  #write(bytes: Uint8Array, messages: number, routes: number): void {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    this.counters.messagesSent += messages;
    this.counters.bytesSent += bytes.length;
    this.counters.routesSent += routes;
    if (!socket.write(bytes)) this.#blocked = true;
    else if (this.#state.name === "established") this.#dispatch({ type: "sent" });
  }

  /** Sends what the feed has, until the transport has had enough or there is nothing. */
  #pump(): void {
    while (!this.#blocked && this.#feed !== undefined) {
      const chunk = this.#feed.next();
      if (chunk === undefined) {
        this.#becomeSynced();
        return;
      }
      this.#write(chunk.bytes, 0, chunk.routes);
    }
  }

  #becomeSynced(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.#options.listener?.synced?.(this);
  }
}
