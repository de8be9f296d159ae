/** The peerings' side of snapshots: what goes in, and where it goes when it comes back. */
import type { Registry } from "@netferry/registry";
import type { RibTable } from "@netferry/rib";
import { addressOfKey, type DeviceRuntimes, type LiveSession } from "./device-runtimes.ts";
import type { RouteSlot } from "./route-slot.ts";
import type { SavedSlot, SlotStore } from "./slot-store.ts";

export class SavedSlots implements SlotStore {
  readonly #runtimes: DeviceRuntimes;
  readonly #registry: Registry;
  readonly #restored = new Map<RouteSlot, { readonly deviceId: number; readonly key: string }>();

  constructor(runtimes: DeviceRuntimes, registry: Registry) {
    this.#runtimes = runtimes;
    this.#registry = registry;
  }

  save(settled: boolean): { readonly slot: SavedSlot; readonly tableNow: () => RibTable | undefined }[] {
    const saved: { slot: SavedSlot; tableNow: () => RibTable | undefined }[] = [];
    for (const [deviceId, { slots, live }] of this.#runtimes.entries()) {
      for (const [key, slot] of slots) {
        if (slot.table === undefined || slot.table.pathCount() === 0) continue;
        const session = settled ? completeSession(live.find((each) => each.slot === slot)) : undefined;
        saved.push({
          slot: { deviceId, key, ...(session === undefined ? {} : { session }) },
          tableNow: () => slot.table,
        });
      }
    }
    return saved;
  }

  restore({ deviceId, key }: SavedSlot): RibTable | undefined {
    const device = this.#registry.device(deviceId);
    if (device?.type !== "peer" || !device.addresses.includes(addressOfKey(key))) return undefined;
    const slot = this.#runtimes.addSlot(this.#runtimes.of(deviceId), device.name, key);
    this.#restored.set(slot, { deviceId, key });
    return slot.load();
  }

  restored(createdAt: number): void {
    for (const slot of this.#restored.keys()) slot.loaded(createdAt);
    this.#restored.clear();
  }

  dropRestored(): void {
    for (const [slot, { deviceId, key }] of this.#restored) {
      slot.close();
      this.#runtimes.find(deviceId)?.slots.delete(key);
    }
    this.#restored.clear();
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
