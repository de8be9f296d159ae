/**
 * Who may peer, the sessions that do, and whose routes count: the owner of everything ingest knows about devices
 * while it runs.
 */
import {
  ceaseNotification,
  CeaseSubcode,
  type DownReason,
  downReasonText,
  familyName,
  formatAddress,
  openAsn,
  type OpenMessage,
  RefreshSubtype,
  resolveCollision,
  type SessionConfig,
  type SessionContext,
} from "@netferry/bgp";
import type { DeviceChange, Registry } from "@netferry/registry";
import type { Rib } from "@netferry/rib";
import type { Clock, Logger } from "@netferry/service";
import { addCounters, AdjRibIn, createUpdateCounters, type UpdateCounters } from "../rib/adj-rib-in.ts";
import { PeerSession } from "../session/peer-session.ts";
import type { Transport } from "../session/transport.ts";
import { admit, type Admission } from "./admission.ts";
import type { RouteSlot, StaleCause } from "./route-slot.ts";
import {
  addressOfKey,
  type DeviceRuntime,
  type DeviceRuntimes,
  type LiveSession,
  slotKey,
} from "./device-runtimes.ts";
import { downReport } from "./down-report.ts";
import { type LocalSpeaker, needsRestart, sessionConfigOf } from "./session-config.ts";

/** Sessions of one device at once: one per address, and those that are about to replace them. */
const MAX_SESSIONS_PER_DEVICE = 16;
/** The same failure of the same device is told once in so many seconds. */
const REPEATED_SECONDS = 60;

export interface PeeringOptions extends LocalSpeaker {
  readonly registry: Registry;
  readonly rib: Rib;
  readonly devices: DeviceRuntimes;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How a session comes to this ingest. */
export type Beginning =
  /** Its OPENs are still to be exchanged. */
  | { readonly kind: "new" }
  /** Established elsewhere, or before a restart: these are its OPENs. */
  | {
      readonly kind: "taken-over";
      readonly deviceOpen: OpenMessage;
      readonly ingestOpen: OpenMessage;
      /** All that it has announced, loaded from a snapshot: nothing has to be asked for again. */
      readonly routes?: RouteSlot;
    };

export class Peering {
  readonly #options: PeeringOptions;
  readonly #devices: DeviceRuntimes;
  /** Established sessions that ended, by cause. */
  readonly #ends: Partial<Record<DownReason["kind"], number>> = {};
  /** What sessions that are over have counted. */
  readonly #past = createUpdateCounters();

  constructor(options: PeeringOptions) {
    this.#options = options;
    this.#devices = options.devices;
  }

  /** @param siteId 0 for any site */
  admit(address: string, siteId: number): Admission {
    return admit(this.#options.registry, address, siteId);
  }

  /** Starts a session over a transport, or goes on with one; a text says why it can't be. */
  begin(transport: Transport, siteId: number, beginning: Beginning = { kind: "new" }): string | undefined {
    const admission = this.admit(transport.deviceAddress, siteId);
    if (admission.kind === "block") return admission.reason;
    const { device } = admission;
    const runtime = this.#devices.of(device.id);
    if (runtime.live.length >= MAX_SESSIONS_PER_DEVICE) {
      return `device ${device.name} has ${MAX_SESSIONS_PER_DEVICE} sessions already`;
    }
    const config = sessionConfigOf(device, this.#options);
    const refusal = beginning.kind === "taken-over" ? takeoverRefusal(config, beginning) : undefined;
    if (refusal !== undefined) return refusal;
    const loaded = beginning.kind === "taken-over" ? beginning.routes : undefined;
    if (loaded !== undefined && ![...runtime.slots.values()].includes(loaded)) {
      return `the address belongs to device ${device.name} now; the session has to begin anew`;
    }
    if (beginning.kind === "taken-over" && !this.#makeWay(runtime, transport)) {
      return `device ${device.name} has begun another session since`;
    }
    const logger = this.#options.logger.child({
      device: device.name,
      "session-id": transport.id,
      "peer-addr": transport.peer,
      via: transport.via,
    });
    const session = new PeerSession({
      transport,
      config:
        beginning.kind === "new"
          ? config
          : { ...config, localIdentifier: beginning.ingestOpen.bgpIdentifier },
      clock: this.#options.clock,
      hooks: {
        onOpenConfirm: () => this.#resolveCollisions(runtime, live),
        onEstablished: (_session, context) => this.#established(runtime, live, context, beginning, logger),
        onRouteRefresh: (_session, message) => live.adjRibIn?.refresh(message),
        onDetached: () => this.#endReplaced(runtime),
        onDown: (_session, reason, ending) => this.#down(runtime, live, reason, ending, logger),
      },
    });
    const live: LiveSession & { adjRibIn?: AdjRibIn } = {
      session,
      device,
      counters: createUpdateCounters(),
      slot: undefined,
      context: undefined,
    };
    runtime.live.push(live);
    if (beginning.kind === "new") session.start();
    else session.takeOver(beginning.ingestOpen, beginning.deviceOpen);
    return undefined;
  }

