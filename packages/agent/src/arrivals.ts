/** Connections as they come: which are taken, which are refused, and which wait for the ingest's verdict on their device. */
import type { Socket } from "node:net";
import { descriptorOf } from "@netferry/kernel";
import type { SessionIdentity, VerdictOutcome } from "@netferry/relay";
import type { Clock, ConnectionBounds, Logger } from "@netferry/service";
import { identityOf } from "./connection-identity.ts";
import type { AgentCounters } from "./counters.ts";
import type { Allow, Md5Authentication } from "./md5/authentication.ts";
import { isSignedAsDue } from "./md5/gate.ts";
import { Refusals } from "./refusals.ts";
import type { VerdictSource } from "./verdict-source.ts";
import type { VerdictCache } from "./verdicts.ts";

/** Connections that may wait for a verdict at once. A device that was allowed before is not kept out by them. */
export const MAX_UNDECIDED = 8_192;
/** A device that connects while no ingest is there to ask waits this long for one. */
export const INGEST_WAIT_MS = 5_000;

export interface ArrivalsOptions {
  readonly bounds: ConnectionBounds;
  readonly verdicts: VerdictCache;
  readonly source: Pick<VerdictSource, "ask">;
  readonly md5: Md5Authentication | undefined;
  /** Whether there is an ingest to ask. */
  readonly hasIngest: () => boolean;
  /** The device may peer, and its connection is signed as it must be. Nothing was read from it. */
  readonly onAllowed: (socket: Socket, session: SessionIdentity, allow: Allow) => void;
  readonly counters: AgentCounters;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #refusals: Refusals;
  /** Connections that wait for a verdict. */
  readonly #undecided = new Map<Socket, SessionIdentity>();
  /** What the ingest is being asked, by device: once, however many connections wait for it. */
  readonly #questions = new Map<string, Promise<VerdictOutcome | undefined>>();
  /** Those who wait for an ingest that they can ask. */
  readonly #awaitingIngest = new Set<() => void>();
  #resting = false;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
    this.#refusals = new Refusals(options);
  }

  /** Connections that wait for a verdict. */
  get undecided(): number {
    return this.#undecided.size;
  }

  /** Takes a paused socket. */
  accept(socket: Socket): void {
    // An error without a listener would end the process; what it says shows when the socket closes.
    socket.on("error", () => undefined);
    const { bounds, counters, md5, verdicts } = this.#options;
    const session = identityOf(socket);
    if (session === undefined || socket.destroyed) {
      counters.aborted += 1;
      socket.destroy();
      return;
    }
    const { deviceIp } = session;
    md5?.connected(deviceIp, session.devicePort);
    const known = verdicts.find(deviceIp);
    if (known?.kind === "block") {
      counters.rejectedBlocked += 1;
      socket.destroy();
      return;
    }
    const crowded = known === undefined && this.#undecided.size >= MAX_UNDECIDED;
    const refusal =
      bounds.bound(deviceIp, descriptorOf(socket)) ??
      (crowded && !verdicts.wasAllowed(deviceIp) ? "undecided" : undefined);
    if (refusal !== undefined) {
      this.#refusals.refused(refusal, session);
      socket.destroy();
      return;
    }
    bounds.opened(deviceIp);
    socket.once("close", () => bounds.closed(deviceIp));
    if (known === undefined) void this.#decide(socket, session);
    else this.#judge(socket, session, known);
  }

  /** There is an ingest to ask now. */
  ingestConnected(): void {
    for (const resolve of this.#awaitingIngest) resolve();
  }

  /** Leaves every connection that waits as it is; those it returns are the caller's. */
  rest(): [Socket, SessionIdentity][] {
    this.#resting = true;
    this.ingestConnected();
    return [...this.#undecided];
  }

  /** Goes on with what {@link rest} has returned. */
  resume(): void {
    this.#resting = false;
    for (const [socket, session] of this.#undecided) void this.#decide(socket, session);
  }

  /** Asks the ingest what becomes of a connection. */
  async #decide(socket: Socket, session: SessionIdentity): Promise<void> {
    this.#undecided.set(socket, session);
    const outcome = await this.#question(session);
    // The successor asks again.
    if (this.#resting) return;
    this.#undecided.delete(socket);
    if (socket.destroyed) return;
    if (outcome === undefined) this.#refusals.refused("no-verdict", session);
    else if (outcome.kind === "block") this.#options.counters.rejectedBlocked += 1;
    this.#judge(socket, session, outcome);
  }

  /** Goes on with the device's connection if it is allowed, and signed as it must be. */
  #judge(socket: Socket, session: SessionIdentity, outcome: VerdictOutcome | undefined): void {
    if (outcome?.kind === "allow") {
      const { md5, logger, counters, onAllowed } = this.#options;
      if (isSignedAsDue(md5, socket, session.deviceIp, outcome, logger)) {
        onAllowed(socket, session, outcome);
        return;
      }
      counters.rejectedMd5 += 1;
    }
    socket.destroy();
  }

  #question(session: SessionIdentity): Promise<VerdictOutcome | undefined> {
    const { deviceIp } = session;
    const asked = this.#questions.get(deviceIp);
    if (asked !== undefined) return asked;
    const question = this.#ask(session).finally(() => this.#questions.delete(deviceIp));
    this.#questions.set(deviceIp, question);
    return question;
  }

  async #ask(session: SessionIdentity): Promise<VerdictOutcome | undefined> {
    await this.#ingestToAsk();
    return this.#resting ? undefined : await this.#options.source.ask(session);
  }

  /** Resolves when there is an ingest to ask, or when it is no use to wait any longer. */
  async #ingestToAsk(): Promise<void> {
    if (this.#options.hasIngest() || this.#resting) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.later(INGEST_WAIT_MS, resolve);
    this.#awaitingIngest.add(resolve);
    await promise;
    this.#awaitingIngest.delete(resolve);
    cancel();
  }
}
