/**
 * The agent's control stream: one ingest at a time, tried in the order of the targets, for ever.
 *
 * States: `connecting` → `connected` (Welcome came) → `waiting` (until the next try). All changes go through
 * {@link ControlLink.#enter}.
 */
import {
  type AgentIdentity,
  authorityOf,
  type ClientStream,
  type AgentControl,
  controlMetadata,
  diagnoseTarget,
  explainTcp,
  explainTls,
  Heartbeats,
  type Hello,
  type IngestControl,
  reachTarget,
  RelayConnection,
  settleTrust,
  type StreamStatus,
  type Target,
  type TrustedTarget,
  type TrustSettings,
  type Verdict,
  type VerdictOutcome,
  type Welcome,
} from "@netferry/relay";
import { type Clock, doubling, type Logger } from "@netferry/service";
import { MAX_UNDECIDED } from "./arrivals.ts";
import type { AgentCounters } from "./counters.ts";
import { TargetRounds } from "./target-rounds.ts";

/**
 * Time for the way to an ingest whose port answers: connection, TLS, Welcome. Most ways take a few round trips, and a
 * connection that was cut at the wrong moment never ends by itself; a way that needs longer gets longer at the next try.
 */
const WELCOME_FIRST_MS = 3_000;
const WELCOME_MAX_MS = 12_000;
/** Until a Welcome says otherwise. */
const DEFAULT_HEARTBEAT_MS = 10_000;
/** Verdicts that may be asked for at once: twice what unknown addresses can wait for, so that known ones get theirs. */
const MAX_OPEN_QUESTIONS = 2 * MAX_UNDECIDED;
const VERDICT_TIMEOUT_MS = 10_000;

export interface ControlLinkOptions {
  readonly targets: readonly Target[];
  readonly trust: TrustSettings;
  readonly identity: AgentIdentity;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly counters: Pick<AgentCounters, "controlConnected" | "controlLost" | "controlFailed">;
  /** This agent checks TCP MD5 signatures: verdicts shall bring the keys. */
  readonly wantsMd5Key: boolean;
  readonly hello: () => Omit<Hello, "type">;
  /** What another process of this agent was told last, as {@link ControlLink.registryState} names it; empty for nothing. */
  readonly knownRegistry: string;
  /** Connected to an ingest; `stale` when what was said before may not hold: another process, or changes that were not heard. */
  readonly onConnected: (ingest: ConnectedIngest, stale: boolean) => void;
  /** The link came or went, or a try has failed. */
  readonly onChange: () => void;
  /** Every verdict, asked for or not, in its order among the pushes. */
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onPush: (
    message: Extract<IngestControl, { type: "device-changed" | "drain" | "verdict" }>,
  ) => void;
}

export interface ConnectedIngest {
  readonly target: TrustedTarget;
  readonly welcome: Welcome;
}

/** What status shows of the link. Times are milliseconds since 1970. */
export interface ControlLinkView {
  readonly connected: boolean;
  readonly since: number;
  /** The one that is connected to, or tried. */
  readonly target: string;
  /** All, in the order in which they are tried. */
  readonly targets: readonly string[];
  readonly messagesReceived: number;
  readonly lastError: string;
  readonly lastHeartbeatSent: number | undefined;
  readonly lastHeartbeatReceived: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly heartbeatIntervalMs: number;
  /** Since the ingest last answered a heartbeat, or since the stream came, on a clock that never jumps. */
  readonly sinceAnswerMs: number;
}

type State =
  | { readonly name: "stopped" }
  | { readonly name: "connecting"; readonly attempt: symbol }
  | {
      readonly name: "connected";
      readonly ingest: ConnectedIngest;
      readonly connection: RelayConnection;
      readonly stream: ClientStream<AgentControl, IngestControl>;
    }
  | { readonly name: "waiting" };

export class ControlLink {
  readonly #options: ControlLinkOptions;
  #state: State = { name: "stopped" };
  #since: number;
  readonly #rounds: TargetRounds;
  #patience = doubling(WELCOME_FIRST_MS, WELCOME_MAX_MS);
  /** Takes back the timer of the state: connect timeout, next heartbeat, or next try. */
  #cancelTimer: () => void = () => undefined;
  #registryState: string;
  #lastError = "";
  #messagesReceived = 0;
  #heartbeats: Heartbeats | undefined;
  #lastHeartbeatSent: number | undefined;
  #lastHeartbeatReceived: number | undefined;
  #heartbeatIntervalMs = DEFAULT_HEARTBEAT_MS;
  /** When the ingest last answered a heartbeat, or the stream came, monotonic milliseconds. */
  #answeredAt: number;
  #nextQuestion = 1;
  readonly #questions = new Map<number, (outcome: VerdictOutcome | undefined) => void>();

  constructor(options: ControlLinkOptions) {
    this.#options = options;
    this.#since = options.clock.now();
    this.#answeredAt = options.clock.monotonic();
    this.#registryState = options.knownRegistry;
    this.#rounds = new TargetRounds(options.targets.length, options.random);
  }

