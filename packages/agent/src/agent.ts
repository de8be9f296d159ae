/** The BGP proxy agent: listeners, the control link, and one {@link DeviceSession} for each device's connection. */
import { randomUUID } from "node:crypto";
import type { Server, Socket } from "node:net";
import { hostname } from "node:os";
import { formatAddress } from "@netferry/bgp";
import { adoptSocket } from "@netferry/kernel";
import {
  type AgentIdentity,
  type BlockCause,
  ConnectionPool,
  FlowBudget,
  type RelayMetadata,
  relayConnector,
  type SessionIdentity,
  type TrustedTarget,
} from "@netferry/relay";
import { ConnectionBounds, formatHostPort } from "@netferry/service";
import type { AgentOptions, Inheritance, RestingAgent } from "./agent-options.ts";
import { Arrivals } from "./arrivals.ts";
import { connectionLimits } from "./connection-limits.ts";
import { AttachTurns } from "./attach-turns.ts";
import { ControlLink, type ControlLinkView } from "./control-link.ts";
import { type AgentCounters, createCounters } from "./counters.ts";
import { DeviceTotals } from "./device-totals.ts";
import { DeviceConnection } from "./device-connection.ts";
import { type HeldSession, restSession, restSocket } from "./handover/resting.ts";
import type { HandedSession } from "./handover/state.ts";
import { closeAll } from "./handover/transfer.ts";
import { Listeners } from "./listeners.ts";
import { Md5Authentication, type Md5View } from "./md5/authentication.ts";
import { applyRegistryChange } from "./registry-change.ts";
import { RetentionBudget } from "./retention.ts";
import { sessionLogFields } from "./session-log.ts";
import { CLOSED_LINK, type OpenedStream } from "./session-options.ts";
import { DeviceSession } from "./session.ts";
import { VerdictSource } from "./verdict-source.ts";
import { type Denial, VerdictCache } from "./verdicts.ts";

/** Sessions that waited attach within this time of the ingest's return. */
const ATTACH_SPREAD_MS = 500;
/** Past this, sessions that have 64 KiB on their way to an ingest wait for it, however much each may have. */
const MAX_IN_FLIGHT_BYTES = 256 * 1024 * 1024;
/** A device that does not take what was written to it within this time can't be handed over. */
const REST_TIMEOUT_MS = 3_000;

