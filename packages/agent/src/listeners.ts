/** The sockets that devices connect to. Owns them; what connects is somebody else's. */
import { lookup } from "node:dns/promises";
import { createServer, type Server, type Socket } from "node:net";
import { formatAddress, parseAddress } from "@netferry/bgp";
import { adoptServer, closeDescriptor, duplicateDescriptor } from "@netferry/kernel";
import { type HostPort, listenOn } from "@netferry/service";

export interface ListenersOptions {
  readonly listen: readonly HostPort[];
  readonly onConnection: (socket: Socket) => void;
  /** The system could not hand a connection over. */
  readonly onAcceptError: (error: Error) => void;
}

export class Listeners {
  readonly #options: ListenersOptions;
  #servers: Server[] = [];

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  get servers(): readonly Server[] {
    return this.#servers;
  }

  /** Where each is bound. */
  get addresses(): HostPort[] {
    return this.#servers.flatMap(boundAddress);
  }

  /**
   * Binds all of them; those that an agent before was bound to are taken as they are, with what waits in their queues.
   * Owns the descriptors from now on. Rejects with one line where a port can't be had, and then none is left open.
   */
  async open(inherited: readonly number[] = []): Promise<void> {
    const adopted: Server[] = [];
    const unbound: HostPort[] = [];
    try {
      for (const descriptor of inherited) adopted.push(await this.#adopt(descriptor));
      for (const at of this.#options.listen) {
        const wanted = await resolved(at);
        const index = adopted.findIndex((server) => isBoundTo(server, wanted));
        if (index === -1) unbound.push(at);
        else this.#servers.push(...adopted.splice(index, 1));
      }
      for (const at of unbound) this.#servers.push(await this.#bind(at));
    } catch (error) {
      this.close();
      throw error;
    } finally {
      // What is not listened to any more.
      for (const server of adopted) server.close();
    }
  }

  close(): void {
    for (const server of this.#servers) server.close();
    this.#servers = [];
  }

  /**
   * Stops taking connections: they wait in the kernel for whoever adopts the descriptors, which are the caller's.
   */
  rest(): number[] {
    const descriptors = this.#servers.map((server) => duplicateDescriptor(server));
    this.close();
    return descriptors;
  }

  async #adopt(descriptor: number): Promise<Server> {
    const server = this.#create();
    try {
      await adoptServer(server, descriptor);
    } catch (error) {
      closeDescriptor(descriptor);
      throw error;
    }
    server.on("error", (error) => this.#options.onAcceptError(error));
    return server;
  }

  async #bind(at: HostPort): Promise<Server> {
    const server = this.#create();
    await listenOn(server, at, {
      what: "BGP listener (--listen)",
      ipv6Only: true,
      onError: (error) => this.#options.onAcceptError(error),
    });
    return server;
  }

  #create(): Server {
    return createServer({ pauseOnConnect: true, allowHalfOpen: false }, (socket) =>
      this.#options.onConnection(socket),
    );
  }
}

function boundAddress(server: Server): HostPort[] {
  const address = server.address();
  return address === null || typeof address === "string"
    ? []
    : [{ host: address.address, port: address.port }];
}

/** With the address that a name stands for, and `::` for all addresses. */
async function resolved({ host, port }: HostPort): Promise<HostPort> {
  if (host === "") return { host: "::", port };
  const octets = parseAddress(host);
  return { host: octets === undefined ? (await lookup(host)).address : formatAddress(octets), port };
}

function isBoundTo(server: Server, { host, port }: HostPort): boolean {
  return boundAddress(server).some((bound) => bound.host === host && (port === 0 || bound.port === port));
}
