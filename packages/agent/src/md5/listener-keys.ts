/**
 * The keys that are installed on the agent's listeners: on every one of the device's address family. A socket holds
 * some hundred keys and each segment walks their list, so a key that nobody uses does not stay.
 */
import type { Server } from "node:net";
import { errorCode } from "@netferry/service";
import type { Md5Counters } from "./counters.ts";
import type { Md5Kernel } from "./kernel.ts";

export interface InstalledKey {
  readonly key: Uint8Array;
  /** When a SYN or a connection last used it, monotonic milliseconds. */
  readonly usedAt: number;
  /** Until when the ingest's word about it holds, monotonic milliseconds. */
  readonly confirmedUntil: number;
}

export interface ListenerKeysOptions {
  readonly kernel: Md5Kernel;
  readonly counters: Md5Counters;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Whether a connection of this address is up, so that its key must stay. */
  readonly inUse: (address: string) => boolean;
}

export class ListenerKeys {
  readonly #options: ListenerKeysOptions;
  #servers: readonly Server[] = [];
  /** By device address, used longest ago first. */
  readonly #keys = new Map<string, InstalledKey>();

  constructor(options: ListenerKeysOptions) {
    this.#options = options;
  }

  /** The listeners from now on; those that are new get the keys. What they have from elsewhere is not known here. */
  listenOn(servers: readonly Server[]): void {
    const before = this.#servers;
    this.#servers = servers;
    for (const [address, { key }] of [...this.#keys]) {
      try {
        for (const server of this.#serversFor(address)) {
          if (!before.includes(server)) this.#options.kernel.setMd5Key(server, address, key);
        }
      } catch {
        // It is asked for again when the device comes.
        this.#options.counters.keysRefused += 1;
        this.#takeOff(address);
      }
    }
  }

  get size(): number {
    return this.#keys.size;
  }

  get(address: string): InstalledKey | undefined {
    return this.#keys.get(address);
  }

  addresses(): string[] {
    return [...this.#keys.keys()];
  }

  /** A SYN or a connection has used the key. */
  touch(address: string): void {
    const installed = this.#keys.get(address);
    if (installed !== undefined) this.#put(address, { ...installed, usedAt: this.#options.now() });
  }

  /**
   * Puts the key on every listener of the family, in place of the one before. Where a socket has no room, the key that
   * was not used for longest gives way. Throws what the kernel says where it takes no more; then no listener has it.
   */
  install(address: string, key: Uint8Array, confirmedUntil: number): "installed" | "replaced" | "same" {
    const { counters, now } = this.#options;
    const before = this.#keys.get(address);
    if (before !== undefined && Buffer.from(before.key).equals(key)) {
      this.#put(address, { ...before, usedAt: now(), confirmedUntil });
      return "same";
    }
    try {
      for (const server of this.#serversFor(address)) this.#setWithRoom(server, address, key);
    } catch (error) {
      counters.keysRefused += 1;
      this.#takeOff(address);
      throw error;
    }
    this.#put(address, { key: Uint8Array.from(key), usedAt: now(), confirmedUntil });
    if (before === undefined) counters.keysInstalled += 1;
    else counters.keysReplaced += 1;
    return before === undefined ? "installed" : "replaced";
  }

  /** Takes the key off all listeners, also one that was put there by another process; false if there was none. */
  remove(address: string): boolean {
    return this.#takeOff(address);
  }

  /** Keys that no SYN and no connection has used since a time, monotonic milliseconds. */
  unusedSince(time: number): string[] {
    return this.#select((installed) => installed.usedAt <= time);
  }

  /** Keys that the ingest has to confirm, because its word does not hold any more at a time. */
  unconfirmedAt(time: number): string[] {
    return this.#select((installed) => installed.confirmedUntil <= time);
  }

  #select(matches: (installed: InstalledKey) => boolean): string[] {
    return this.#keys
      .entries()
      .filter(([, installed]) => matches(installed))
      .map(([address]) => address)
      .toArray();
  }

  #put(address: string, installed: InstalledKey): void {
    this.#keys.delete(address);
    this.#keys.set(address, installed);
  }

  #serversFor(address: string): Server[] {
    const family = address.includes(":") ? "IPv6" : "IPv4";
    return this.#servers.filter((server) => {
      const bound = server.address();
      return bound !== null && typeof bound !== "string" && bound.family === family;
    });
  }

  #setWithRoom(server: Server, address: string, key: Uint8Array): void {
    const { kernel } = this.#options;
    try {
      kernel.setMd5Key(server, address, key);
    } catch (error) {
      if (errorCode(error) !== "ENOMEM" || !this.#evict(address)) throw error;
      kernel.setMd5Key(server, address, key);
    }
  }

  /** Makes room on the listeners of an address' family; false where every key there is in use. */
  #evict(newcomer: string): boolean {
    const sixth = newcomer.includes(":");
    for (const address of this.#keys.keys()) {
      if (address === newcomer || address.includes(":") !== sixth || this.#options.inUse(address)) continue;
      this.#takeOff(address);
      this.#options.counters.keysEvicted += 1;
      return true;
    }
    return false;
  }

  #takeOff(address: string): boolean {
    const known = this.#keys.delete(address);
    const removed = this.#serversFor(address).map((server) =>
      this.#options.kernel.removeMd5Key(server, address),
    );
    return known || removed.includes(true);
  }
}
