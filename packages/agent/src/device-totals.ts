/** What each device's sessions have carried, one after the other: for metrics, which tell devices apart by their label. */

/** Devices that are remembered; of those without a session the one that came first is forgotten. */
export const MAX_DEVICE_TOTALS = 20_000;

/** BGP traffic of one device since it was first seen. Sessions write to it. */
export interface DeviceTotal {
  bytesUp: number;
  bytesDown: number;
  messagesUp: number;
  messagesDown: number;
}

/** As it goes to the next process: label, bytes up and down, messages up and down. */
export type HandedTotal = readonly [string, number, number, number, number];

interface Entry {
  readonly total: DeviceTotal;
  sessions: number;
}

export class DeviceTotals {
  /** By label, as a verdict gives it. */
  readonly #devices = new Map<string, Entry>();
  #forgotten = 0;

  /** @param before what another process of this agent had counted */
  constructor(before: readonly HandedTotal[] = []) {
    for (const [label, bytesUp, bytesDown, messagesUp, messagesDown] of before) {
      this.#add(label, { bytesUp, bytesDown, messagesUp, messagesDown });
    }
  }

  /** Devices that were forgotten for want of room. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** A session of the device begins; what is returned is its to write to until {@link ended}. */
  began(label: string): DeviceTotal {
    const entry =
      this.#devices.get(label) ??
      this.#add(label, { bytesUp: 0, bytesDown: 0, messagesUp: 0, messagesDown: 0 });
    entry.sessions += 1;
    return entry.total;
  }

  ended(label: string): void {
    const entry = this.#devices.get(label);
    if (entry !== undefined) entry.sessions -= 1;
  }

  /** Every device there is to tell of, with the sessions that it has now. */
  *entries(): Generator<{ readonly label: string; readonly total: DeviceTotal; readonly sessions: number }> {
    for (const [label, { total, sessions }] of this.#devices) yield { label, total, sessions };
  }

  handed(): HandedTotal[] {
    return Array.from(
      this.#devices,
      ([label, { total }]) =>
        [label, total.bytesUp, total.bytesDown, total.messagesUp, total.messagesDown] as const,
    );
  }

  #add(label: string, total: DeviceTotal): Entry {
    if (this.#devices.size >= MAX_DEVICE_TOTALS) this.#forgetOne();
    const entry = { total, sessions: 0 };
    this.#devices.set(label, entry);
    return entry;
  }

  #forgetOne(): void {
    for (const [label, { sessions }] of this.#devices) {
      if (sessions > 0) continue;
      this.#devices.delete(label);
      this.#forgotten += 1;
      return;
    }
  }
}
