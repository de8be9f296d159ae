/**
 * TCP MD5 (RFC 2385) of devices that dial ingest: the registry is at hand, so the key of every device that has one is on
 * the listeners before the device dials. That needs no capability, and no look at SYNs.
 */
import type { Server, Socket } from "node:net";
import { removeMd5Key, replaceMd5Key, setMd5Key } from "@netferry/kernel";
import type { Device, DeviceChange, Registry } from "@netferry/registry";
import { errorText, type Logger } from "@netferry/service";

/** How often the same trouble is told. */
const TELL_AGAIN_SECONDS = 1_200;

export interface DirectMd5Counters {
  /** Connections without a signature of devices that must sign. */
  unsigned: number;
  /** Keys that the kernel did not take, or that could not be read. */
  keysRefused: number;
}

interface Connection {
  readonly socket: Socket;
  signed: boolean;
  readonly end: (reason: string) => void;
}

export class DirectMd5 {
  readonly counters: DirectMd5Counters = { unsigned: 0, keysRefused: 0 };
  readonly #registry: Pick<Registry, "devicesWithMd5Key" | "findByAddress" | "md5Key">;
  readonly #logger: Logger;
  readonly #servers = new Set<Server>();
  readonly #connections = new Map<string, Set<Connection>>();

  constructor(registry: Pick<Registry, "devicesWithMd5Key" | "findByAddress" | "md5Key">, logger: Logger) {
    this.#registry = registry;
    this.#logger = logger;
  }

  /** Puts all keys on a listener that is bound. */
  listening(server: Server): void {
    this.#servers.add(server);
    for (const device of this.#registry.devicesWithMd5Key()) {
      for (const address of device.addresses) {
        this.#guarded(address, () => {
          const key = this.#keyOf(this.#deviceAt(address));
          if (key !== undefined && familyOf(server) === familyName(address)) setMd5Key(server, address, key);
        });
      }
    }
  }

  /** The registry has changed a device: its keys are changed on the listeners and on connections that are up. */
  deviceChanged({ addressesBefore, addressesAfter, before, after }: DeviceChange): void {
    if (before?.md5KeySetAt === undefined && after?.md5KeySetAt === undefined) return;
    for (const address of new Set([...addressesBefore, ...addressesAfter])) {
      this.#guarded(address, () => this.#apply(address));
    }
  }

  /** Why a connection that was accepted must not go on: its device has a key, and it is not signed. */
  refusal(socket: Socket, address: string): string | undefined {
    let refused: string | undefined;
    const failed = this.#guarded(address, () => {
      const device = this.#deviceAt(address);
      const key = this.#keyOf(device);
      if (key !== undefined && !replaceMd5Key(socket, address, key))
        refused = this.#unsigned(address, device);
    });
    return failed ?? refused;
  }

  /** Keeps the key of a connection in step with the registry until it closes. */
  watch(socket: Socket, address: string, end: (reason: string) => void): void {
    const connection = { socket, signed: this.#deviceAt(address)?.md5KeySetAt !== undefined, end };
    const connections = this.#connections.get(address) ?? new Set();
    connections.add(connection);
    this.#connections.set(address, connections);
    socket.once("close", () => {
      connections.delete(connection);
      if (connections.size === 0) this.#connections.delete(address);
    });
  }

  #apply(address: string): void {
    const device = this.#deviceAt(address);
    const key = this.#keyOf(device);
    for (const server of this.#servers) {
      if (!server.listening || familyOf(server) !== familyName(address)) continue;
      if (key === undefined) removeMd5Key(server, address);
      else setMd5Key(server, address, key);
    }
    for (const connection of this.#connections.get(address) ?? []) {
      if (connection.socket.writableEnded) continue;
      if (key === undefined) {
        if (connection.signed) removeMd5Key(connection.socket, address);
        connection.signed = false;
      } else if (connection.signed) {
        setMd5Key(connection.socket, address, key);
      } else {
        connection.end(this.#unsigned(address, device));
      }
    }
  }

  #deviceAt(address: string): Device | undefined {
    const match = this.#registry.findByAddress(address);
    return match.kind === "device" ? match.device : undefined;
  }

  #keyOf(device: Device | undefined): Uint8Array | undefined {
    return device?.md5KeySetAt === undefined ? undefined : this.#registry.md5Key(device.id);
  }

  #unsigned(address: string, device: Device | undefined): string {
    this.counters.unsigned += 1;
    const name = device?.name ?? "NAME";
    const reason = "the device has an MD5 key in the registry and does not sign";
    this.#logger
      .limited(`md5 unsigned ${address}`, TELL_AGAIN_SECONDS)
      .warn(
        { device: name, "device-ip": address },
        `connection refused: ${reason}; set the password on the device, or take the key away: netferry device set ${name} --unset md5-key`,
      );
    return reason;
  }

  #guarded(address: string, work: () => void): string | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      this.counters.keysRefused += 1;
      const text = `its TCP MD5 key was not taken: ${errorText(error)}`;
      this.#logger.limited(`md5 key ${address}`, TELL_AGAIN_SECONDS).error({ "device-ip": address }, text);
      return text;
    }
  }
}

function familyOf(server: Server): string | undefined {
  const bound = server.address();
  return bound === null || typeof bound === "string" ? undefined : bound.family;
}

function familyName(address: string): "IPv4" | "IPv6" {
  return address.includes(":") ? "IPv6" : "IPv4";
}