  /** What is here of a session's routes is not all: they are asked for again. */
  routesIncomplete(transportId: string, cause: StaleCause): void {
    for (const live of this.#devices.sessions()) {
      if (live.session.transport.id === transportId) this.#requestRoutes(live, cause);
    }
  }

  /** What all sessions have counted since ingest started. */
  totals(): UpdateCounters {
    const totals = { ...this.#past, faults: { ...this.#past.faults } };
    for (const { counters } of this.#devices.sessions()) addCounters(totals, counters);
    return totals;
  }

  /** Established sessions that ended since ingest started, by cause. */
  get ends(): Readonly<Record<string, number>> {
    return this.#ends;
  }

  /** Paths announced and withdrawn since ingest started. */
  get pathsApplied(): number {
    const { announced, withdrawn } = this.totals();
    return announced + withdrawn;
  }

  /** The registry has changed a device: its sessions end where they are not what it says any more. */
  deviceChanged(change: DeviceChange): void {
    const runtime = this.#devices.find(change.deviceId);
    if (runtime === undefined) return;
    const { after } = change;
    if (after === undefined || after.type !== "peer") {
      for (const { session } of runtime.live) session.stop(ceaseNotification(CeaseSubcode.peerDeconfigured));
      for (const slot of runtime.slots.values()) slot.close();
      runtime.slots.clear();
      if (after === undefined) this.#devices.forget(change.deviceId);
      return;
    }
    const restart = change.before === undefined || needsRestart(change.before, after);
    for (const live of runtime.live) {
      const moved = !after.addresses.includes(live.session.transport.deviceAddress);
      if (moved) live.session.stop(ceaseNotification(CeaseSubcode.peerDeconfigured));
      else if (restart) live.session.stop(ceaseNotification(CeaseSubcode.otherConfigurationChange));
      else live.device = after;
    }
    for (const [key, slot] of runtime.slots) {
      if (after.addresses.includes(addressOfKey(key))) continue;
      slot.close();
      runtime.slots.delete(key);
    }
  }

  /** A connection of the device was turned away before there was a session; shown until one is up. */
  refused(deviceId: number, text: string): void {
    const runtime = this.#devices.of(deviceId);
    // Another connection of it is no trouble.
    if (runtime.live.some(({ session }) => session.state.name === "established")) return;
    runtime.lastError = { at: this.#options.clock.now(), text };
  }

  /** Ends the session of a transport, and tells the device why (RFC 9003). */
  endTransport(transportId: string, reason: string): void {
    for (const { session } of this.#devices.sessions()) {
      if (session.transport.id === transportId)
        session.stop(ceaseNotification(CeaseSubcode.administrativeReset, reason));
    }
  }

  /** Ends the sessions of devices that dialled ingest themselves; those behind agents are handed over instead. */
  stopDirect(): void {
    for (const { session } of this.#devices.sessions()) {
      if (session.transport.via === "direct")
        session.stop(ceaseNotification(CeaseSubcode.administrativeShutdown));
    }
  }

  /** Marks what is here as stale and asks for all of it again; without route refresh, one clean restart does the same. */
  #requestRoutes(live: LiveSession, cause: StaleCause): void {
    const { session, slot } = live;
    const { context } = session;
    if (context === undefined || slot === undefined) return;
    if (!context.routeRefresh) {
      this.#options.logger.warn(
        { device: live.device.name, "session-id": session.transport.id, cause },
        "the device can't be asked for its routes again (no route refresh): its session is restarted",
      );
      session.stop(
        ceaseNotification(
          CeaseSubcode.administrativeReset,
          "collector restarted; the routes are needed again",
        ),
      );
      return;
    }
    slot.sessionTakenOver(context, cause);
    for (const family of context.families) {
      session.requestRefresh({ type: "route-refresh", family, subtype: RefreshSubtype.request });
    }
  }

  /**
   * A session that comes back takes the place of those that the device began before it. Where the device has begun another
   * one since, the one that comes back is over: it must not touch the routes. Where agents don't say when sessions
   * began, one that is carried on is taken for the later one.
   */
  #makeWay(runtime: DeviceRuntime, transport: Transport): boolean {
    const key = slotKey(transport);
    const others = runtime.live.flatMap(({ session }) => {
      const { name } = session.state;
      if (slotKey(session.transport) !== key || (name !== "established" && name !== "open-confirm"))
        return [];
      const order = Math.sign(session.transport.beganMs - transport.beganMs);
      const known = session.transport.beganMs !== 0 && transport.beganMs !== 0 && order !== 0;
      // One that is half established, and no later for all that is known, is settled by collision detection.
      if (!known && name === "open-confirm") return [];
      return [{ session, later: known ? order > 0 : !session.detached }];
    });
    if (others.some(({ later }) => later)) return false;
    for (const { session } of others) session.dump();
    return true;
  }

