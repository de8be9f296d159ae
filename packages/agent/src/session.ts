/**
 * One device's session at the agent: the device's TCP connection at one end, a data stream at the other.
 *
 * The session outlives its streams. Phases: `waiting` (detached, until the next try) → `attaching` (stream open, no
 * answer yet) → `attached` → `closed`. All changes go through {@link DeviceSession.#enter}.
 */
import {
  ceaseNotification,
  CeaseSubcode,
  encodeMessage,
  type NotificationMessage,
  type ProtocolError,
} from "@netferry/bgp";
import {
  type Attached,
  bareFrame,
  dataMetadata,
  describeMetadata,
  FlowMismatch,
  type FlowOptions,
  type IngestFrame,
  type RelayMetadata,
  SessionFlow,
  type SessionIdentity,
  type StreamStatus,
} from "@netferry/relay";
import { AttachTiming } from "./attach-timing.ts";
import type { AttachTurn } from "./attach-turns.ts";
import type { HandedConnection, HandedSession } from "./handover/state.ts";
import { attachOf, SessionOpens } from "./opens.ts";
import { Keepalives } from "./keepalives.ts";
import { Keeper } from "./keeper.ts";
import { openingFaultOf } from "./opening-fault.ts";
import { Opening, type OpeningFault } from "./opening.ts";
import { Outage } from "./outage.ts";
import type { DeviceLink, OpenedStream, SessionOptions } from "./session-options.ts";
import { type SessionState, type SessionView, sessionState } from "./session-view.ts";
import { isBroken, refusalText } from "./stream-end.ts";
import { SessionTraffic } from "./traffic.ts";

type Phase =
  | { readonly name: "waiting" }
  | { readonly name: "attaching"; readonly opened: OpenedStream }
  | { readonly name: "attached"; readonly opened: OpenedStream }
  | { readonly name: "closed"; readonly reason: string };

export class DeviceSession {
  readonly identity: SessionIdentity;
  readonly label: string;
  readonly #options: SessionOptions;
  readonly #connection: DeviceLink;
  readonly #opens: SessionOpens;
  readonly #flow: SessionFlow;
  readonly #startedAt: number;
  #phase: Phase = { name: "waiting" };
  readonly #timing: AttachTiming;
  #cancelRetry: () => void = () => undefined;
  /** To attach: waited for, or used while attaching. */
  #turn: AttachTurn | undefined;
  readonly #outage: Outage;
  readonly #keepalives: Keepalives;
  readonly #opening: Opening;
  /** An ingest has been asked to take the session, and may have it. */
  #known: boolean;
  /** Why the device's end is over; the session lives on until the ingest knows. */
  #deviceGone: string | undefined;
  #serverMetadata: RelayMetadata = new Map();
  readonly #keeper: Keeper;
  readonly #traffic: SessionTraffic;
  /** A successor is about to go on with the session: nothing may change any more. */
  #frozen = false;

  /** @param before the session as another agent process handed it over */
  constructor(connection: DeviceLink, options: SessionOptions, before?: HandedSession) {
    this.#options = options;
    this.identity = options.session;
    this.label = options.label;
    this.#connection = connection;
    this.#startedAt = before?.startedAt ?? options.clock.now();
    this.#opens = new SessionOpens(before?.opens);
    if (this.#opens.established) connection.established();
    this.#known = before !== undefined;
    this.#opening = new Opening(options.clock, this.#opens, (fault) => this.#openingFailed(fault));
    const onTooLong = (): void => {
      options.counters.outagesTooLong += 1;
      this.#closeWith(`no ingest took the session for ${Math.round(options.maxOutageMs / 1000)} s`);
    };
    this.#outage = new Outage(options.clock, options.maxOutageMs, onTooLong, before?.outageSince);
    this.#timing = new AttachTiming(options.random);
    this.#keepalives = new Keepalives(options.clock, () => {
      connection.write(encodeMessage({ type: "keepalive" }), () => undefined);
      options.counters.keepalivesSent += 1;
    });
    const flowOptions: FlowOptions = {
      later: (delayMs, run) => options.clock.later(delayMs, run),
      budget: options.inFlight,
      onBlocked: (blocked) => {
        if (blocked) connection.pause();
        else connection.resume();
      },
    };
    this.#flow =
      before === undefined ? new SessionFlow(flowOptions) : SessionFlow.restored(flowOptions, before.flow);
    const { retention, counters, logger } = options;
    this.#traffic = new SessionTraffic(counters, options.total, before?.messages);
    this.#keeper = new Keeper({ retention, counters, logger, kept: () => this.#flow.unacknowledged }, before);
    this.#deviceGone = before?.deviceGone;
    if (this.#deviceGone !== undefined) this.#flow.finish("kill", this.#deviceGone);
  }