  start(): void {
    if (this.#state.name === "stopped") this.#connect();
  }

  stop(): void {
    const state = this.#state;
    this.#enter({ name: "stopped" });
    if (state.name === "connected") {
      state.stream.halfClose();
      state.connection.close();
    }
  }

  /** The ingest that the link is connected to. */
  get ingest(): ConnectedIngest | undefined {
    return this.#state.name === "connected" ? this.#state.ingest : undefined;
  }

  /** Which ingest process the link is or was last connected to, and what of its registry it has heard; empty before the first. */
  get registryState(): string {
    return this.#registryState;
  }

  view(): ControlLinkView {
    const target = this.#options.targets[this.#rounds.index];
    return {
      connected: this.#state.name === "connected",
      since: this.#since,
      target: target === undefined ? "" : authorityOf(target),
      targets: this.#options.targets.map(authorityOf),
      messagesReceived: this.#messagesReceived,
      lastError: this.#lastError,
      lastHeartbeatSent: this.#lastHeartbeatSent,
      lastHeartbeatReceived: this.#lastHeartbeatReceived,
      roundTripMs: this.#heartbeats?.roundTripMs,
      heartbeatIntervalMs: this.#heartbeatIntervalMs,
      sinceAnswerMs: this.#options.clock.monotonic() - this.#answeredAt,
    };
  }

  /** Asks about a device; undefined where no answer can be had now. */
  ask(deviceAddress: Uint8Array, proxyAddress: Uint8Array): Promise<VerdictOutcome | undefined> {
    const state = this.#state;
    if (state.name !== "connected" || this.#questions.size >= MAX_OPEN_QUESTIONS)
      return Promise.resolve(undefined);
    const requestId = this.#nextQuestion;
    this.#nextQuestion += 1;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.later(VERDICT_TIMEOUT_MS, () => answer(undefined));
      const answer = (outcome: VerdictOutcome | undefined) => {
        cancel();
        this.#questions.delete(requestId);
        resolve(outcome);
      };
      this.#questions.set(requestId, answer);
      const { wantsMd5Key } = this.#options;
      state.stream.send({ type: "verdict-request", requestId, deviceAddress, proxyAddress, wantsMd5Key });
    });
  }

  /** The ingest is about to stop: on to the next target, or to the same one when it is back. */
  leave(reason: string): void {
    const state = this.#state;
    if (state.name !== "connected") return;
    state.stream.halfClose();
    state.connection.close();
    this.#wait(this.#rounds.left(), `${state.ingest.target.authority} stops: ${reason}`);
  }

  #enter(state: State): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    if ((this.#state.name === "connected") !== (state.name === "connected"))
      this.#since = this.#options.clock.now();
    if (this.#state.name === "connected") {
      this.#heartbeats?.stop();
      for (const answer of this.#questions.values()) answer(undefined);
    }
    this.#state = state;
  }

