/** The registered devices, for those who go through all of them: read from the registry once, and kept as it changes. */
import type { Device, Registry } from "@netferry/registry";

export class Roster {
  readonly #byId: Map<number, Device>;

  /** Follows the registry as long as that is open. */
  constructor(registry: Pick<Registry, "devices" | "onChange">) {
    this.#byId = new Map(registry.devices().map((device) => [device.id, device]));
    registry.onChange(({ deviceId, after }) => {
      if (after === undefined) this.#byId.delete(deviceId);
      else this.#byId.set(deviceId, after);
    });
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): MapIterator<Device> {
    return this.#byId.values();
  }

  find(id: number): Device | undefined {
    return this.#byId.get(id);
  }
}
