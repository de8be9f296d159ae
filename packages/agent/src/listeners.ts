/** The sockets that devices connect to. Owns them; what connects is somebody else's. */
import { lookup } from "node:dns/promises";
import { createServer, type Server, type Socket } from "node:net";
import { formatAddress, parseAddress } from "@netferry/bgp";
import { adoptServer, closeDescriptor, duplicateDescriptor, isListening } from "@netferry/kernel";
import { errorText, formatHostPort, type HostPort, listenOn } from "@netferry/service";

export interface ListenersOptions {
  readonly listen: readonly HostPort[];
  readonly onConnection: (socket: Socket) => void;
  /** The system could not hand a connection over. */
  readonly onAcceptError: (error: Error) => void;
}

export class Listeners {
  readonly #options: ListenersOptions;
  #servers: Server[] = [];
  /** Where each was bound: one that is closed does not tell any more. */
  readonly #places = new WeakMap<Server, HostPort>();
  /** Where a socket is gone and no other could be bound yet. */
  #unbound: HostPort[] = [];

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

  /**
   * Asks the kernel about every socket, and binds those anew that are gone (the runtime is not told of that, and takes no
   * connection any more). Returns what was found wrong, one text each.
   */
  async mend(): Promise<string[]> {
    const problems: string[] = [];
    for (const server of this.#servers) {
      if (isListening(server)) continue;
      this.#servers = this.#servers.filter((each) => each !== server);
      // While it is there, the loop finds it ready again and again, and nothing to take from it.
      server.close();
      const at = this.#places.get(server);
      if (at !== undefined) this.#unbound.push(at);
    }
    const wanted = this.#unbound;
    const left: HostPort[] = [];
    for (const at of wanted) {
      const text = `the listening socket of ${formatHostPort(at.host, at.port)} was gone`;
      try {
        const server = await this.#bind(at);
        // Closed meanwhile.
        if (this.#unbound === wanted) this.#servers.push(server);
        else server.close();
        problems.push(`${text}; it is open again`);
      } catch (error) {
        left.push(at);
        problems.push(`${text}, and can't be had again: ${errorText(error)}`);
      }
    }
    if (this.#unbound === wanted) this.#unbound = left;
    return problems;
  }

  close(): void {
    for (const server of this.#servers) server.close();
    this.#servers = [];
    this.#unbound = [];
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
    for (const at of boundAddress(server)) this.#places.set(server, at);
    return server;
  }

  async #bind(at: HostPort): Promise<Server> {
    const server = this.#create();
    const bound = await listenOn(server, at, {
      what: "BGP listener (--listen)",
      ipv6Only: true,
      onError: (error) => this.#options.onAcceptError(error),
    });
    this.#places.set(server, bound);
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
