/** An agent's session and an ingest, the real ones, over a network and a clock that the test moves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPrefix, IPV4_UNICAST, pathView } from "@netferry/bgp";
import { createMemoryRegistry, type Registry } from "@netferry/registry";
import { FlowBudget } from "@netferry/relay";
import { Rib } from "@netferry/rib";
import { createLogger } from "@netferry/service";
import { ManualClock } from "@netferry/testkit";
import { AttachTurns } from "../../packages/agent/src/attach-turns.ts";
import { createCounters } from "../../packages/agent/src/counters.ts";
import { decodeState, encodeState, type HandedSession } from "../../packages/agent/src/handover/state.ts";
import { RetentionBudget } from "../../packages/agent/src/retention.ts";
import type { SessionOptions } from "../../packages/agent/src/session-options.ts";
import { DeviceSession } from "../../packages/agent/src/session.ts";
import { DeviceRuntimes } from "../../packages/ingest/src/devices/device-runtimes.ts";
import { Peering } from "../../packages/ingest/src/devices/peering.ts";
import { SavedSlots } from "../../packages/ingest/src/devices/saved-slots.ts";
import { DataStreams } from "../../packages/ingest/src/relay/data-streams.ts";
import { RestoredSessions } from "../../packages/ingest/src/relay/restored-sessions.ts";
import { Snapshots } from "../../packages/ingest/src/snapshot/snapshots.ts";
import { MemoryStream } from "./memory-stream.ts";
import { ASN, Router } from "./router.ts";

const DEVICE = "192.0.2.1";
const WINDOW = 600;

export interface WorldOptions {
  /** Whether the router marks the boundaries of a refresh. */
  readonly enhanced: boolean;
  /** Bytes that the agent may keep without an ingest. */
  readonly retain: number;
}

interface RunningIngest {
  readonly devices: DeviceRuntimes;
  readonly streams: DataStreams;
  readonly snapshots: Snapshots;
  readonly rib: Rib;
}

export class World {
  readonly clock = new ManualClock();
  readonly router: Router;
  readonly counters = createCounters();
  readonly #dir = mkdtempSync(join(tmpdir(), "netferry-model-"));
  readonly #registry: Registry;
  readonly #logger = createLogger({ destination: { write: () => undefined } });
  #ingest: RunningIngest | undefined;
  /** Hand-overs of a session that had dropped UPDATEs. */
  handedLossy = 0;
  #stream: MemoryStream | undefined;
  readonly #retention: RetentionBudget;
  #session: DeviceSession;

  constructor(options: WorldOptions) {
    this.#registry = createMemoryRegistry({ clock: () => this.clock.now() });
    this.#registry.addDevice({ name: "r1", addresses: [DEVICE], asn: ASN, families: ["ipv4-unicast"] });
    this.router = new Router(options.enhanced, this.clock);
    this.#retention = new RetentionBudget({ perSession: options.retain, total: options.retain });
    this.#session = this.#newSession(undefined);
  }

