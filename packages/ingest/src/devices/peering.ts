/**
 * Who may peer, the sessions that do, and whose routes count: the owner of everything ingest knows about devices
 * while it runs.
 */
import {
  ceaseNotification,
  CeaseSubcode,
  type DownReason,
  downReasonText,
  type Family,
  familyName,
  formatAddress,
  IPV4_UNICAST,
  IPV6_UNICAST,
  parseFamilyName,
  resolveCollision,
  type SessionConfig,
  type SessionContext,
} from "@netferry/bgp";
import type { Device, DeviceChange, Registry } from "@netferry/registry";
import type { BlockCause } from "@netferry/relay";
import type { Rib, RibTable } from "@netferry/rib";
import type { Clock, Logger } from "@netferry/service";
import { addCounters, AdjRibIn, createUpdateCounters, type UpdateCounters } from "../rib/adj-rib-in.ts";
import { PeerSession } from "../session/peer-session.ts";
import type { Transport } from "../session/transport.ts";
import { DeviceRoutes } from "./device-routes.ts";
import { RouteSlot } from "./route-slot.ts";

/** Sessions of one device at once: one per address, and those that are about to replace them. */
const MAX_SESSIONS_PER_DEVICE = 16;
/** How long a block holds, the documented 20 minutes; a change of the registry lifts it at once. */
const BLOCK_SECONDS = 1_200;

/** May a device peer from an address? */
export type Admission =
  | { readonly kind: "allow"; readonly device: Device }
  | {
      readonly kind: "block";
      readonly cause: BlockCause;
      readonly reason: string;
      readonly ttlSeconds: number;
    };

/** A session that is on its way up or up. */
export interface LiveSession {
  readonly session: PeerSession;
  readonly device: Device;
  readonly counters: UpdateCounters;
  readonly slot: RouteSlot | undefined;
  /** What the OPENs agreed on; kept for the time after the machine has forgotten it. */
  readonly context: SessionContext | undefined;
}

/** What is known of a device, beyond the registry. */
export interface DeviceRuntime {
  readonly live: readonly LiveSession[];
  readonly flaps: number;
  readonly lastDown: { readonly at: number; readonly reason: string } | undefined;
  /** Why the last attempt failed; undefined once a session is up. */
  readonly lastError: { readonly at: number; readonly text: string } | undefined;
  readonly slots: ReadonlyMap<string, RouteSlot>;
}

interface Live {
  readonly session: PeerSession;
  device: Device;
  readonly counters: UpdateCounters;
  slot: RouteSlot | undefined;
  context: SessionContext | undefined;
}

interface Runtime {
  live: Live[];
  flaps: number;
  lastDown: DeviceRuntime["lastDown"];
  lastError: DeviceRuntime["lastError"];
  /** By the address that the device peers from. */
  readonly slots: Map<string, RouteSlot>;
}

export interface PeeringOptions {
  readonly registry: Registry;
  readonly rib: Rib;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The BGP identifier that ingest sends, uint32. */
  readonly routerId: number;
  /** Local ASN towards devices that name none; undefined: the device's own. */
  readonly localAsn: number | undefined;
  readonly version: string;
}

export class Peering {
  readonly #options: PeeringOptions;
  readonly #devices = new Map<number, Runtime>();
  /** What sessions that are over have counted. */
  readonly #past = createUpdateCounters();

  constructor(options: PeeringOptions) {
    this.#options = options;
  }

  /** @param siteId 0 for any site */
  admit(address: string, siteId: number): Admission {
    const match = this.#options.registry.findByAddress(address, siteId === 0 ? undefined : siteId);
    if (match.kind === "ambiguous") {
      const names = match.devices.map(({ name }) => name).join(", ");
      return block(
        "ambiguous-address",
        `${address} belongs to devices of several sites (${names}); give the agent its --site-id`,
      );
    }
    if (match.kind === "unknown") {
      const elsewhere = match.elsewhere.map(({ name }) => name).join(", ");
      return block(
        "unknown-device",
        elsewhere === ""
          ? `no device has the address ${address}; register it: netferry device add NAME --address ${address} --asn N`
          : `no device of site ${siteId} has the address ${address} (${elsewhere} has, elsewhere); check --site-id or the device's site`,
      );
    }
    const { device } = match;
    if (device.type !== "peer") {
      return block(
        "not-peering",
        `device ${device.name} is of type ${device.type}; change it: netferry device set ${device.name} --type peer`,
      );
    }
    return { kind: "allow", device };
  }

