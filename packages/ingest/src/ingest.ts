/** The ingest server: relay, direct listeners, peering, RIB and HTTP API, put together. */
import { randomInt, randomUUID } from "node:crypto";
import { formatAddress, formatIPv4, parseAddress } from "@netferry/bgp";
import { openSqliteRegistry, type Registry } from "@netferry/registry";
import { DEFAULT_WINDOW_BYTES, MetadataKey, type RelayMetadata, RelayServer } from "@netferry/relay";
import { Rib } from "@netferry/rib";
import {
  addLogMetrics,
  addHostMetrics,
  addHttpMetrics,
  addProcessMetrics,
  type Clock,
  EventLoopCheck,
  createHttpAcceptor,
  formatHostPort,
  HealthMonitor,
  type HostPort,
  LagMeter,
  listenError,
  loadCertificate,
  type Logger,
  maxDescriptors,
  MetricRegistry,
  OperatorError,
  serveHttp,
  type ServerCertificate,
} from "@netferry/service";
import { type DataDir, openDataDir, ownCertificate } from "./data-dir.ts";
import { DeviceRuntimes } from "./devices/device-runtimes.ts";
import { identifierBytes, Peering } from "./devices/peering.ts";
import { SavedSlots } from "./devices/saved-slots.ts";
import { ingestLimits } from "./connection-limits.ts";
import { DirectListener } from "./direct-listener.ts";
import { DirectMd5 } from "./direct-md5.ts";
import { createExportApi, createIngestApi } from "./http/api.ts";
import { addIngestChecks } from "./ingest-checks.ts";
import { addIngestMetrics } from "./ingest-metrics.ts";
import { Roster } from "./devices/roster.ts";
import { createIngestView } from "./ingest-view.ts";
import { PathRate } from "./path-rate.ts";
import { Agents } from "./relay/agents.ts";
import { DataStreams } from "./relay/data-streams.ts";
import { RelayRefusals } from "./relay/relay-refusals.ts";
import { RestoredSessions } from "./relay/restored-sessions.ts";
import { verdictOf } from "./relay/verdict.ts";
import { AgentTelemetry } from "./telemetry/agent-telemetry.ts";
import { Snapshots } from "./snapshot/snapshots.ts";

/** What agents are told they have until this ingest is gone. */
const DRAIN_MS = 3_000;
const SETTING_INSTANCE = "ingest.instance";
const SETTING_ROUTER_ID = "ingest.router-id";
const FIRST_ACCOUNT = "admin@netferry.local";

export interface IngestOptions {
  readonly dataDir: string;
  readonly relayListen: HostPort;
  readonly httpListen: HostPort;
  readonly bgpListen: readonly HostPort[];
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Dotted quad; undefined: chosen at the first start, and kept. */
  readonly routerId: string | undefined;
  readonly localAsn: number | undefined;
  /** Speak plain HTTP also on addresses that others can reach. */
  readonly httpInsecure: boolean;
  /** Take agents without TLS. */
  readonly relayInsecure: boolean;
  /** How long a relayed session is held without its agent, milliseconds. */
  readonly holdDetachedMs: number;
  /** How long the paths of a device that is away stay, milliseconds. */
  readonly staleTimeMs: number;
  /** Between snapshots of the routes, milliseconds; 0: only when ingest stops. */
  readonly snapshotIntervalMs: number;
  /** Undefined: in the data directory. */
  readonly secretKeyFile: string | undefined;
  /** Forget the devices' MD5 keys: the file that opens them was lost. */
  readonly discardMd5Keys: boolean;
  /** Give the first account a new token: the old one was lost. */
  readonly rotateToken: boolean;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a first start tells the operator, once. */
export interface NewAccount {
  readonly email: string;
  readonly token: string;
}

/** How the parts can be reached. */
export interface IngestAddresses {
  readonly relay: string;
  readonly http: string;
  readonly bgp: readonly string[];
}

export class Ingest {
  readonly addresses: IngestAddresses;
  readonly certificate: ServerCertificate;
  /** The file of the certificate that ingest made for itself; undefined where it was given one. */
  readonly ownCertificateFile: string | undefined;
  /** Set on a first start. */
  readonly newAccount: NewAccount | undefined;
  readonly routerId: string;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.addresses = parts.addresses;
    this.certificate = parts.certificate;
    this.ownCertificateFile = parts.ownCertificateFile;
    this.newAccount = parts.newAccount;
    this.routerId = parts.routerId;
  }

