/** The peerings' side of snapshots: what goes in, and where it goes when it comes back. */
import type { Registry } from "@netferry/registry";
import type { RibTable } from "@netferry/rib";
import type { RestoredSessions } from "../relay/restored-sessions.ts";
import { addressOfKey, type DeviceRuntimes, type LiveSession } from "./device-runtimes.ts";
import type { RouteSlot } from "./route-slot.ts";
import type { SavedSlot, SlotStore } from "./slot-store.ts";

export class SavedSlots implements SlotStore {
  readonly #runtimes: DeviceRuntimes;
  readonly #registry: Registry;
  /** Sessions of the snapshot that was loaded: they are in the next one too until their agents are back. */
  readonly #sessions: RestoredSessions;
  readonly #restored = new Map<RouteSlot, SavedSlot>();

  constructor(runtimes: DeviceRuntimes, registry: Registry, sessions: RestoredSessions) {
    this.#runtimes = runtimes;
    this.#registry = registry;
    this.#sessions = sessions;
  }

  save(settled: boolean): { readonly slot: SavedSlot; readonly tableNow: () => RibTable | undefined }[] {
    const saved: { slot: SavedSlot; tableNow: () => RibTable | undefined }[] = [];
    for (const [deviceId, { slots, live }] of this.#runtimes.entries()) {
      for (const [key, slot] of slots) {
        if (slot.table === undefined || slot.table.pathCount() === 0) continue;
        const session = settled
          ? (completeSession(live.find((each) => each.slot === slot)) ?? this.#awaited(slot))
          : undefined;
        const { age } = slot;
        saved.push({
          slot: {
            deviceId,
            key,
            ...(session === undefined ? {} : { session }),
            ...(age === undefined ? {} : { age }),
          },
          tableNow: () => slot.table,
        });
      }
    }
    return saved;
  }

  restore(saved: SavedSlot): RibTable | undefined {
    const { deviceId, key } = saved;
    const device = this.#registry.device(deviceId);
    if (device?.type !== "peer" || !device.addresses.includes(addressOfKey(key))) return undefined;
    const slot = this.#runtimes.addSlot(this.#runtimes.of(deviceId), device.name, key);
    this.#restored.set(slot, saved);
    return slot.load();
  }

  restored(createdAt: number): number {
    for (const [slot, { session, age }] of this.#restored) {
      slot.loaded(createdAt, age);
      if (session !== undefined) this.#sessions.add({ ...session, routes: slot });
    }
    this.#restored.clear();
    return this.#sessions.size;
  }

  dropRestored(): void {
    for (const [slot, { deviceId, key }] of this.#restored) {
      slot.close();
      this.#runtimes.find(deviceId)?.slots.delete(key);
    }
    this.#restored.clear();
  }

  /** A session that nobody came for since the start can still go on from the same routes. */
  #awaited(slot: RouteSlot): SavedSlot["session"] {
    const awaited = this.#sessions.awaitedWith(slot);
    if (awaited === undefined) return undefined;
    const { sessionId, accountId, applied } = awaited;
    return { sessionId, accountId, applied };
  }
}

/** A session that can go on from its routes: they are all that it has announced, and nothing more comes. */
function completeSession(live: LiveSession | undefined): SavedSlot["session"] {
  if (live === undefined || live.slot === undefined) return undefined;
  const { session, slot } = live;
  const { transport } = session;
  const complete =
    session.state.name === "established" &&
    session.detached &&
    transport.accountId !== undefined &&
    !slot.repeating &&
    slot.table?.staleCount() === 0;
  return complete
    ? { sessionId: transport.id, accountId: transport.accountId, applied: transport.bytesUp }
    : undefined;
}
