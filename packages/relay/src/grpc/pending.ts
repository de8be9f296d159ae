/** Connections that have not said yet what they speak. */
import type { Socket } from "node:net";

/** Such connections, in all and of one address: many agents may stand behind one, and an agent opens many at once. */
export const MAX_PENDING = 2_048;
export const MAX_PENDING_PER_ADDRESS = 1_024;

export class PendingConnections {
  /** By the far end's address and port. */
  readonly #sockets = new Map<string, Socket>();
  readonly #byAddress = new Map<string, number>();

  get size(): number {
    return this.#sockets.size;
  }

  /** Takes a connection that was just accepted, until it closes or is {@link settled}; a text says which bound it breaks. */
  take(socket: Socket): "pending-from-address" | "pending" | undefined {
    const address = socket.remoteAddress ?? "";
    const held = this.#byAddress.get(address) ?? 0;
    if (this.#sockets.size >= MAX_PENDING) return "pending";
    if (held >= MAX_PENDING_PER_ADDRESS) return "pending-from-address";
    const end = endOf(socket);
    this.#sockets.set(end, socket);
    this.#byAddress.set(address, held + 1);
    socket.once("close", () => this.#forget(end, address));
    return undefined;
  }

  /** It speaks; the socket may be another over the same connection. */
  settled(socket: Socket): void {
    this.#forget(endOf(socket), socket.remoteAddress ?? "");
  }

  /** Cuts all of them. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #forget(end: string, address: string): void {
    if (!this.#sockets.delete(end)) return;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
