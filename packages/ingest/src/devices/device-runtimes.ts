/** What is known of devices while ingest runs, beyond the registry: sessions, routes, and how it went. */
import { type Family, familyName, type SessionContext } from "@netferry/bgp";
import type { Device } from "@netferry/registry";
import type { Rib, RibTable } from "@netferry/rib";
import type { Clock, Logger } from "@netferry/service";
import type { UpdateCounters } from "../rib/adj-rib-in.ts";
import type { PeerSession } from "../session/peer-session.ts";
import type { Transport } from "../session/transport.ts";
import { DeviceRoutes } from "./device-routes.ts";
import { RouteSlot, type StaleMark } from "./route-slot.ts";

/** A session that is on its way up or up. */
export interface LiveSession {
  readonly session: PeerSession;
  device: Device;
  readonly counters: UpdateCounters;
  slot: RouteSlot | undefined;
  /** What the OPENs agreed on; kept for the time after the machine has forgotten it. */
  context: SessionContext | undefined;
}

/** What is known of one device. */
export interface DeviceRuntime {
  live: LiveSession[];
  flaps: number;
  lastDown: { readonly at: number; readonly reason: string } | undefined;
  /** Why the last attempt failed; undefined once a session is up. */
  lastError: { readonly at: number; readonly text: string } | undefined;
  /** By device address and way, see {@link slotKey}. */
  readonly slots: Map<string, RouteSlot>;
}

/** All paths of a table are stale: the session is up as far as anyone knows, and its agent is away. */
export interface AwayMark {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly cause: "agent-away";
}

/** A stream that is only reset is back sooner; until then what it carried is taken for live, milliseconds. */
export const AWAY_AFTER_MS = 5_000;

/** Two agents may bring the same device: each way has routes of its own. */
export function slotKey({ deviceAddress, via, agentInstance }: Transport): string {
  return `${deviceAddress} ${via} ${agentInstance ?? ""}`;
}

/**
 * Both agents have been dialled at one address, which moves between them (VRRP). A device has one connection to an address:
 * since the later session began, it has given the earlier one up, whether or not that one's agent knows.
 */
export function replaces({ transport: later }: PeerSession, { transport: earlier }: PeerSession): boolean {
  return (
    later.via === "relay" &&
    earlier.via === "relay" &&
    later.agentInstance !== earlier.agentInstance &&
    later.deviceAddress === earlier.deviceAddress &&
    later.local === earlier.local
  );
}

/** The device's address in the key. */
export function addressOfKey(key: string): string {
  return key.slice(0, key.indexOf(" "));
}

export interface DeviceRuntimesOptions {
  readonly rib: Rib;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long the paths of a device that is away stay, milliseconds. */
  readonly staleTimeMs: number;
}

export class DeviceRuntimes {
  readonly #options: DeviceRuntimesOptions;
  readonly #devices = new Map<number, DeviceRuntime>();

  constructor(options: DeviceRuntimesOptions) {
    this.#options = options;
  }

  /** Undefined for a device that never came. */
  find(deviceId: number): DeviceRuntime | undefined {
    return this.#devices.get(deviceId);
  }

  of(deviceId: number): DeviceRuntime {
    let runtime = this.#devices.get(deviceId);
    if (runtime === undefined) {
      runtime = { live: [], flaps: 0, lastDown: undefined, lastError: undefined, slots: new Map() };
      this.#devices.set(deviceId, runtime);
    }
    return runtime;
  }

  forget(deviceId: number): void {
    this.#devices.delete(deviceId);
  }

  entries(): IterableIterator<[number, DeviceRuntime]> {
    return this.#devices.entries();
  }