  /** @param before the session as the agent process before has left it */
  #newSession(before: HandedSession | undefined): DeviceSession {
    const options: SessionOptions = {
      identity: { email: "a@b", token: "t", version: "1", instance: "agent", siteId: 0 },
      session: {
        sessionId: "11111111-2222-3333-4444-555555555555",
        deviceIp: DEVICE,
        devicePort: 1,
        proxyIp: "192.0.2.2",
        proxyPort: 179,
      },
      label: "r1",
      echo: new Map(),
      backendPin: () => "",
      clock: this.clock,
      random: () => 0.5,
      logger: this.#logger,
      counters: this.counters,
      total: { bytesUp: 0, bytesDown: 0, messagesUp: 0, messagesDown: 0 },
      maxOutageMs: 10_000_000,
      retention: this.#retention,
      inFlight: new FlowBudget(1e9),
      attachTurns: new AttachTurns(),
      openStream: (metadata) => {
        const ingest = this.#ingest;
        if (ingest === undefined) return undefined;
        this.#stream?.cut();
        const stream = new MemoryStream(metadata);
        this.#stream = stream;
        ingest.streams.accept(stream.ingest, 1);
        return { stream: stream.agent, backend: "memory", release: () => undefined };
      },
      onClosed: () => undefined,
    };
    return new DeviceSession(this.router, options, before);
  }

  /**
   * Another process of the agent goes on with the session, by way of what crosses between them; or it fails to, and
   * this one goes on. `late` frames of the ingest arrive while the old one is at rest.
   */
  handOver(succeeds: boolean, late: number): void {
    const state = {
      instance: "agent",
      registryState: "",
      version: "1",
      counters: {},
      denials: [],
      denied: {},
      md5Counters: {},
      deviceTotals: [],
      md5Addresses: [],
      listeners: 0,
      waiting: 0,
    };
    this.#session.freeze();
    this.router.atRest = true;
    for (let i = 0; i < late; i += 1) this.down();
    this.router.atRest = false;
    if (this.#session.view().lossy) this.handedLossy += 1;
    const connection = { input: new Uint8Array(0), bytesIn: 0, bytesOut: 0 };
    const sessions = [this.#session.handed(connection)];
    const [handed] = decodeState(Buffer.concat(encodeState({ ...state, sessions }))).sessions;
    if (!succeeds) {
      this.#session.thaw();
      return;
    }
    // What the old one had taken of the budget is its own.
    this.#retention.give(this.#retention.used);
    this.#session = this.#newSession(handed);
    this.#session.start();
  }

  async begin(): Promise<void> {
    await this.startIngest();
    this.#session.start();
    this.router.connect((run) => this.#session.deviceSent(run));
    this.settle();
  }

  /** A new ingest process, with what the last one left in its snapshot. */
  async startIngest(): Promise<void> {
    const { clock } = this;
    const rib = new Rib({ seed: [1, 2] });
    const devices = new DeviceRuntimes({ rib, clock, logger: this.#logger, staleTimeMs: 5_000_000 });
    const peering = new Peering({
      registry: this.#registry,
      rib,
      devices,
      clock,
      logger: this.#logger,
      routerId: 0xf0000001,
      localAsn: undefined,
      version: "1",
    });
    const restored = new RestoredSessions();
    const snapshots = new Snapshots({
      file: join(this.#dir, "snapshot"),
      slots: new SavedSlots(devices, this.#registry, restored),
      attributes: rib.attributes,
      clock,
      logger: this.#logger,
      version: "1",
      intervalMs: 0,
    });
    await snapshots.load();
    const streams = new DataStreams({
      clock,
      logger: this.#logger,
      windowBytes: WINDOW,
      holdDetachedMs: 10_000_000,
      begin: (transport, siteId, beginning) => peering.begin(transport, siteId, beginning),
      onIncomplete: (id, cause) => peering.routesIncomplete(id, cause),
      restored,
    });
    this.#ingest = { devices, streams, snapshots, rib };
  }

  /** Sessions that went on from a snapshot, at the ingest that runs now. */
  get restored(): number {
    return this.#ingest?.streams.counters.restored ?? 0;
  }

  up(): boolean {
    return this.#stream?.up() ?? false;
  }

  down(): boolean {
    return this.#stream?.down() ?? false;
  }

  cut(): void {
    this.#stream?.cut();
  }

  /** The ingest dies; another one starts with the last snapshot, if there is one. */
  async crash(): Promise<void> {
    this.#ingest = undefined;
    this.cut();
    await this.startIngest();
  }

  /** What a running ingest writes now and then. */
  async snapshot(): Promise<void> {
    await this.#ingest?.snapshots.write(false);
  }

  /** The ingest stops in order and starts again; `settled` frames of each direction arrive before it is gone. */
  async restart(settled: number): Promise<void> {
    const ingest = this.#ingest;
    if (ingest === undefined) return;
    ingest.streams.handOver("stops");
    for (let i = 0; i < settled; i += 1) {
      this.down();
      this.up();
    }
    this.#ingest = undefined;
    await ingest.snapshots.write(true);
    this.cut();
    await this.startIngest();
  }

  /** Lets everything arrive, and time go by: longer than any retry, any quiet interval and the hold time. */
  settle(): void {
    for (let second = 0; second < 120; second += 1) {
      while (this.up() || this.down());
      this.clock.advance(1_000);
    }
  }

  /** What the ingest says of the router: prefix → MED, and whether any of it is stale. */
  held(): { readonly routes: ReadonlyMap<string, number | undefined>; readonly stale: number } {
    const routes = new Map<string, number | undefined>();
    const table = this.#ingest?.devices.tableOf(1, IPV4_UNICAST);
    for (const { nlri, paths } of table?.walk(IPV4_UNICAST, { limit: 10_000 }).routes ?? []) {
      for (const { attributeId } of paths) {
        const bytes = this.#ingest?.rib.attributes.bytes(attributeId) ?? new Uint8Array(0);
        routes.set(formatPrefix(IPV4_UNICAST, nlri), pathView(bytes).med);
      }
    }
    return { routes, stale: table?.staleCount() ?? 0 };
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
