/** The connections of devices that are up, by address, and whether they are signed. */
import type { Socket } from "node:net";

export interface LiveConnection {
  readonly socket: Socket;
  /** The agent's own address. */
  readonly localAddress: string;
  /** Undefined where it is to be found out: the connection comes from another process. */
  signed: boolean | undefined;
  /** Ends the session, with a reason for the log and the device. */
  readonly end: (reason: string) => void;
}

export class LiveConnections {
  readonly #byAddress = new Map<string, Set<LiveConnection>>();

  add(address: string, connection: LiveConnection): void {
    const connections = this.#byAddress.get(address) ?? new Set();
    connections.add(connection);
    this.#byAddress.set(address, connections);
  }

  delete(address: string, connection: LiveConnection): void {
    const connections = this.#byAddress.get(address);
    connections?.delete(connection);
    if (connections?.size === 0) this.#byAddress.delete(address);
  }

  has(address: string): boolean {
    return this.#byAddress.has(address);
  }

  /** Without those that are being closed already. */
  of(address: string): LiveConnection[] {
    return [...(this.#byAddress.get(address) ?? [])].filter(({ socket }) => !socket.writableEnded);
  }

  addresses(): string[] {
    return [...this.#byAddress.keys()];
  }
}