  /** Every session there is. */
  *sessions(): Generator<LiveSession> {
    for (const runtime of this.#devices.values()) yield* runtime.live;
  }

  /** Every table with routes. */
  *tables(): Generator<RibTable> {
    for (const runtime of this.#devices.values()) {
      for (const { table } of runtime.slots.values()) if (table !== undefined) yield table;
    }
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

  /** The table whose routes count for a device and family. */
  tableOf(deviceId: number, family: Family): RibTable | undefined {
    return this.#slotOf(deviceId, family)?.table;
  }

  /** Why and since when its stale paths are stale; undefined where there are none. */
  staleMark(deviceId: number, family: Family): StaleMark | undefined {
    return this.#slotOf(deviceId, family)?.staleMark(family);
  }

  /**
   * Why and since when all the paths of a family are stale, those too that are not marked: their session's agent has been
   * away for a while, and nobody can say what the device has changed.
   */
  awayMark(deviceId: number, family: Family): AwayMark | undefined {
    const slot = this.#slotOf(deviceId, family);
    const live = this.#devices.get(deviceId)?.live.find((each) => each.slot === slot);
    const since = slot === undefined ? undefined : live?.session.detachedSince;
    if (since === undefined || this.#options.clock.now() - since < AWAY_AFTER_MS) return undefined;
    return { since, cause: "agent-away" };
  }

  /**
   * The routes of a session's way to its device: those of an earlier session on it, or of one that is over.
   *
   * @param own the slot of this very session, from a snapshot; its agent may have a new name since
   */
  slotFor(runtime: DeviceRuntime, { session, device }: LiveSession, own?: RouteSlot): RouteSlot {
    const key = slotKey(session.transport);
    if (own !== undefined) {
      for (const [otherKey, slot] of runtime.slots) if (slot === own) runtime.slots.delete(otherKey);
      runtime.slots.get(key)?.close();
      runtime.slots.set(key, own);
      return own;
    }
    const known = runtime.slots.get(key);
    if (known !== undefined) return known;
    for (const [otherKey, slot] of runtime.slots) {
      const taken = runtime.live.some((other) => other.slot === slot);
      if (taken || addressOfKey(otherKey) !== session.transport.deviceAddress) continue;
      runtime.slots.delete(otherKey);
      runtime.slots.set(key, slot);
      return slot;
    }
    return this.addSlot(runtime, device.name, key);
  }

  addSlot(runtime: DeviceRuntime, device: string, key: string): RouteSlot {
    const slot = new RouteSlot({
      createTable: () => this.#options.rib.createTable(),
      clock: this.#options.clock,
      staleTimeMs: this.#options.staleTimeMs,
      onSwept: (family, paths, why) =>
        this.#options.logger.info(
          { device, family: familyName(family), paths },
          `stale paths removed: ${why}`,
        ),
    });
    runtime.slots.set(key, slot);
    return slot;
  }

  /**
   * Lets go of routes that sessions have left behind, where a session from the same address has all of their families.
   * Those of a snapshot wait for the session that goes on with them.
   */
  dropLeftBehind(runtime: DeviceRuntime): void {
    for (const [key, slot] of runtime.slots) {
      const { table } = slot;
      if (table === undefined || slot.asLoaded || runtime.live.some((live) => live.slot === slot)) continue;
      const superseded = runtime.live.some(
        (live) =>
          live.session.transport.deviceAddress === addressOfKey(key) &&
          table.families().every((family) => carries(live, family) && isWhole(live, family)),
      );
      if (!superseded) continue;
      slot.close();
      runtime.slots.delete(key);
    }
  }

  /** Established, but another session's routes count for each of its families. */
  standsBy({ device, context, session, slot }: LiveSession): boolean {
    if (session.state.name !== "established" || slot === undefined || context === undefined) return false;
    return [...context.families].every((family) => {
      const counting = this.#slotOf(device.id, family);
      if (counting === undefined || counting === slot) return false;
      return this.of(device.id).live.some((other) => other.slot === counting);
    });
  }

  /** A later session has taken this one's place, and all routes of this one's families have come with it. */
  isReplaced(runtime: DeviceRuntime, live: LiveSession): boolean {
    const { context } = live;
    if (context === undefined) return false;
    const later = runtime.live.slice(runtime.live.indexOf(live) + 1);
    return later.some(
      (other) =>
        replaces(other.session, live.session) &&
        [...context.families].every((family) => carries(other, family) && isWhole(other, family)),
    );
  }

  /**
   * Whose routes count for a device and family: of the established sessions that carry the family, the oldest that is not
   * replaced, whose agent is there and whose routes are all here and live; else the oldest that has had them all. While
   * a session sends its first ones, those that wait for the device count as long as they are more.
   */
  #slotOf(deviceId: number, family: Family): RouteSlot | undefined {
    const runtime = this.#devices.get(deviceId);
    if (runtime === undefined) return undefined;
    const up: RouteSlot[] = [];
    let best: LiveSession | undefined;
    for (const live of runtime.live) {
      if (live.slot === undefined || !carries(live, family)) continue;
      up.push(live.slot);
      if (!isWhole(live, family) || !holds(live.slot, family)) continue;
      if (best === undefined || replaces(live.session, best.session)) best = live;
    }
    const counting = best?.slot ?? up.find((slot) => holds(slot, family) && !slot.isFilling(family));
    if (counting !== undefined) return counting;
    const waiting = [...runtime.slots.values()].find((slot) => !up.includes(slot) && holds(slot, family));
    const first = up.find((slot) => holds(slot, family)) ?? up[0];
    if (first === undefined || waiting === undefined || !first.isFilling(family)) return first ?? waiting;
    return routesIn(waiting, family) > routesIn(first, family) ? waiting : first;
  }
}

function carries({ session, context }: LiveSession, family: Family): boolean {
  return session.state.name === "established" && context?.families.has(family) === true;
}

/** Its agent is there, and so are all its routes. */
function isWhole({ session, slot }: LiveSession, family: Family): boolean {
  return !session.detached && slot?.isComplete(family) === true;
}

function routesIn({ table }: RouteSlot, family: Family): number {
  return table?.routeCount(family) ?? 0;
}

function holds(slot: RouteSlot, family: Family): boolean {
  return routesIn(slot, family) > 0;
}