export class Agent {
  readonly instance: string;
  readonly counters: AgentCounters;
  readonly #options: AgentOptions;
  readonly #identity: AgentIdentity;
  readonly #link: ControlLink;
  readonly #verdicts: VerdictCache;
  readonly #verdictSource: VerdictSource;
  readonly #md5: Md5Authentication | undefined;
  readonly #listeners: Listeners;
  readonly #sessions = new Map<string, HeldSession>();
  /** A place is a connection's, or that of a session whose device is gone and whose ingest has yet to hear of it. */
  readonly #bounds: ConnectionBounds;
  readonly #arrivals: Arrivals;
  readonly #retention: RetentionBudget;
  readonly #totals: DeviceTotals;
  readonly #inFlight = new FlowBudget(MAX_IN_FLIGHT_BYTES);
  readonly #attachTurns = new AttachTurns();
  #pool: { readonly target: TrustedTarget; readonly connections: ConnectionPool } | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    const before = options.inherited?.cargo.state;
    this.instance = before?.instance ?? randomUUID();
    this.counters = createCounters(before?.counters);
    this.#totals = new DeviceTotals(before?.deviceTotals);
    this.#listeners = new Listeners({
      listen: options.listen,
      onConnection: (socket) => this.#arrivals.accept(socket),
      onAcceptError: (error) => {
        this.counters.acceptFailures += 1;
        options.logger
          .limited("accept", 60)
          .error({ err: error }, "a device's connection could not be taken");
      },
    });
    this.#identity = {
      email: options.email,
      token: options.token,
      version: options.version,
      instance: this.instance,
      siteId: options.siteId,
    };
    this.#retention = new RetentionBudget(options.retention);
    this.#verdicts = new VerdictCache(() => options.clock.monotonic());
    for (const denial of before?.denials ?? []) this.#verdicts.restore(denial);
    this.#link = new ControlLink({
      targets: options.targets,
      trust: options.trust,
      identity: this.#identity,
      clock: options.clock,
      random: options.random,
      logger: options.logger,
      counters: this.counters,
      knownRegistry: before?.registryState ?? "",
      wantsMd5Key: options.md5 !== undefined,
      hello: () => ({
        hostname: hostname(),
        listeners: this.listeners,
        siteId: options.siteId,
        sessions: this.#sessions.size,
      }),
      onConnected: ({ target, welcome }, stale) => {
        if (stale) this.#verdicts.clear();
        options.logger.info(
          {
            target: target.authority,
            "ingest-instance": welcome.ingestInstance,
            "ingest-version": welcome.version,
            module: "proxy/control",
          },
          "connected to the ingest",
        );
        this.#arrivals.ingestConnected();
        this.#attachAll();
        this.#md5?.ingestConnected();
      },
      onVerdict: ({ deviceAddress, outcome }) =>
        this.#verdicts.remember(formatAddress(deviceAddress), outcome),
      onChange: options.onControlChange,
      onPush: (message) => {
        if (message.type === "drain") {
          options.logger.info(
            { reason: message.reason, module: "proxy/control" },
            "the ingest is about to stop",
          );
          this.#link.leave(message.reason);
        } else if (message.type === "device-changed") {
          const addresses = applyRegistryChange(
            message,
            this.#verdicts,
            options.logger,
            (address) => this.#bounds.from(address) > 0,
          );
          this.#md5?.deviceChanged(addresses);
        } else {
          this.#md5?.deviceChanged([formatAddress(message.deviceAddress)]);
        }
      },
    });
    const verdicts = new VerdictSource(
      this.#verdicts,
      this.#link,
      options.clock,
      options.logger,
      before?.denied,
    );
    this.#verdictSource = verdicts;
    this.#bounds = new ConnectionBounds(connectionLimits(options.maxDescriptors, options.multi), () =>
      options.clock.monotonic(),
    );
    const { md5, clock, random, logger } = options;
    const counted = before?.md5Counters ?? {};
    this.#md5 = md5 && new Md5Authentication({ ...md5, verdicts, clock, random, logger, counted });
    this.#arrivals = new Arrivals({
      bounds: this.#bounds,
      verdicts: this.#verdicts,
      source: verdicts,
      md5: this.#md5,
      hasIngest: () => this.#link.ingest !== undefined,
      onAllowed: (socket, session, { label, metadata }) =>
        this.#begin(socket, session, { label, echo: metadata })(),
      counters: this.counters,
      clock,
      logger,
    });
  }

  /** host:port of every listener that is bound. */
  get listeners(): string[] {
    return this.#listeners.addresses.map(({ host, port }) => formatHostPort(host, port));
  }

  /** Those sockets, for options of the kernel. */
  get servers(): readonly Server[] {
    return this.#listeners.servers;
  }

  /** Opens listeners again whose sockets are gone; returns what was found wrong. */
  async mendListeners(): Promise<readonly string[]> {
    const problems = await this.#listeners.mend();
    if (problems.length > 0) this.#md5?.listenOn(this.servers);
    return problems;
  }

  get sessions(): readonly DeviceSession[] {
    return Array.from(this.#sessions.values(), ({ session }) => session);
  }

  /** What each device's sessions have carried. */
  get deviceTotals(): Pick<DeviceTotals, "entries" | "forgotten"> {
    return this.#totals;
  }

  /** Bytes kept for sessions that no ingest takes. */
  get retainedBytes(): number {
    return this.#retention.used;
  }

  /** Denials since the start, by cause. */
  get denied(): Readonly<Record<BlockCause, number>> {
    return this.#verdictSource.denied;
  }

  /** Undefined where devices' signatures are not checked. */
  get md5(): Md5View | undefined {
    return this.#md5?.view;
  }

  /** Connections of devices: those that are open, those of them that wait for a verdict, and the most that are taken. */
  get connections(): { readonly open: number; readonly undecided: number; readonly most: number } {
    const { total, limits } = this.#bounds;
    return { open: total, undecided: this.#arrivals.undecided, most: limits.total };
  }

  /** Verdicts that were forgotten for others, since the start. */
  get forgottenVerdicts(): Readonly<Record<"allowed" | "blocked", number>> {
    return this.#verdicts.forgotten;
  }

  get denials(): readonly Denial[] {
    return this.#verdicts.denials();
  }

  get control(): ControlLinkView {
    return this.#link.view();
  }

  get options(): Pick<AgentOptions, "email" | "siteId" | "multi" | "version"> {
    return this.#options;
  }

  /**
   * Binds every listener and goes on with what was inherited, then connects to the ingest. Rejects with one line where a
   * port can't be had; what was inherited is then closed, without a word to the devices.
   */
  async start(): Promise<void> {
    const { inherited, logger } = this.#options;
    if (inherited === undefined) await this.#open();
    else await this.#adopt(inherited);
    logger.info({ listeners: this.listeners }, "listening for BGP");
    this.#link.start();
  }

  /** Closes every session with a Cease and stops. */
  async stop(reason: string): Promise<void> {
    this.#listeners.close();
    this.#md5?.stop();
    for (const session of this.sessions) session.stop(reason);
    this.#link.stop();
    // Lets the last bytes reach the devices and the ingest.
    await new Promise<void>((resolve) => this.#options.clock.later(100, resolve));
  }

  /** Binds the listeners, or takes those that were left, and watches for signed SYNs to them; none is open if it rejects. */
  async #open(descriptors?: readonly number[]): Promise<void> {
    await this.#listeners.open(descriptors);
    try {
      this.#md5?.start(this.servers);
    } catch (error) {
      this.#listeners.close();
      throw error;
    }
  }

  /**
   * Comes to rest for a successor: takes nothing more from devices, lets the ingest go, and gives all that there is. A
   * device that does not take what was written to it loses its session, by a Cease.
   */
  async rest(): Promise<RestingAgent> {
    const arrivals = this.#arrivals.rest();
    this.#link.stop();
    this.#md5?.stop();
    const listeners = this.#listeners.rest();
    const abort = new AbortController();
    const cancel = this.#options.clock.later(REST_TIMEOUT_MS, () =>
      abort.abort(new Error(`it does not take what is sent to it for ${REST_TIMEOUT_MS / 1000} s`)),
    );
    const held = [...this.#sessions.values()];
    const resting = await Promise.all(arrivals.map(([socket]) => restSocket(socket, abort.signal)));
    const sessions = (await Promise.all(held.map((each) => restSession(each, abort.signal)))).filter(
      (each) => each !== undefined,
    );
    cancel();
    const waiting = resting.filter((each) => each !== undefined);
    const sockets = [...waiting, ...sessions.flatMap(({ socket }) => (socket === undefined ? [] : [socket]))];
    return {
      cargo: {
        state: {
          instance: this.instance,
          registryState: this.#link.registryState,
          version: this.#options.version,
          counters: { ...this.counters },
          denials: this.denials,
          denied: { ...this.denied },
          md5Counters: { ...this.#md5?.counters },
          deviceTotals: this.#totals.handed(),
          md5Addresses: this.#md5?.addressesWithKeys ?? [],
          listeners: listeners.length,
          waiting: waiting.length,
          sessions: sessions.map(({ handed }) => handed),
        },
        descriptors: [...listeners, ...sockets.map(({ descriptor }) => descriptor)],
      },
      letGo: async () => {
        closeAll(listeners);
        await Promise.all(sockets.map((socket) => socket.letGo()));
      },
      resume: async () => {
        await this.#open(listeners);
        for (const socket of sockets) socket.resume();
        for (const { session } of held) session.thaw();
        this.#arrivals.resume();
        this.#link.start();
      },
    };
  }

  /** Goes on with what another process of this agent has left. */
  async #adopt({ cargo, onAdopted }: Inheritance): Promise<void> {
    const { state } = cargo;
    const descriptors = [...cargo.descriptors];
    const adopt = (input?: Uint8Array): Socket => {
      const descriptor = descriptors.shift();
      if (descriptor === undefined) throw new Error("a socket is missing");
      const socket = adoptSocket(descriptor, { input });
      socket.pause();
      return socket;
    };
    const goOn: (() => void)[] = [];
    try {
      this.#md5?.inherit(state.md5Addresses);
      await this.#open(descriptors.splice(0, state.listeners));
      for (let i = 0; i < state.waiting; i += 1) {
        const socket = adopt();
        goOn.push(() => this.#arrivals.accept(socket));
      }
      for (const handed of state.sessions) {
        const socket = handed.connection === undefined ? undefined : adopt(handed.connection.input);
        const { session, label, echo } = handed;
        this.#bounds.opened(session.deviceIp);
        socket?.once("close", () => this.#bounds.closed(session.deviceIp));
        goOn.push(this.#begin(socket, session, { label, echo }, handed));
      }
    } catch (error) {
      this.#listeners.close();
      closeAll(descriptors);
      throw error;
    }
    await onAdopted();
    for (const each of goOn) each();
  }

  /** Every session that waits for an ingest may attach now: a little apart, so that they don't all come at once. */
  #attachAll(): void {
    const { random } = this.#options;
    for (const session of this.sessions) session.ingestAvailable(random() * ATTACH_SPREAD_MS);
  }

  /**
   * Makes the session of a connection; what is returned sets it going.
   *
   * @param before the session as another process handed it over; without a socket where the device's end is over
   */
  #begin(
    socket: Socket | undefined,
    session: SessionIdentity,
    { label, echo }: { readonly label: string; readonly echo: RelayMetadata },
    before?: HandedSession,
  ): () => void {
    const logger = this.#options.logger.child(sessionLogFields(session, label));
    let withoutConnection = socket === undefined;
    socket?.once("close", () => {
      if (!this.#sessions.has(session.sessionId)) return;
      withoutConnection = true;
      this.#bounds.opened(session.deviceIp);
    });
    const connection =
      socket &&
      new DeviceConnection(
        socket,
        {
          onRun: (run) => deviceSession.deviceSent(run),
          onGarbage: (error) => {
            this.counters.garbage += 1;
            logger
              .limited(`garbage ${session.deviceIp}`, 60)
              .warn({ error: error.text }, "the device's bytes are no BGP; its connection is closed");
            deviceSession.deviceSentGarbage(error);
          },
          onClosed: (reason) => deviceSession.deviceClosed(reason),
        },
        (delayMs, run) => this.#options.clock.later(delayMs, run),
        before?.connection,
      );
    const deviceSession = new DeviceSession(
      connection ?? CLOSED_LINK,
      {
        identity: this.#identity,
        session,
        label,
        echo,
        backendPin: () => this.#link.ingest?.welcome.backendPin ?? "",
        clock: this.#options.clock,
        random: this.#options.random,
        logger,
        counters: this.counters,
        total: this.#totals.began(label),
        maxOutageMs: this.#options.maxOutageMs,
        retention: this.#retention,
        inFlight: this.#inFlight,
        attachTurns: this.#attachTurns,
        openStream: (metadata) => this.#openStream(metadata),
        onClosed: () => {
          this.#sessions.delete(session.sessionId);
          this.#totals.ended(label);
          if (withoutConnection) this.#bounds.closed(session.deviceIp);
        },
      },
      before,
    );
    return () => {
      if (before === undefined) this.counters.accepted += 1;
      this.#sessions.set(session.sessionId, { session: deviceSession, connection });
      const ends = {
        address: session.deviceIp,
        localAddress: session.proxyIp,
        inherited: before !== undefined,
      };
      if (socket !== undefined) this.#md5?.watch(socket, ends, (reason) => deviceSession.stop(reason));
      deviceSession.start();
      connection?.resume();
    };
  }

  #openStream(metadata: RelayMetadata): OpenedStream | undefined {
    const target = this.#link.ingest?.target;
    if (target === undefined) return undefined;
    if (this.#pool?.target !== target) {
      this.#pool = {
        target,
        connections: new ConnectionPool(relayConnector(target), this.#options.multi),
      };
    }
    const lease = this.#pool.connections.lease();
    return {
      stream: lease.connection.openData(metadata),
      backend: target.authority,
      release: (broken) => lease.release(broken),
    };
  }
}
