/** Devices that dial ingest themselves (`--bgp-listen`). */
import { createServer, type Server, type Socket } from "node:net";
import { canonicalAddress } from "@netferry/registry";
import { formatHostPort, type HostPort, listenOn, type Logger } from "@netferry/service";
import type { DirectMd5 } from "./direct-md5.ts";
import type { Admission } from "./devices/admission.ts";
import type { Peering } from "./devices/peering.ts";
import { DirectTransport } from "./session/direct-transport.ts";

/** Connections of devices at once, in all and from one address. */
const MAX_CONNECTIONS = 20_000;
const MAX_CONNECTIONS_PER_ADDRESS = 16;

export interface DirectListenerCounters {
  accepted: number;
  rejectedBlocked: number;
  acceptFailures: number;
  rejectedTooManyFromAddress: number;
  /** The device must sign, and its connection is not signed. */
  rejectedMd5: number;
}

export class DirectListener {
  readonly counters: DirectListenerCounters = {
    accepted: 0,
    rejectedBlocked: 0,
    acceptFailures: 0,
    rejectedTooManyFromAddress: 0,
    rejectedMd5: 0,
  };
  readonly #peering: Peering;
  readonly #md5: DirectMd5;
  readonly #logger: Logger;
  readonly #servers: Server[] = [];
  readonly #addresses: string[] = [];
  readonly #byAddress = new Map<string, number>();

  constructor(peering: Peering, md5: DirectMd5, logger: Logger) {
    this.#peering = peering;
    this.#md5 = md5;
    this.#logger = logger;
  }

  /** host:port of every listener that is bound. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** Those sockets, to be looked at. */
  get servers(): readonly Server[] {
    return this.#servers;
  }

  async listen(at: HostPort): Promise<void> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: false }, (socket) =>
      this.#accept(socket),
    );
    server.maxConnections = MAX_CONNECTIONS;
    const bound = await listenOn(server, at, {
      what: "BGP listener (--bgp-listen)",
      ipv6Only: true,
      onError: (error) => {
        this.counters.acceptFailures += 1;
        this.#logger.limited("accept", 60).error({ err: error }, "a device's connection could not be taken");
      },
    });
    this.#servers.push(server);
    this.#md5.listening(server);
    this.#addresses.push(formatHostPort(bound.host, bound.port));
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }

  #accept(socket: Socket): void {
    // An error without a listener would end the process; what it says shows when the socket closes.
    socket.on("error", () => undefined);
    const address = socket.remoteAddress === undefined ? undefined : canonicalAddress(socket.remoteAddress);
    if (address === undefined || socket.remotePort === undefined || socket.localAddress === undefined) {
      socket.destroy();
      return;
    }
    const open = this.#byAddress.get(address) ?? 0;
    if (open >= MAX_CONNECTIONS_PER_ADDRESS) {
      this.counters.rejectedTooManyFromAddress += 1;
      this.#logger
        .limited(`too many ${address}`, 60)
        .warn(
          { "device-ip": address },
          `connection refused: more than ${MAX_CONNECTIONS_PER_ADDRESS} from one address`,
        );
      socket.destroy();
      return;
    }
    const admission: Admission = this.#peering.admit(address, 0);
    if (admission.kind === "block") {
      this.counters.rejectedBlocked += 1;
      this.#logger
        .limited(`blocked ${address}`, admission.ttlSeconds)
        .warn({ "device-ip": address, cause: admission.cause }, `connection refused: ${admission.reason}`);
      socket.destroy();
      return;
    }
    if (this.#md5.refusal(socket, address) !== undefined) {
      this.counters.rejectedMd5 += 1;
      socket.destroy();
      return;
    }
    this.counters.accepted += 1;
    this.#byAddress.set(address, open + 1);
    socket.once("close", () => {
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    });
    const local = canonicalAddress(socket.localAddress) ?? socket.localAddress;
    const transport = new DirectTransport(socket, {
      deviceAddress: address,
      peer: formatHostPort(address, socket.remotePort),
      local: formatHostPort(local, socket.localPort ?? 0),
    });
    const refusal = this.#peering.begin(transport, 0);
    if (refusal === undefined) {
      this.#md5.watch(socket, address, (reason) => this.#peering.endTransport(transport.id, reason));
      return;
    }
    this.#logger
      .limited(`refused ${address}`, 60)
      .warn({ "device-ip": address }, `connection refused: ${refusal}`);
    socket.destroy();
  }
}
