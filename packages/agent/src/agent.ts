/** The BGP proxy agent: listeners, the control link, and one {@link DeviceSession} for each device's connection. */
import { randomUUID } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { hostname } from "node:os";
import { formatAddress, parseAddress } from "@netferry/bgp";
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
import { type Clock, formatHostPort, type HostPort, listenOn, type Logger } from "@netferry/service";
import { ControlLink, type ControlLinkView } from "./control-link.ts";
import { type AgentCounters, createCounters } from "./counters.ts";
import { DeviceConnection } from "./device-connection.ts";
import { DeviceSession, type OpenedStream, sessionLogFields } from "./session.ts";
import { RetentionBudget, type RetentionLimits } from "./retention.ts";
import { type Denial, VerdictCache } from "./verdicts.ts";

/** Connections that devices may hold at once. */
export const MAX_SESSIONS = 20_000;
/** Connections that one address may hold at once: a router has one, or two while they collide. */
export const MAX_SESSIONS_PER_ADDRESS = 16;

/** Sessions that waited attach within this time of the ingest's return. */
const ATTACH_SPREAD_MS = 500;

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
}

export class Agent {
  readonly instance = randomUUID();
  readonly counters: AgentCounters = createCounters();
  readonly #options: AgentOptions;
  readonly #identity: AgentIdentity;
  readonly #link: ControlLink;
  readonly #verdicts: VerdictCache;
  readonly #servers: Server[] = [];
  readonly #sessions = new Map<string, DeviceSession>();
  /** Connections by device address, those that wait for a verdict too. */
  readonly #byAddress = new Map<string, number>();
  readonly #retention: RetentionBudget;
  #connections = 0;
  #pool: { readonly target: TrustedTarget; readonly connections: ConnectionPool } | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#identity = {
      email: options.email,
      token: options.token,
      version: options.version,
      instance: this.instance,
      siteId: options.siteId,
    };
    this.#retention = new RetentionBudget(options.retention);
    this.#verdicts = new VerdictCache(() => options.clock.monotonic());
    this.#link = new ControlLink({
      targets: options.targets,
      trust: options.trust,
      identity: this.#identity,
      clock: options.clock,
      random: options.random,
      logger: options.logger,
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
    return this.#servers.flatMap((server) => {
      const address = server.address();
      return address === null || typeof address === "string"
        ? []
        : [formatHostPort(address.address, address.port)];
    });
  }

  get sessions(): readonly DeviceSession[] {
    return [...this.#sessions.values()];
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

  /** Binds every listener, then connects to the ingest. Rejects with one line where a port can't be had. */
  async start(): Promise<void> {
    try {
      for (const at of this.#options.listen) this.#servers.push(await this.#listen(at));
    } catch (error) {
      for (const server of this.#servers) server.close();
      throw error;
    }
    this.#options.logger.info({ listeners: this.listeners }, "listening for BGP");
    this.#link.start();
  }

  /** Closes every session with a Cease and stops. */
  async stop(reason: string): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const session of this.sessions) session.stop(reason);
    this.#link.stop();
    // Lets the last bytes reach the devices and the ingest.
    await new Promise<void>((resolve) => this.#options.clock.later(100, resolve));
  }

  async #listen(at: HostPort): Promise<Server> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: false }, (socket) => {
      void this.#accept(socket);
    });
    await listenOn(server, at, {
      what: "BGP listener (--listen)",
      ipv6Only: true,
      onError: (error) => {
        this.counters.acceptFailures += 1;
        this.#options.logger
          .limited("accept", 60)
          .error({ err: error }, "a device's connection could not be taken");
      },
    });
    return server;
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
    const fromAddress = this.#byAddress.get(session.deviceIp) ?? 0;
    const known = this.#verdicts.find(session.deviceIp);
    if (known?.kind === "block") {
      this.counters.rejectedBlocked += 1;
      socket.destroy();
      return;
    }
    if (this.#connections >= MAX_SESSIONS || fromAddress >= MAX_SESSIONS_PER_ADDRESS) {
      if (this.#connections >= MAX_SESSIONS) this.counters.rejectedTooMany += 1;
      else this.counters.rejectedTooManyFromAddress += 1;
      this.#options.logger
        .limited(`too many ${session.deviceIp}`, 60)
        .warn(
          { "device-ip": session.deviceIp, connections: fromAddress },
          `connection refused: more than ${this.#connections >= MAX_SESSIONS ? `${MAX_SESSIONS} in all` : `${MAX_SESSIONS_PER_ADDRESS} from one address`}`,
        );
      socket.destroy();
      return;
    }
    this.#connections += 1;
    this.#byAddress.set(session.deviceIp, fromAddress + 1);
    socket.once("close", () => this.#connectionClosed(session.deviceIp));
    const outcome = known ?? (await this.#ask(session, device, proxy));
    if (socket.destroyed) return;
    if (outcome?.kind === "allow") this.#begin(socket, session, outcome);
    else socket.destroy();
  }

  /** Every session that waits for an ingest may attach now: a little apart, so that they don't all come at once. */
  #attachAll(): void {
    const { random } = this.#options;
    for (const session of this.#sessions.values()) session.ingestAvailable(random() * ATTACH_SPREAD_MS);
  }

  #connectionClosed(address: string): void {
    this.#connections -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }

  async #ask(
    session: SessionIdentity,
    device: Uint8Array,
    proxy: Uint8Array,
  ): Promise<VerdictOutcome | undefined> {
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

  #begin(socket: Socket, session: SessionIdentity, allow: Extract<VerdictOutcome, { kind: "allow" }>): void {
    this.counters.accepted += 1;
    const connection = new DeviceConnection(socket, {
      onRun: (run) => deviceSession.deviceSent(run),
      onGarbage: (error) => {
        this.counters.garbage += 1;
        logger.warn({ error: error.text }, "the device's bytes are no BGP; its connection is closed");
        deviceSession.deviceSentGarbage(error);
      },
      onClosed: (reason) => deviceSession.deviceClosed(reason),
    });
    const logger = this.#options.logger.child(sessionLogFields(session, allow.label));
    const deviceSession = new DeviceSession(connection, {
      identity: this.#identity,
      session,
      label: allow.label,
      echo: allow.metadata,
      backendPin: () => this.#link.ingest?.welcome.backendPin ?? "",
      clock: this.#options.clock,
      random: this.#options.random,
      logger,
      counters: this.counters,
      maxOutageMs: this.#options.maxOutageMs,
      retention: this.#retention,
      openStream: (metadata) => this.#openStream(metadata),
      onClosed: () => this.#sessions.delete(session.sessionId),
    });
    this.#sessions.set(session.sessionId, deviceSession);
    deviceSession.start();
    connection.resume();
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

/** Addresses of IPv4 devices on a dual-stack socket come as `::ffff:192.0.2.1`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}
