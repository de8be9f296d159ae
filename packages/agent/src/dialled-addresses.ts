/**
 * Notices when an address that devices have dialled leaves this machine, as one does that two agents share (VRRP). The
 * connections to it are over then, though nothing tells: what this machine sends over them never leaves it.
 */
import type { SessionIdentity } from "@netferry/relay";
import type { Clock, Logger } from "@netferry/service";
import type { AgentCounters } from "./counters.ts";

/** Milliseconds between two looks. */
const LOOK_INTERVAL_MS = 1_000;
/** An address that is taken off and put back at once, as network managers do, is not gone. */
const LOOKS_UNTIL_GONE = 2;
/** Addresses that are looked at; the sessions of further ones are left to their hold time. */
const MAX_ADDRESSES = 64;

/** A session, as far as this matters. */
export interface DialledSession {
  readonly identity: Pick<SessionIdentity, "proxyIp">;
  stop(reason: string): void;
}

export interface DialledAddressesOptions {
  readonly sessions: () => readonly DialledSession[];
  readonly hasAddress: (address: string) => Promise<boolean>;
  readonly counters: Pick<AgentCounters, "addressesLost">;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class DialledAddresses {
  readonly #options: DialledAddressesOptions;
  /** Looks in a row without an address, of those that were here at some time: no other is held against its sessions. */
  #absences = new Map<string, number>();
  #running = false;
  #cancel: () => void = () => undefined;

  constructor(options: DialledAddressesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.#lookLater();
  }

  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#options.clock.later(LOOK_INTERVAL_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const dialled = new Set(this.#options.sessions().map(({ identity }) => identity.proxyIp));
    const looks = await Promise.all(
      [...dialled]
        .slice(0, MAX_ADDRESSES)
        .map(async (address) => ({ address, here: await this.#options.hasAddress(address) })),
    );
    if (!this.#running) return;
    const absences = new Map<string, number>();
    for (const { address, here } of looks) {
      const before = this.#absences.get(address);
      if (here) absences.set(address, 0);
      else if (before !== undefined && before + 1 < LOOKS_UNTIL_GONE) absences.set(address, before + 1);
      else if (before !== undefined) this.#gone(address);
    }
    this.#absences = absences;
    this.#lookLater();
  }

  #gone(address: string): void {
    const { counters, logger } = this.#options;
    const over = this.#options.sessions().filter(({ identity }) => identity.proxyIp === address);
    counters.addressesLost += over.length;
    logger.warn(
      { address, sessions: over.length },
      "an address has left this machine: the sessions of the devices that dialled it end",
    );
    for (const session of over) session.stop(`the address ${address} has left the agent's machine`);
  }
}