  #connect(): void {
    const target = this.#options.targets[this.#rounds.index];
    if (target === undefined) return;
    const attempt = Symbol("attempt");
    this.#enter({ name: "connecting", attempt });
    void this.#open(target, attempt);
  }

  #isCurrent(attempt: symbol): boolean {
    return this.#state.name === "connecting" && this.#state.attempt === attempt;
  }

  async #open(target: Target, attempt: symbol): Promise<void> {
    const { clock } = this.#options;
    try {
      await reachTarget(target, (delayMs, run) => clock.later(delayMs, run));
    } catch (error) {
      if (this.#isCurrent(attempt)) this.#failed(explainTcp(authorityOf(target), target.host, error).message);
      return;
    }
    if (!this.#isCurrent(attempt)) return;
    let trusted: TrustedTarget;
    try {
      trusted = await settleTrust(target, this.#options.trust);
    } catch (error) {
      if (!this.#isCurrent(attempt)) return;
      // A certificate that is not the pinned one explains itself; anything else is found by going the way again.
      const text =
        error instanceof Error && error.name === "FingerprintMismatch"
          ? error.message
          : await this.#explainUnpinned(target, error);
      if (this.#isCurrent(attempt)) this.#failed(text);
      return;
    }
    if (!this.#isCurrent(attempt)) return;
    const connection = new RelayConnection(trusted);
    const stream = connection.openControl(controlMetadata(this.#options.identity));
    this.#cancelTimer = clock.later(this.#patience.next().value, () =>
      stream.end({ code: "cancelled", message: "no Welcome in time" }),
    );
    stream.listen({
      onMessage: (message) => this.#received(message, { trusted, connection, stream, attempt }),
      onDrain: () => undefined,
      onHalfClose: () => undefined,
      onEnd: (status) => {
        connection.close();
        void this.#ended(status, target, trusted, stream, attempt);
      },
    });
    stream.send({ type: "hello", ...this.#options.hello() });
  }

  /** Why the certificate to compare with the fingerprint could not be had. */
  async #explainUnpinned(target: Target, error: unknown): Promise<string> {
    const authority = authorityOf(target);
    const reached = await diagnoseTarget(target, {
      authority,
      host: target.host,
      trust: { kind: "insecure" },
    });
    return reached.step === "reachable" ? explainTls(authority, error) : reached.message;
  }

  #received(
    message: IngestControl,
    from: {
      readonly trusted: TrustedTarget;
      readonly connection: RelayConnection;
      readonly stream: ClientStream<AgentControl, IngestControl>;
      readonly attempt: symbol;
    },
  ): void {
    this.#messagesReceived += 1;
    switch (message.type) {
      case "welcome": {
        if (!this.#isCurrent(from.attempt)) return;
        const ingest: ConnectedIngest = { target: from.trusted, welcome: message };
        this.#enter({ name: "connected", ingest, connection: from.connection, stream: from.stream });
        this.#rounds.connected();
        this.#options.counters.controlConnected += 1;
        this.#patience = doubling(WELCOME_FIRST_MS, WELCOME_MAX_MS);
        this.#lastError = "";
        const state = stateText(message.ingestInstance, message.registryRevision);
        const stale = message.registryRevision === 0 || this.#registryState !== state;
        this.#registryState = state;
        this.#answeredAt = this.#options.clock.monotonic();
        this.#options.onConnected(ingest, stale);
        this.#options.onChange();
        this.#heartbeatIntervalMs =
          message.heartbeatIntervalMs > 0 ? message.heartbeatIntervalMs : DEFAULT_HEARTBEAT_MS;
        this.#beat(from.stream);
        return;
      }
      case "heartbeat":
        this.#lastHeartbeatReceived = this.#options.clock.now();
        from.stream.send({ type: "heartbeat-reply", sequence: message.sequence });
        return;
      case "heartbeat-reply":
        this.#lastHeartbeatReceived = this.#options.clock.now();
        this.#answeredAt = this.#options.clock.monotonic();
        this.#heartbeats?.answered(message.sequence);
        return;
      case "verdict": {
        const answer = this.#questions.get(message.requestId);
        this.#options.onVerdict(message);
        if (answer === undefined) this.#options.onPush(message);
        else answer(message.outcome);
        return;
      }
      case "device-changed":
        if (this.#state.name === "connected") {
          const { ingestInstance } = this.#state.ingest.welcome;
          this.#registryState = stateText(ingestInstance, message.registryRevision);
        }
        this.#options.onPush(message);
        return;
      case "drain":
        this.#options.onPush(message);
    }
  }

  #beat(stream: ClientStream<AgentControl, IngestControl>): void {
    const { clock } = this.#options;
    this.#heartbeats = new Heartbeats({
      intervalMs: this.#heartbeatIntervalMs,
      monotonic: () => clock.monotonic(),
      later: (delayMs, run) => clock.later(delayMs, run),
      send: (heartbeat) => {
        this.#lastHeartbeatSent = clock.now();
        stream.send(heartbeat);
      },
      onSilence: () => stream.end({ code: "unavailable", message: "heartbeats stay unanswered" }),
    });
    this.#heartbeats.start();
  }

  async #ended(
    status: StreamStatus,
    target: Target,
    trusted: TrustedTarget,
    stream: ClientStream<AgentControl, IngestControl>,
    attempt: symbol,
  ): Promise<void> {
    if (this.#state.name === "connected" && this.#state.stream === stream) {
      this.#options.counters.controlLost += 1;
      const text = `lost the ingest ${trusted.authority}: ${status.message || status.code}`;
      this.#wait(this.#rounds.lost(), text);
      return;
    }
    if (!this.#isCurrent(attempt)) return;
    const text = await this.#explain(status, target, trusted);
    if (this.#isCurrent(attempt)) this.#failed(text);
  }

  async #explain(status: StreamStatus, target: Target, trusted: TrustedTarget): Promise<string> {
    const { authority } = trusted;
    switch (status.code) {
      case "unauthenticated":
        return `${authority} refused the credentials of ${this.#options.identity.email}; check --email and --token`;
      case "permission-denied":
      case "failed-precondition":
      case "resource-exhausted":
        return `${authority} refused this agent: ${status.message}`;
      case "unimplemented":
        return `${authority} is no Netferry ingest of this version: ${status.message}; check --target`;
      default: {
        const diagnosis = await diagnoseTarget(target, trusted);
        return diagnosis.step === "reachable"
          ? `${authority} does not answer as a Netferry ingest: ${status.message}; check --target`
          : diagnosis.message;
      }
    }
  }

  #failed(text: string): void {
    this.#options.counters.controlFailed += 1;
    this.#wait(this.#rounds.failed(), text);
  }

  #wait(delayMs: number, text: string): void {
    if (this.#state.name === "stopped") return;
    this.#lastError = text;
    this.#enter({ name: "waiting" });
    this.#cancelTimer = this.#options.clock.later(delayMs, () => this.#connect());
    this.#options.logger
      .limited(text, 60)
      .warn({ "retry-in-ms": Math.round(delayMs), module: "proxy/control" }, `control stream: ${text}`);
    this.#options.onChange();
  }
}

/** Names what an ingest process has said of the registry. */
function stateText(ingestInstance: string, revision: number): string {
  return `${ingestInstance} ${revision}`;
}