  /** Whether the device's end is over. */
  get deviceGone(): boolean {
    return this.#deviceGone !== undefined;
  }

  get phase(): Phase["name"] {
    return this.#phase.name;
  }

  get bytesBuffered(): number {
    return this.#flow.unacknowledged;
  }

  get state(): SessionState {
    return sessionState(this.phase, this.deviceGone, this.#opens.established);
  }

  view(): SessionView {
    return {
      identity: this.identity,
      label: this.label,
      phase: this.phase,
      state: this.state,
      startedAt: this.#startedAt,
      outageSince: this.#outage.since,
      asn: this.#opens.deviceAsn,
      ingest: "opened" in this.#phase ? this.#phase.opened.backend : undefined,
      bytes: this.positions,
      messages: this.#traffic.messages,
      buffered: this.bytesBuffered,
      lossy: this.#keeper.lossy,
      droppedUpdates: this.#keeper.droppedUpdates,
      serverMetadata: this.#serverMetadata,
    };
  }

  get positions(): { readonly up: number; readonly down: number } {
    return { up: this.#flow.produced, down: this.#flow.received };
  }

  start(): void {
    this.#opening.start();
    this.#outageBegins();
    this.#attach();
  }

  /**
   * Stops everything but the stream, whose messages are not looked at any more: the ingest sends them again to whoever
   * goes on. Afterwards either {@link handed} or {@link thaw}.
   */
  freeze(): void {
    this.#frozen = true;
    this.#opening.pause();
    this.#cancelRetry();
    if (this.#phase.name === "waiting") this.#turn?.end();
    this.#outage.pause();
    this.#keepalives.stop();
  }

  /** Goes on after all. */
  thaw(): void {
    this.#frozen = false;
    if (this.#phase.name === "closed") return;
    this.#leaveStream();
    this.start();
  }

  /**
   * The session for the process that goes on with it; here it is over, without a word to the device.
   *
   * @param connection undefined where the device's end is over
   */
  handed(connection: HandedConnection | undefined): HandedSession {
    this.#leaveStream();
    const { session, label, echo } = this.#options;
    return {
      session,
      label,
      echo,
      startedAt: this.#startedAt,
      outageSince: this.#outage.since,
      deviceGone: this.#deviceGone,
      opens: this.#opens.handed,
      flow: { from: this.#flow.retainedFrom, retained: this.#flow.retained(), received: this.#flow.applied },
      lossy: this.#keeper.lossy,
      droppedUpdates: this.#keeper.droppedUpdates,
      messages: this.#traffic.messages,
      connection,
    };
  }

  /** A run of whole messages from the device. */
  deviceSent(run: Uint8Array): void {
    if (this.#phase.name === "closed") return;
    this.#observe("device", run);
    this.#traffic.fromDevice(run);
    this.#opening.check(this.#flow.produced + run.length);
    if (this.#isOver()) return;
    if (this.#phase.name === "attached") this.#attend();
    if (this.#flow.attached || !this.#opens.established) this.#flow.push(run);
    else this.#flow.push(this.#keeper.keep(run));
  }

  /**
   * An ingest can be reached again: no need to wait for the next try, or for a connection that was begun before and may
   * never come to be.
   */
  ingestAvailable(delayMs: number): void {
    const phase = this.#phase;
    if (phase.name !== "waiting" && phase.name !== "attaching") return;
    this.#timing.available();
    this.#enter({ name: "waiting" });
    if (phase.name === "attaching") phase.opened.stream.end({ code: "cancelled", message: "attaching anew" });
    this.#cancelRetry = this.#options.clock.later(delayMs, () => this.#attach());
  }

  /** The device's connection is over. The ingest still gets everything that the device said before. */
  deviceClosed(reason: string): void {
    if (this.#isOver()) return;
    this.#deviceGone = reason;
    this.#keepalives.stop();
    this.#opening.stop();
    // There is nobody to tell.
    if (!this.#known) this.#close(reason, undefined);
    else this.#flow.finish("kill", reason);
  }

  /** Ends the session from this side, and tells the device why by a Cease. */
  stop(reason: string): void {
    this.#closeWith(reason);
  }

  /** Ends the session because the device's bytes are no BGP. */
  deviceSentGarbage({ code, subcode, data, text }: ProtocolError): void {
    this.#dismiss({ type: "notification", code, subcode, data }, `the device's bytes are no BGP: ${text}`);
  }

  #openingFailed(fault: OpeningFault): void {
    const { counters } = this.#options;
    const { text, counter, notification } = openingFaultOf(fault, this.#opens.opened);
    counters[counter] += 1;
    this.#dismiss(notification, text);
  }

  /** Ends the device's connection; the ingest is told why, as soon as there is one to tell. */
  #dismiss(notification: NotificationMessage, reason: string): void {
    if (this.#isOver()) return;
    this.#connection.write(encodeMessage(notification), () => undefined);
    this.#connection.end();
    this.deviceClosed(reason);
  }

  #isOver(): boolean {
    return this.#phase.name === "closed" || this.#deviceGone !== undefined;
  }

  #observe(from: "device" | "ingest", run: Uint8Array): void {
    if (this.#opens.established) return;
    this.#opens.observe(from, run);
    if (this.#opens.established) this.#connection.established();
  }

  /** The ingest keeps the session for the next stream. */
  #leaveStream(): void {
    const phase = this.#phase;
    if (phase.name !== "attached" && phase.name !== "attaching") return;
    this.#enter({ name: "waiting" });
    phase.opened.stream.end({ code: "cancelled", message: "another process of the agent goes on" });
  }

  #enter(phase: Phase): void {
    this.#cancelRetry();
    this.#cancelRetry = () => undefined;
    const before = this.#phase;
    this.#phase = phase;
    if (phase.name !== "attaching") this.#turn?.end();
    if (before.name === "attached") this.#flow.detach();
    if (phase.name === "attached" || phase.name === "closed") {
      this.#outage.end();
      this.#keepalives.stop();
    }
    if (phase.name === "attached") this.#attend();
    if (phase.name === "closed") {
      this.#keeper.release();
      this.#flow.forget();
      this.#opening.stop();
    }
  }

  #attach(): void {
    this.#turn = this.#options.attachTurns.turn(() => this.#openStream());
    this.#turn.request();
  }

  #openStream(): void {
    const { session, identity, echo } = this.#options;
    const metadata = dataMetadata(identity, session, this.positions, this.#options.backendPin(), echo);
    const opened = this.#options.openStream(metadata);
    if (opened === undefined) {
      this.#retryLater();
      return;
    }
    this.#options.logger.info(
      { "client-metadata": describeMetadata(metadata), target: opened.backend },
      "opening Data stream",
    );
    this.#known = true;
    this.#enter({ name: "attaching", opened });
    const { stream } = opened;
    this.#cancelRetry = this.#options.clock.later(this.#timing.nextAnswerMs(), () =>
      this.#unanswered(opened),
    );
    stream.listen({
      onMessage: (frame) => this.#received(opened, frame),
      onDrain: () => {
        if (this.#isCurrent(opened)) this.#flow.drained();
      },
      onHalfClose: () => undefined,
      onEnd: (status) => this.#streamEnded(opened, status),
    });
    this.#keeper.asked();
    stream.send({ attach: attachOf(this.#flow, this.#opens, this.#keeper.lossy, this.#startedAt) });
  }

  /** The connection was cut at a moment when nobody noticed, or the ingest stands still. */
  #unanswered(opened: OpenedStream): void {
    opened.release(true);
    this.#retryLater();
    opened.stream.end({ code: "cancelled", message: "no answer to the attach" });
  }

  #isCurrent(opened: OpenedStream): boolean {
    const phase = this.#phase;
    return (phase.name === "attaching" || phase.name === "attached") && phase.opened === opened;
  }

  #received(opened: OpenedStream, frame: IngestFrame): void {
    if (this.#frozen || !this.#isCurrent(opened)) return;
    try {
      if ("attached" in frame) this.#attached(opened, frame.attached);
      else this.#takeFrame(opened, frame);
    } catch (error) {
      if (!(error instanceof FlowMismatch)) throw error;
      this.#options.counters.mismatches += 1;
      opened.stream.send(bareFrame(this.#flow.produced, this.#flow.applied, "kill", error.message));
      this.#closeWith(`counters do not agree: ${error.message}`);
    }
  }

  #attached(opened: OpenedStream, answer: Attached): void {
    if (this.#phase.name !== "attaching") return;
    if (answer.downFrom !== this.#flow.received) {
      throw new FlowMismatch(
        `the ingest goes on at byte ${answer.downFrom} of its direction, this agent delivered ${this.#flow.received}`,
      );
    }
    if (this.#keeper.untold) {
      // UPDATEs were dropped since the attach was sent: the ingest has to know, or it would take the routes for whole.
      this.#enter({ name: "waiting" });
      opened.stream.end({ code: "cancelled", message: "UPDATEs were dropped meanwhile" });
      this.#attach();
      return;
    }
    this.#serverMetadata = opened.stream.serverMetadata;
    this.#keeper.taken();
    this.#timing.answered();
    this.#enter({ name: "attached", opened });
    if (answer.mode !== "new") {
      const replayed = this.#flow.produced - answer.sendFrom;
      if (answer.mode === "resumed") this.#options.counters.resumed += 1;
      else this.#options.counters.takenOver += 1;
      this.#options.counters.bytesReplayed += replayed;
      this.#options.logger.info({ mode: answer.mode, replayed }, "session goes on at the ingest");
    }
    this.#flow.attach((frame) => opened.stream.send(frame), answer.sendFrom, answer.window);
  }

  #takeFrame(opened: OpenedStream, frame: Exclude<IngestFrame, { attached: Attached }>): void {
    if (this.#phase.name !== "attached") throw new FlowMismatch("data before the ingest answered the attach");
    const payload = this.#flow.receive(frame);
    if (payload.length > 0) {
      this.#opens.observe("ingest", payload);
      this.#traffic.toDevice(payload);
      if (this.#deviceGone === undefined) {
        this.#connection.write(payload, () => this.#flow.markApplied(payload.length));
        this.#keepalives.sent();
      } else {
        this.#flow.markApplied(payload.length);
      }
    }
    if (frame.action === "kill") {
      this.#options.counters.killedByIngest += 1;
      this.#close(`the ingest ended the session: ${frame.reason}`, undefined);
    } else if (frame.action === "restart") {
      this.#options.counters.restartedByIngest += 1;
      this.#options.logger.info(
        { reason: frame.reason },
        "the ingest hands the session over; attaching again",
      );
      this.#flow.close("restart", frame.reason);
      opened.stream.halfClose();
    }
  }

  #streamEnded(opened: OpenedStream, status: StreamStatus): void {
    opened.release(isBroken(status.code));
    if (!this.#isCurrent(opened)) return;
    const refusal = this.#phase.name === "attaching" ? refusalText(status) : undefined;
    if (refusal !== undefined) {
      this.#options.counters.refusedByIngest += 1;
      // What an ingest has to say about an established session is worth a line on the router.
      if (this.#opens.established) this.#closeWith(refusal);
      else this.#close(refusal, ceaseNotification(CeaseSubcode.connectionRejected));
      return;
    }
    if (this.#deviceGone !== undefined && status.code === "ok") {
      this.#close(this.#deviceGone, undefined);
      return;
    }
    if (this.#frozen) {
      this.#enter({ name: "waiting" });
      return;
    }
    if (this.#phase.name === "attached") {
      this.#options.counters.detached += 1;
      this.#outageBegins();
    }
    this.#options.logger
      .limited(`detached ${this.#options.session.sessionId}`, 10)
      .warn(
        { code: status.code, status: status.message },
        "data stream ended; the device is kept, attaching again",
      );
    this.#retryLater();
  }

  #retryLater(): void {
    this.#enter({ name: "waiting" });
    this.#cancelRetry = this.#options.clock.later(this.#timing.nextRetryMs(), () => this.#attach());
  }

  /** From now on no ingest answers the device. */
  #outageBegins(): void {
    this.#outage.begin();
    this.#keepCompany();
  }

  /** The device hears from this agent as long as no ingest answers it. */
  #keepCompany(): void {
    if (this.#deviceGone === undefined && this.#opens.established)
      this.#keepalives.alone(this.#opens.holdTime);
    else this.#keepalives.stop();
  }

  /** The ingest answers the device; the agent steps in where it falls silent, which it may do before its stream is lost. */
  #attend(): void {
    if (this.#deviceGone === undefined && this.#opens.established)
      this.#keepalives.attended(this.#opens.holdTime);
  }

  /** Ends the session and tells the device why, in the words of the log (RFC 9003). */
  #closeWith(reason: string): void {
    this.#flow.close("kill", reason);
    this.#close(reason, ceaseNotification(CeaseSubcode.administrativeReset, reason));
  }

  #close(reason: string, goodbye: NotificationMessage | undefined): void {
    const phase = this.#phase;
    if (phase.name === "closed") return;
    this.#enter({ name: "closed", reason });
    if (this.#deviceGone === undefined) {
      if (goodbye !== undefined) this.#connection.write(encodeMessage(goodbye), () => undefined);
      this.#connection.end();
    }
    if (phase.name === "attached" || phase.name === "attaching") phase.opened.stream.halfClose();
    this.#options.logger.info(
      {
        reason,
        "counter-up": this.#flow.produced,
        "counter-down": this.#flow.received,
        "duration-ms": Math.round(this.#options.clock.now() - this.#startedAt),
      },
      "session closed",
    );
    this.#options.onClosed();
  }
}
