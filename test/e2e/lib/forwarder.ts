/** A way to a TCP port that can be cut and mended. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { hostPort } from "./deployment.ts";

export class Forwarder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      if (this.#isCut) {
        socket.destroy();
        return;
      }
      const onward = connect(target);
      this.#sockets.add(onward);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        one.on("error", () => undefined);
        one.on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  /** @param target host:port */
  static async to(target: string): Promise<Forwarder> {
    const forwarder = new Forwarder(hostPort(target));
    forwarder.#server.listen(0, "127.0.0.1");
    await once(forwarder.#server, "listening");
    return forwarder;
  }

  /** host:port to dial instead. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resets what is there, and takes nothing more. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