  /** Nobody waits for the agent of a session that the device has replaced. */
  #endReplaced(runtime: DeviceRuntime): void {
    for (const live of runtime.live) {
      if (live.session.detached && this.#devices.isReplaced(runtime, live)) live.session.dump();
    }
  }

  #resolveCollisions(runtime: DeviceRuntime, newcomer: LiveSession): void {
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
      // The same router over another agent: that session stands by, and takes over when the first one goes.
      const elsewhere = slotKey(transport) !== slotKey(newcomer.session.transport);
      if (session.state.name === "established" && elsewhere && !session.detached) continue;
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
    runtime: DeviceRuntime,
    live: LiveSession & { adjRibIn?: AdjRibIn },
    context: SessionContext,
    beginning: Beginning,
    logger: Logger,
  ): AdjRibIn | undefined {
    const loaded = beginning.kind === "taken-over" ? beginning.routes : undefined;
    const routes = this.#devices.slotFor(runtime, live, loaded);
    live.slot = routes;
    live.context = context;
    const table =
      beginning.kind === "new"
        ? routes.sessionUp(context)
        : loaded !== undefined
          ? routes.sessionResumed(context)
          : routes.sessionTakenOver(context, "taken-over");
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
      repetition: routes,
      onEndOfRib: (family) => {
        routes.endOfRib(family);
        this.#endReplaced(runtime);
        this.#devices.dropLeftBehind(runtime);
      },
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
      beginning.kind === "new"
        ? "session established"
        : loaded !== undefined
          ? "session goes on where it was before the restart"
          : "session taken over from another ingest",
    );
    return live.adjRibIn;
  }

  #down(
    runtime: DeviceRuntime,
    live: LiveSession,
    reason: DownReason,
    ending: { established: boolean },
    logger: Logger,
  ): void {
    runtime.live = runtime.live.filter((other) => other !== live);
    addCounters(this.#past, live.counters);
    const text = downReasonText(reason);
    const at = this.#options.clock.now();
    if (ending.established) {
      runtime.flaps += 1;
      this.#ends[reason.kind] = (this.#ends[reason.kind] ?? 0) + 1;
      runtime.lastDown = { at, reason: text };
      // Its successor may have the routes already.
      const inherited = runtime.live.some(({ slot }) => slot !== undefined && slot === live.slot);
      if (!inherited) live.slot?.sessionDown();
      this.#devices.dropLeftBehind(runtime);
    } else if (reason.kind !== "collision") {
      runtime.lastError = { at, text };
    }
    const { level, message } = downReport(reason, ending.established, live.device.name);
    // A router that is set up wrong tries again and again.
    const lines = ending.established
      ? logger
      : logger.limited(`not up ${live.device.id} ${message}`, REPEATED_SECONDS);
    lines[level]({ reason: text, kind: reason.kind }, message);
  }
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

/** Why a session can't be taken over with what its OPENs say; undefined where it can. */
function takeoverRefusal(
  config: SessionConfig,
  { ingestOpen }: Extract<Beginning, { kind: "taken-over" }>,
): string | undefined {
  const localAsn = openAsn(ingestOpen);
  return localAsn === config.localAsn
    ? undefined
    : `the session was negotiated with local AS ${localAsn}, the device is set to ${config.localAsn} now`;
}
