/** The BGP proxy agent: listeners, the control link, and one {@link DeviceSession} for each device's connection. */
import { randomUUID } from "node:crypto";
import type { Server, Socket } from "node:net";
import { hostname } from "node:os";
import { formatAddress, parseAddress } from "@netferry/bgp";
import { adoptSocket } from "@netferry/kernel";
import {
  type AgentIdentity,
  ConnectionPool,
  type RelayMetadata,
  RelayConnection,
  type SessionIdentity,
  type Target,
  type TrustedTarget,
  type TrustSettings,
  type VerdictOutcome,
} from "@netferry/relay";
import { type Clock, formatHostPort, type HostPort, type Logger } from "@netferry/service";
import { ConnectionCounts, MAX_SESSIONS, MAX_SESSIONS_PER_ADDRESS } from "./connection-counts.ts";
import { ControlLink, type ControlLinkView } from "./control-link.ts";
import { type AgentCounters, createCounters } from "./counters.ts";
import { DeviceConnection } from "./device-connection.ts";
import { type HeldSession, restSession, restSocket } from "./handover/resting.ts";
import type { HandedSession } from "./handover/state.ts";
import { type Cargo, closeAll } from "./handover/transfer.ts";
import { Listeners } from "./listeners.ts";
import { RetentionBudget, type RetentionLimits } from "./retention.ts";
import { sessionLogFields } from "./session-log.ts";
import type { DeviceLink, OpenedStream } from "./session-options.ts";
import { DeviceSession } from "./session.ts";
import { type Denial, VerdictCache } from "./verdicts.ts";

/** Sessions that waited attach within this time of the ingest's return. */
const ATTACH_SPREAD_MS = 500;
/** A device that connects while no ingest is there to ask waits this long for one. */
const INGEST_WAIT_MS = 5_000;
/** A device that does not take what was written to it within this time can't be handed over. */
const REST_TIMEOUT_MS = 3_000;

export interface AgentOptions {
  readonly listen: readonly HostPort[];
  readonly targets: readonly Target[];
  readonly trust: TrustSettings;
  readonly email: string;
  readonly token: string;
  readonly siteId: number;
  readonly version: string;
  /** Sessions that share one HTTP/2 connection. */
  readonly multi: number;
  /** How long a session may go without an ingest, milliseconds. */
  readonly maxOutageMs: number;
  readonly retention: RetentionLimits;
  /** The control stream came or went, or could not be had. */
  readonly onControlChange: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** What another process of this agent has handed over. */
  readonly inherited?: Inheritance | undefined;
}

export interface Inheritance {
  readonly cargo: Cargo;
  /** Called when everything is adopted, and before anything is read or written. */
  readonly onAdopted: () => Promise<void>;
}

/** An agent that has come to rest, for another process to go on. */
export interface RestingAgent {
  /** The descriptors are still this process's. */
  readonly cargo: Cargo;
  /** Closes everything without a word to any device. */
  letGo(): Promise<void>;
  /** Goes on after all. */
  resume(): Promise<void>;
}

/** A device's connection by its ends. */
interface Arrival {
  readonly session: SessionIdentity;
  readonly device: Uint8Array;
  readonly proxy: Uint8Array;
}