  /** Starts a session over a transport; a text says why it can't be. */
  begin(transport: Transport, siteId: number): string | undefined {
    const admission = this.admit(transport.deviceAddress, siteId);
    if (admission.kind === "block") return admission.reason;
    const { device } = admission;
    const runtime = this.#runtimeOf(device.id);
    if (runtime.live.length >= MAX_SESSIONS_PER_DEVICE) {
      return `device ${device.name} has ${MAX_SESSIONS_PER_DEVICE} sessions already`;
    }
    const logger = this.#options.logger.child({
      device: device.name,
      "session-id": transport.id,
      "peer-addr": transport.peer,
      via: transport.via,
    });
    const session = new PeerSession({
      transport,
      config: this.#configOf(device),
      clock: this.#options.clock,
      hooks: {
        onOpenConfirm: () => this.#resolveCollisions(runtime, live, logger),
        onEstablished: (_session, context) => this.#established(runtime, live, context, logger),
        onRouteRefresh: (_session, message) => live.adjRibIn?.refresh(message),
        onDown: (_session, reason, ending) => this.#down(runtime, live, reason, ending, logger),
      },
    });
    const live: Live & { adjRibIn?: AdjRibIn } = {
      session,
      device,
      counters: createUpdateCounters(),
      slot: undefined,
      context: undefined,
    };
    runtime.live.push(live);
    session.start();
    return undefined;
  }

  /** Everything that is known of a device; undefined for one that never came. */
  runtime(deviceId: number): DeviceRuntime | undefined {
    return this.#devices.get(deviceId);
  }

  /** Every session there is. */
  *sessions(): Generator<LiveSession> {
    for (const runtime of this.#devices.values()) yield* runtime.live;
  }

  /** A device's routes over all its peerings; undefined where it has none yet. */
  routesOf(deviceId: number): DeviceRoutes | undefined {
    const runtime = this.#devices.get(deviceId);
    if (runtime === undefined) return undefined;
    const tables = [...runtime.slots.values()].flatMap(({ table }) => (table === undefined ? [] : [table]));
    return tables.length === 0
      ? undefined
      : new DeviceRoutes(tables, (family) => this.tableOf(deviceId, family));
  }

  /** Every table with routes. */
  *tables(): Generator<RibTable> {
    for (const runtime of this.#devices.values()) {
      for (const { table } of runtime.slots.values()) if (table !== undefined) yield table;
    }
  }

  /** What all sessions have counted since ingest started. */
  totals(): UpdateCounters {
    const totals = { ...this.#past };
    for (const { counters } of this.sessions()) addCounters(totals, counters);
    return totals;
  }

  /** Paths announced and withdrawn since ingest started. */
  get pathsApplied(): number {
    const { announced, withdrawn } = this.totals();
    return announced + withdrawn;
  }

  /**
   * The table whose routes count for a device and family: that of the oldest established session which carries the
   * family, else one whose routes wait for the device to come back.
   */
  tableOf(deviceId: number, family: Family): RibTable | undefined {
    const runtime = this.#devices.get(deviceId);
    if (runtime === undefined) return undefined;
    for (const { context, slot, session } of runtime.live) {
      if (
        session.state.name === "established" &&
        slot !== undefined &&
        context?.families.has(family) === true
      ) {
        return slot.table;
      }
    }
    for (const { table } of runtime.slots.values()) {
      if (table !== undefined && table.routeCount(family) > 0) return table;
    }
    return undefined;
  }

  /** The registry has changed a device: its sessions end where they are not what it says any more. */
  deviceChanged(change: DeviceChange): void {
    const runtime = this.#devices.get(change.deviceId);
    if (runtime === undefined) return;
    const { after } = change;
    if (after === undefined || after.type !== "peer") {
      for (const { session } of runtime.live) session.stop(ceaseNotification(CeaseSubcode.peerDeconfigured));
      for (const slot of runtime.slots.values()) slot.close();
      runtime.slots.clear();
      if (after === undefined) this.#devices.delete(change.deviceId);
      return;
    }
    const restart = change.before === undefined || peeringDiffers(change.before, after);
    for (const live of runtime.live) {
      const moved = !after.addresses.includes(live.session.transport.deviceAddress);
      if (moved) live.session.stop(ceaseNotification(CeaseSubcode.peerDeconfigured));
      else if (restart) live.session.stop(ceaseNotification(CeaseSubcode.otherConfigurationChange));
      else live.device = after;
    }
    for (const [address, slot] of runtime.slots) {
      if (after.addresses.includes(address)) continue;
      slot.close();
      runtime.slots.delete(address);
    }
  }

  /** Ends the sessions of devices that dialled ingest themselves; those behind agents are handed over instead. */
  stopDirect(): void {
    for (const { session } of this.sessions()) {
      if (session.transport.via === "direct")
        session.stop(ceaseNotification(CeaseSubcode.administrativeShutdown));
    }
  }

  #runtimeOf(deviceId: number): Runtime {
    let runtime = this.#devices.get(deviceId);
    if (runtime === undefined) {
      runtime = { live: [], flaps: 0, lastDown: undefined, lastError: undefined, slots: new Map() };
      this.#devices.set(deviceId, runtime);
    }
    return runtime;
  }

  #configOf(device: Device): SessionConfig {
    const families = device.families.map(parseFamilyName).filter((family) => family !== undefined);
    const addPath =
      device.addPath === true
        ? families
        : device.addPath === false
          ? []
          : device.addPath.map(parseFamilyName).filter((family) => family !== undefined);
    const asn = device.asn ?? 0;
    return {
      localAsn: device.localAsn ?? this.#options.localAsn ?? asn,
      localIdentifier: this.#options.routerId,
      holdTime: device.holdTime,
      expectedPeerAsn: asn,
      passive: true,
      families,
      addPathReceive: addPath,
      extendedNextHop:
        families.includes(IPV4_UNICAST) && families.includes(IPV6_UNICAST) ? [IPV4_UNICAST] : [],
      gracefulRestart: { restarting: false, restartTime: 0, notification: true, families: [] },
      softwareVersion: `netferry/${this.#options.version}`,
    };
  }

  #resolveCollisions(runtime: Runtime, newcomer: Live, logger: Logger): void {
    const { state } = newcomer.session;
    if (state.name !== "open-confirm") return;
    for (const existing of runtime.live) {
      if (existing === newcomer) continue;
      const { session } = existing;
      const { transport } = session;
      if (transport.deviceAddress !== newcomer.session.transport.deviceAddress) continue;
      if (
        session.state.name === "idle" ||
        session.state.name === "connect" ||
        session.state.name === "active"
      )
        continue;
      const elsewhere =
        transport.via !== newcomer.session.transport.via ||
        transport.agentInstance !== newcomer.session.transport.agentInstance;
      if (session.state.name === "established" && elsewhere && !session.detached) {
        logger.warn(
          { "other-session-id": transport.id, "other-via": transport.via },
          "the device has an established session over another way already; this one is refused",
        );
        newcomer.session.reject();
        return;
      }
      const decision = resolveCollision({
        local: { identifier: state.context.localIdentifier, asn: state.context.localAsn },
        remote: { identifier: state.context.peerIdentifier, asn: state.context.peerAsn },
        existing: { state: session.state.name, initiator: "remote" },
        newcomer: { initiator: "remote" },
        detectEstablished: true,
        gracefulRestart: existing.context?.gracefulRestart !== undefined,
      });
      if (decision === "keep-newcomer") session.dump();
      else if (decision === "keep-existing") {
        newcomer.session.dump();
        return;
      }
    }
  }

  #established(
    runtime: Runtime,
    live: Live & { adjRibIn?: AdjRibIn },
    context: SessionContext,
    logger: Logger,
  ): AdjRibIn | undefined {
    const address = live.session.transport.deviceAddress;
    let slot = runtime.slots.get(address);
    if (slot === undefined) {
      slot = new RouteSlot({
        createTable: () => this.#options.rib.createTable(),
        clock: this.#options.clock,
        onSwept: (family, paths, why) =>
          this.#options.logger.info(
            { device: live.device.name, family: familyName(family), paths },
            `stale paths removed: ${why}`,
          ),
      });
      runtime.slots.set(address, slot);
    }
    const routes = slot;
    live.slot = routes;
    live.context = context;
    const table = routes.sessionUp(context);
    if (table === undefined) {
      logger.error("the RIB takes no more tables; the session ends");
      return undefined;
    }
    runtime.lastError = undefined;
    live.adjRibIn = new AdjRibIn({
      context,
      table,
      attributes: this.#options.rib.attributes,
      counters: live.counters,
      onEndOfRib: (family) => routes.endOfRib(family),
      onRefresh: (family, boundary) => {
        if (boundary === "begin") routes.refreshBegins(family);
        else routes.refreshEnds(family);
      },
      onFault: (text) =>
        logger.limited(`update ${live.device.id}`, 60).warn({ error: text }, "faulty UPDATE"),
    });
    logger.info(
      {
        "peer-asn": context.peerAsn,
        "local-asn": context.localAsn,
        "hold-time": context.holdTime,
        families: [...context.families].map(familyName),
        "peer-id": formatAddress(identifierBytes(context.peerIdentifier)),
        ...(context.peerHostname === undefined ? {} : { hostname: context.peerHostname }),
      },
      "session established",
    );
    return live.adjRibIn;
  }

  #down(
    runtime: Runtime,
    live: Live,
    reason: DownReason,
    ending: { established: boolean; retainRoutes: boolean },
    logger: Logger,
  ): void {
    runtime.live = runtime.live.filter((other) => other !== live);
    addCounters(this.#past, live.counters);
    const text = downReasonText(reason);
    const at = this.#options.clock.now();
    if (ending.established) {
      runtime.flaps += 1;
      runtime.lastDown = { at, reason: text };
      // A session that replaced this one on the same peering has the routes now.
      const inherited = runtime.live.some(({ slot }) => slot === live.slot);
      if (live.slot !== undefined && !inherited) {
        if (ending.retainRoutes && live.context !== undefined) live.slot.restarting(live.context);
        else live.slot.sessionDown();
      }
    } else if (reason.kind !== "collision") {
      runtime.lastError = { at, text };
    }
    logger.info(
      {
        reason: text,
        kind: reason.kind,
        established: ending.established,
        "routes-kept": ending.retainRoutes,
      },
      ending.established ? "session down" : "session not established",
    );
  }
}

function block(cause: BlockCause, reason: string): Admission {
  return { kind: "block", cause, reason, ttlSeconds: BLOCK_SECONDS };
}

/** A BGP identifier as its four octets. */
export function identifierBytes(identifier: number): Uint8Array {
  return Uint8Array.of(
    identifier >>> 24,
    (identifier >>> 16) & 0xff,
    (identifier >>> 8) & 0xff,
    identifier & 0xff,
  );
}

/** Whether a session has to start again for the change to take hold. */
function peeringDiffers(before: Device, after: Device): boolean {
  return (
    before.asn !== after.asn ||
    before.localAsn !== after.localAsn ||
    before.holdTime !== after.holdTime ||
    JSON.stringify([before.families, before.addPath]) !== JSON.stringify([after.families, after.addPath])
  );
}