  /** Starts everything, or nothing: rejects with an `OperatorError` where something can't be had. */
  static async start(options: IngestOptions): Promise<Ingest> {
    const opened: Closing[] = [];
    try {
      return new Ingest(await startParts(options, opened));
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  /**
   * Stops: agents are told, relayed sessions are handed back to them, devices that dialled ingest get a Cease, and
   * what was under way over HTTP may end.
   */
  async stop(): Promise<void> {
    const { agents, streams, peering, direct, snapshots, clock, opened } = this.#parts;
    direct.close();
    agents.drain("ingest stops", DRAIN_MS);
    streams.handOver("ingest stops");
    peering.stopDirect();
    const deadline = clock.monotonic() + DRAIN_MS;
    // Agents settle their counters and let go; what is not settled by then is asked for again.
    do {
      await new Promise<void>((resolve) => clock.later(50, resolve));
    } while (streams.attached > 0 && clock.monotonic() < deadline);
    await snapshots.stop();
    await snapshots.write(true);
    await closeAll(opened);
  }
}

/** Closes something that was opened. */
type Closing = () => void | Promise<void>;

/** What was opened last is closed first. */
async function closeAll(opened: readonly Closing[]): Promise<void> {
  for (const close of opened.toReversed()) await close();
}

interface Parts {
  readonly addresses: IngestAddresses;
  readonly certificate: ServerCertificate;
  readonly ownCertificateFile: string | undefined;
  readonly newAccount: NewAccount | undefined;
  readonly routerId: string;
  readonly agents: Agents;
  readonly streams: DataStreams;
  readonly peering: Peering;
  readonly direct: DirectListener;
  readonly snapshots: Snapshots;
  readonly clock: Clock;
  readonly opened: readonly Closing[];
}

async function startParts(options: IngestOptions, opened: Closing[]): Promise<Parts> {
  const { clock, logger, version } = options;
  const httpFault = (error: unknown, request: object): void =>
    logger.error({ err: error, ...request }, "HTTP API: a request failed");
  const startedAt = clock.now();
  const dataDir = openDataDir(options.dataDir, process.pid);
  opened.push(() => dataDir.release());
  const registry = openSqliteRegistry(dataDir.registryFile, {
    clock: clock.now,
    secretKeyFile: options.secretKeyFile ?? dataDir.secretKeyFile,
    discardMd5Keys: options.discardMd5Keys,
  });
  opened.push(() => registry.close());
  // Before anybody else hears of a change, so that nobody sees what was there before it.
  const roster = new Roster(registry);
  const instance = keptSetting(registry, SETTING_INSTANCE, randomUUID);
  const routerId = settleRouterId(registry, options.routerId);
  const { certificate, ownCertificateFile } = await settleCertificate(options, dataDir, clock.now());

  const rib = new Rib({ seed: [randomInt(2 ** 32), randomInt(2 ** 32)] });
  const devices = new DeviceRuntimes({ rib, clock, logger, staleTimeMs: options.staleTimeMs });
  const peering = new Peering({
    registry,
    rib,
    clock,
    logger,
    routerId: identifierOf(routerId),
    localAsn: options.localAsn,
    version,
    devices,
  });
  /** Another one at each start: agents tell by it that sessions here are gone. */
  const processInstance = randomUUID();
  const agents = new Agents({
    clock,
    logger,
    welcome: { ingestInstance: processInstance, version, backendPin: processInstance.slice(0, 8) },
    // Keys travel encrypted or not at all.
    verdict: ({ wantsMd5Key, ...question }) =>
      verdictOf(
        { ...question, wantsMd5Key: wantsMd5Key && !options.relayInsecure },
        peering,
        registry,
        logger,
      ),
    sessionsOf: (agentInstance) => {
      let sessions = 0;
      for (const { session } of devices.sessions()) {
        if (session.transport.agentInstance === agentInstance) sessions += 1;
      }
      return sessions;
    },
  });
  const directMd5 = new DirectMd5(registry, logger);
  const restored = new RestoredSessions();
  const snapshots = new Snapshots({
    file: dataDir.snapshotFile,
    slots: new SavedSlots(devices, registry, restored),
    attributes: rib.attributes,
    clock,
    logger,
    version,
    intervalMs: options.snapshotIntervalMs,
  });
  await snapshots.load();
  const streams = new DataStreams({
    clock,
    logger,
    windowBytes: DEFAULT_WINDOW_BYTES,
    holdDetachedMs: options.holdDetachedMs,
    begin: (transport, siteId, beginning) => peering.begin(transport, siteId, beginning),
    onIncomplete: (transportId, cause) => peering.routesIncomplete(transportId, cause),
    restored,
  });
  opened.push(
    registry.onChange((change) => {
      logger.info(
        { device: (change.after ?? change.before)?.name, "device-id": change.deviceId },
        `device ${change.kind}`,
      );
      peering.deviceChanged(change);
      directMd5.deviceChanged(change);
      agents.deviceChanged(change);
    }),
  );

  snapshots.start();
  opened.push(() => snapshots.stop());

  const telemetry = new AgentTelemetry(clock.now);
  // On the relay's port an agent finds it at the host and port that it was given.
  const exportApi = createExportApi({ registry, telemetry, onFault: httpFault });
  const exportsAtRelay = createHttpAcceptor({
    app: exportApi,
    what: "exports at the relay listener",
    logger,
  });
  opened.push(() => exportsAtRelay.close());
  const limits = ingestLimits(maxDescriptors());
  const relayRefusals = new RelayRefusals(clock, logger);
  const relay = new RelayServer({
    certificate: options.relayInsecure ? undefined : certificate,
    onHttp1: (socket) => exportsAtRelay.accept(socket),
    maxConnections: limits.relay,
    onRefused: (cause, address) => relayRefusals.refused(cause, address),
    handlers: {
      onControl: (stream) => {
        const account = authenticate(registry, stream, logger);
        if (account !== undefined) agents.accept(stream, account.email);
      },
      onData: (stream) => {
        const account = authenticate(registry, stream, logger);
        if (account !== undefined) streams.accept(stream, account.id);
      },
    },
  });
  opened.push(() => relay.close());
  const relayAt = { host: options.relayListen.host || "::", port: options.relayListen.port };
  const relayPort = await relay.listen(relayAt.host, relayAt.port).catch((error: unknown) => {
    throw listenError(error, "relay listener (--relay-listen)", formatHostPort(relayAt.host, relayAt.port));
  });

  const direct = new DirectListener({
    peering,
    md5: directMd5,
    limits: { connections: limits.direct, descriptors: limits.descriptors },
    clock,
    logger,
  });
  opened.push(() => direct.close());
  for (const at of options.bgpListen) await direct.listen(at);

  const metrics = new MetricRegistry({ service: "netferry-ingest", version });
  opened.push(addProcessMetrics(metrics, version));
  addHostMetrics(metrics, [options.dataDir]);
  addLogMetrics(metrics, logger);
  const pathRate = new PathRate(clock, () => peering.pathsApplied);
  opened.push(() => pathRate.stop());
  const health = new HealthMonitor({ clock, logger });
  const lagMeter = new LagMeter();
  opened.push(() => lagMeter.stop());
  const eventLoop = new EventLoopCheck(lagMeter);
  addIngestChecks(health, {
    registry,
    eventLoop,
    listeners: () => [
      { what: "relay listener", server: relay.socket },
      ...direct.servers.map((server) => ({ what: "BGP listener", server })),
    ],
  });
  health.start();
  opened.push(() => health.stop());

  const addresses: { relay: string; http: string; bgp: readonly string[] } = {
    relay: formatHostPort(relayAt.host, relayPort),
    http: "",
    bgp: direct.addresses,
  };
  const view = createIngestView({
    registry,
    roster,
    rib,
    devices,
    agents,
    instance,
    routerId,
    version,
    startedAt,
    clock,
    addresses,
    pathRate,
    metrics,
    health,
    eventLoop,
    telemetry,
  });
  const api = createIngestApi({
    view,
    version,
    onFault: httpFault,
  });
  addIngestMetrics(metrics, {
    api,
    exportApi,
    exportsAtRelay,
    view,
    roster,
    devices,
    peering,
    agents,
    streams,
    relayRefusals,
    direct,
    rib,
    snapshots,
  });
  const plain = options.httpInsecure || isLoopback(options.httpListen.host);
  const http = await serveHttp({
    app: api,
    listen: options.httpListen,
    what: "HTTP API (--http-listen)",
    logger,
    ...(plain ? {} : { tls: certificate }),
  });
  opened.push(() => http.close(1));
  addHttpMetrics(metrics, () => http);
  addresses.http = http.url;
  // Last, so that a start that fails for a port that is taken shows no token that nobody keeps.
  const newAccount = firstAccount(registry, options.rotateToken);
  return {
    addresses,
    certificate,
    ownCertificateFile,
    newAccount,
    routerId,
    agents,
    streams,
    peering,
    direct,
    snapshots,
    clock,
    opened,
  };
}

/** The account of a stream's credentials; without one the stream ends and says so. */
function authenticate(
  registry: Registry,
  stream: AnyStream,
  logger: Logger,
): { readonly id: number; readonly email: string } | undefined {
  const email = stream.metadata.get(MetadataKey.email) ?? "";
  const account = registry.verify(email, stream.metadata.get(MetadataKey.token) ?? "");
  if (account !== undefined) return account;
  logger
    .limited(`credentials ${email}`, 60)
    .warn(
      { email, remote: stream.peer },
      "an agent's credentials are wrong; it has to be given another --email or --token",
    );
  stream.end({ code: "unauthenticated", message: "the email or the token is wrong" });
  return undefined;
}

/** What every stream has, whatever it carries. */
interface AnyStream {
  readonly metadata: RelayMetadata;
  readonly peer: string;
  end(status: { code: "unauthenticated"; message: string }): void;
}

/** The account of a first start, or a new token for the first one there is. */
function firstAccount(registry: Registry, rotateToken: boolean): NewAccount | undefined {
  const [first] = registry.accounts();
  if (first !== undefined && !rotateToken) return undefined;
  const { account, token } =
    first === undefined ? registry.addAccount(FIRST_ACCOUNT) : registry.rotateToken(first.email);
  return { email: account.email, token };
}

function keptSetting(registry: Registry, key: string, make: () => string): string {
  const kept = registry.setting(key);
  if (kept !== undefined) return kept;
  const made = make();
  registry.setSetting(key, made);
  return made;
}

/**
 * The BGP identifier: given, or chosen at the first start. It has to differ from the devices' in their AS (RFC 6286),
 * so it comes from class E, where no interface of a device has its address.
 */
function settleRouterId(registry: Registry, given: string | undefined): string {
  if (given !== undefined) return given;
  return keptSetting(registry, SETTING_ROUTER_ID, () =>
    formatIPv4(identifierBytes(0xf0000000 + randomInt(1, 0x0ffffffe))),
  );
}

function identifierOf(routerId: string): number {
  const bytes = parseAddress(routerId);
  if (bytes === undefined || bytes.length !== 4 || formatAddress(bytes) === "0.0.0.0") {
    throw new OperatorError(`--router-id ${routerId} is no IPv4 address other than 0.0.0.0`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

async function settleCertificate(
  options: IngestOptions,
  dataDir: DataDir,
  now: number,
): Promise<{ certificate: ServerCertificate; ownCertificateFile: string | undefined }> {
  if (options.tls !== undefined) {
    return { certificate: await loadCertificate(options.tls), ownCertificateFile: undefined };
  }
  const { host } = options.relayListen;
  const listening = parseAddress(host) === undefined ? [] : [host];
  const { certificate } = await ownCertificate(dataDir, listening, now);
  return { certificate, ownCertificateFile: dataDir.certificateFile };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