export class Agent {
  readonly instance: string;
  readonly counters: AgentCounters;
  readonly #options: AgentOptions;
  readonly #identity: AgentIdentity;
  readonly #link: ControlLink;
  readonly #verdicts: VerdictCache;
  readonly #listeners: Listeners;
  readonly #sessions = new Map<string, HeldSession>();
  readonly #connections = new ConnectionCounts();
  /** Connections that wait for a verdict. */
  readonly #waiting = new Map<Socket, Arrival>();
  /** Those who wait for an ingest that they can ask. */
  readonly #awaitingIngest = new Set<() => void>();
  readonly #retention: RetentionBudget;
  #resting = false;
  #pool: { readonly target: TrustedTarget; readonly connections: ConnectionPool } | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    const before = options.inherited?.cargo.state;
    this.instance = before?.instance ?? randomUUID();
    this.counters = createCounters(before?.counters);
    this.#listeners = new Listeners({
      listen: options.listen,
      onConnection: (socket) => void this.#accept(socket),
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
      knownInstance: before?.ingestInstance ?? "",
      hello: () => ({
        hostname: hostname(),
        listeners: this.listeners,
        siteId: options.siteId,
        sessions: this.#sessions.size,
      }),
      onConnected: ({ target, welcome }, restarted) => {
        if (restarted) this.#verdicts.clear();
        options.logger.info(
          {
            target: target.authority,
            "ingest-instance": welcome.ingestInstance,
            "ingest-version": welcome.version,
            module: "proxy/control",
          },
          "connected to the ingest",
        );
        for (const resolve of this.#awaitingIngest) resolve();
        this.#attachAll();
      },
      onChange: options.onControlChange,
      onPush: (message) => {
        if (message.type === "drain") {
          options.logger.info(
            { reason: message.reason, module: "proxy/control" },
            "the ingest is about to stop",
          );
          this.#link.leave(message.reason);
        } else if (message.type === "device-changed") {
          for (const address of message.deviceAddresses) this.#verdicts.forget(formatAddress(address));
        } else {
          this.#verdicts.remember(formatAddress(message.deviceAddress), message.outcome);
        }
      },
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

  get sessions(): readonly DeviceSession[] {
    return Array.from(this.#sessions.values(), ({ session }) => session);
  }

  /** Bytes kept for sessions that no ingest takes. */
  get retainedBytes(): number {
    return this.#retention.used;
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
    if (inherited === undefined) await this.#listeners.open();
    else await this.#adopt(inherited);
    logger.info({ listeners: this.listeners }, "listening for BGP");
    this.#link.start();
  }

  /** Closes every session with a Cease and stops. */
  async stop(reason: string): Promise<void> {
    this.#listeners.close();
    for (const session of this.sessions) session.stop(reason);
    this.#link.stop();
    // Lets the last bytes reach the devices and the ingest.
    await new Promise<void>((resolve) => this.#options.clock.later(100, resolve));
  }

  /**
   * Comes to rest for a successor: takes nothing more from devices, lets the ingest go, and gives all that there is. A
   * device that does not take what was written to it loses its session, by a Cease.
   */
  async rest(): Promise<RestingAgent> {
    this.#resting = true;
    for (const resolve of this.#awaitingIngest) resolve();
    this.#link.stop();
    const listeners = this.#listeners.rest();
    const abort = new AbortController();
    const cancel = this.#options.clock.later(REST_TIMEOUT_MS, () =>
      abort.abort(new Error(`it does not take what is sent to it for ${REST_TIMEOUT_MS / 1000} s`)),
    );
    const arrivals = [...this.#waiting];
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
          ingestInstance: this.#link.lastInstance,
          version: this.#options.version,
          counters: { ...this.counters },
          denials: this.denials,
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
        this.#resting = false;
        await this.#listeners.open(listeners);
        for (const socket of sockets) socket.resume();
        for (const { session } of held) session.thaw();
        for (const [socket, arrival] of arrivals) void this.#decide(socket, arrival);
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
      await this.#listeners.open(descriptors.splice(0, state.listeners));
      for (let i = 0; i < state.waiting; i += 1) {
        const socket = adopt();
        goOn.push(() => void this.#accept(socket));
      }
      for (const handed of state.sessions) {
        const socket = handed.connection === undefined ? undefined : adopt(handed.connection.input);
        const { session, label, echo } = handed;
        if (socket !== undefined) this.#count(socket, session.deviceIp);
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

  async #accept(socket: Socket): Promise<void> {
    // An error without a listener would end the process; what it says shows when the socket closes.
    socket.on("error", () => undefined);
    const { remoteAddress, remotePort, localAddress, localPort } = socket;
    const device = remoteAddress === undefined ? undefined : parseAddress(plainAddress(remoteAddress));
    const proxy = localAddress === undefined ? undefined : parseAddress(plainAddress(localAddress));
    if (device === undefined || proxy === undefined || remotePort === undefined || localPort === undefined) {
      socket.destroy();
      return;
    }
    const session: SessionIdentity = {
      sessionId: randomUUID(),
      deviceIp: formatAddress(device),
      devicePort: remotePort,
      proxyIp: formatAddress(proxy),
      proxyPort: localPort,
    };
    const known = this.#verdicts.find(session.deviceIp);
    if (known?.kind === "block") {
      this.counters.rejectedBlocked += 1;
      socket.destroy();
      return;
    }
    const bound = this.#connections.bound(session.deviceIp);
    if (bound !== undefined) {
      this.#tooMany(session.deviceIp, bound);
      socket.destroy();
      return;
    }
    this.#count(socket, session.deviceIp);
    if (known === undefined) await this.#decide(socket, { session, device, proxy });
    else this.#begin(socket, session, { label: known.label, echo: known.metadata })();
  }

  #tooMany(address: string, bound: "total" | "address"): void {
    if (bound === "total") this.counters.rejectedTooMany += 1;
    else this.counters.rejectedTooManyFromAddress += 1;
    this.#options.logger
      .limited(`too many ${address}`, 60)
      .warn(
        { "device-ip": address, connections: this.#connections.from(address) },
        `connection refused: more than ${bound === "total" ? `${MAX_SESSIONS} in all` : `${MAX_SESSIONS_PER_ADDRESS} from one address`}`,
      );
  }

  #count(socket: Socket, address: string): void {
    this.#connections.opened(address);
    socket.once("close", () => this.#connections.closed(address));
  }

  /** Asks the ingest what becomes of a connection. */
  async #decide(socket: Socket, arrival: Arrival): Promise<void> {
    this.#waiting.set(socket, arrival);
    const outcome = await this.#ask(arrival);
    // The successor asks again.
    if (this.#resting) return;
    this.#waiting.delete(socket);
    if (socket.destroyed) return;
    if (outcome?.kind === "allow")
      this.#begin(socket, arrival.session, { label: outcome.label, echo: outcome.metadata })();
    else socket.destroy();
  }

  /** Every session that waits for an ingest may attach now: a little apart, so that they don't all come at once. */
  #attachAll(): void {
    const { random } = this.#options;
    for (const session of this.sessions) session.ingestAvailable(random() * ATTACH_SPREAD_MS);
  }

  async #ask({ session, device, proxy }: Arrival): Promise<VerdictOutcome | undefined> {
    await this.#ingestToAsk();
    if (this.#resting) return undefined;
    const outcome = await this.#link.ask(device, proxy);
    if (outcome === undefined) {
      this.counters.rejectedNoVerdict += 1;
      this.#options.logger
        .limited(`no verdict ${session.deviceIp}`, 60)
        .warn(
          { "device-ip": session.deviceIp },
          "connection refused: no ingest says whether this device may peer; see the control stream's lines",
        );
      return undefined;
    }
    this.#verdicts.remember(session.deviceIp, outcome);
    if (outcome.kind === "block") {
      this.counters.rejectedBlocked += 1;
      this.#options.logger.warn(
        {
          component: "proxy/client-data",
          "device-ip": session.deviceIp,
          "local-addr": formatHostPort(session.proxyIp, session.proxyPort),
          "peer-addr": formatHostPort(session.deviceIp, session.devicePort),
          service: "netferry-agent",
          "session-id": session.sessionId,
          cause: outcome.cause,
          reason: outcome.reason,
          "ttl-seconds": outcome.ttlSeconds,
        },
        "Deny-listed an INVALID / UNKNOWN device",
      );
    }
    return outcome;
  }

  /** Resolves when there is an ingest to ask, or when it is no use to wait any longer. */
  async #ingestToAsk(): Promise<void> {
    if (this.#link.ingest !== undefined || this.#resting) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.later(INGEST_WAIT_MS, resolve);
    this.#awaitingIngest.add(resolve);
    await promise;
    this.#awaitingIngest.delete(resolve);
    cancel();
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
    const connection =
      socket &&
      new DeviceConnection(
        socket,
        {
          onRun: (run) => deviceSession.deviceSent(run),
          onGarbage: (error) => {
            this.counters.garbage += 1;
            logger.warn({ error: error.text }, "the device's bytes are no BGP; its connection is closed");
            deviceSession.deviceSentGarbage(error);
          },
          onClosed: (reason) => deviceSession.deviceClosed(reason),
        },
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
        maxOutageMs: this.#options.maxOutageMs,
        retention: this.#retention,
        openStream: (metadata) => this.#openStream(metadata),
        onClosed: () => this.#sessions.delete(session.sessionId),
      },
      before,
    );
    return () => {
      if (before === undefined) this.counters.accepted += 1;
      this.#sessions.set(session.sessionId, { session: deviceSession, connection });
      deviceSession.start();
      connection?.resume();
    };
  }

  #openStream(metadata: RelayMetadata): OpenedStream | undefined {
    const target = this.#link.ingest?.target;
    if (target === undefined) return undefined;
    if (this.#pool?.target !== target) {
      const open = () => new RelayConnection(target);
      this.#pool = { target, connections: new ConnectionPool(open, this.#options.multi) };
    }
    const lease = this.#pool.connections.lease();
    return {
      stream: lease.connection.openData(metadata),
      backend: target.authority,
      release: (broken) => lease.release(broken),
    };
  }
}

/** The end of a device that is gone. */
const CLOSED_LINK: DeviceLink = {
  pause: () => undefined,
  resume: () => undefined,
  write: (_run, done) => done(),
  end: () => undefined,
};

/** Addresses of IPv4 devices on a dual-stack socket come as `::ffff:192.0.2.1`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}
