/** Devices that dial ingest themselves (`--bgp-listen`). */
import { createServer, type Server, type Socket } from "node:net";
import { descriptorOf } from "@netferry/kernel";
import { canonicalAddress } from "@netferry/registry";
import {
  type Clock,
  type ConnectionBound,
  ConnectionBounds,
  formatHostPort,
  type HostPort,
  listenOn,
  type Logger,
  RationedLines,
} from "@netferry/service";
import type { DirectMd5 } from "./direct-md5.ts";
import type { Admission } from "./devices/admission.ts";
import type { Peering } from "./devices/peering.ts";
import { DirectTransport } from "./session/direct-transport.ts";

/** Connections of one address at once. */
const MAX_CONNECTIONS_PER_ADDRESS = 16;
/** New connections of one address: a router that is turned away tries again after some seconds. */
const CONNECTION_RATE = { perSecond: 0.2, burst: 32 };
/** Lines about refused connections, from however many addresses they come; of one address and cause one in a while. */
const REFUSAL_LINES = { perSecond: 0.1, burst: 20 };
const TELL_AGAIN_SECONDS = 1_200;

const BOUND_TEXT = {
  address: `${MAX_CONNECTIONS_PER_ADDRESS} connections of this address are open`,
  descriptors:
    "the file descriptors of the process run out; raise its limit (LimitNOFILE= in the unit, ulimit -n)",
  rate: `the address connects too often (${CONNECTION_RATE.burst} times at once, then every ${1 / CONNECTION_RATE.perSecond} s)`,
  total: "as many are open as ingest takes",
} as const satisfies Record<ConnectionBound, string>;

const BOUND_COUNTER = {
  address: "rejectedTooManyFromAddress",
  descriptors: "rejectedNoDescriptors",
  rate: "rejectedTooOften",
  total: "rejectedTooMany",
} as const satisfies Record<ConnectionBound, keyof DirectListenerCounters>;

export interface DirectListenerOptions {
  readonly peering: Peering;
  readonly md5: DirectMd5;
  /** Connections at once, and the first descriptor number that is not for them. */
  readonly limits: { readonly connections: number; readonly descriptors: number };
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface DirectListenerCounters {
  accepted: number;
  rejectedBlocked: number;
  acceptFailures: number;
  rejectedTooMany: number;
  rejectedTooManyFromAddress: number;
  /** The address connects again and again. */
  rejectedTooOften: number;
  rejectedNoDescriptors: number;
  /** Its device has as many sessions as it may, for instance. */
  rejectedByPeering: number;
  /** Gone before they could be looked at. */
  aborted: number;
  /** The device must sign, and its connection is not signed. */
  rejectedMd5: number;
}

export class DirectListener {
  readonly counters: DirectListenerCounters = {
    accepted: 0,
    rejectedBlocked: 0,
    acceptFailures: 0,
    rejectedTooMany: 0,
    rejectedTooManyFromAddress: 0,
    rejectedTooOften: 0,
    rejectedNoDescriptors: 0,
    rejectedByPeering: 0,
    aborted: 0,
    rejectedMd5: 0,
  };
  readonly #peering: Peering;
  readonly #md5: DirectMd5;
  readonly #logger: Logger;
  readonly #servers: Server[] = [];
  readonly #addresses: string[] = [];
  readonly #bounds: ConnectionBounds;
  readonly #lines: RationedLines;

  constructor({ peering, md5, limits, clock, logger }: DirectListenerOptions) {
    this.#peering = peering;
    this.#md5 = md5;
    this.#logger = logger;
    this.#bounds = new ConnectionBounds(
      {
        total: limits.connections,
        perAddress: MAX_CONNECTIONS_PER_ADDRESS,
        rate: CONNECTION_RATE,
        descriptors: limits.descriptors,
      },
      () => clock.monotonic(),
    );
    this.#lines = new RationedLines({ clock, logger, everySeconds: TELL_AGAIN_SECONDS, rate: REFUSAL_LINES });
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
      this.counters.aborted += 1;
      socket.destroy();
      return;
    }
    const admission: Admission = this.#peering.admit(address, 0);
    if (admission.kind === "block") {
      this.#refuse(socket, address, "rejectedBlocked", admission.reason);
      return;
    }
    const bound = this.#bounds.bound(address, descriptorOf(socket));
    if (bound !== undefined) {
      this.#refuse(socket, address, BOUND_COUNTER[bound], BOUND_TEXT[bound]);
      return;
    }
    const unsigned = this.#md5.refusal(socket, address);
    if (unsigned !== undefined) {
      this.counters.rejectedMd5 += 1;
      this.#peering.refused(admission.device.id, `connection refused: ${unsigned}`);
      socket.destroy();
      return;
    }
    this.counters.accepted += 1;
    this.#bounds.opened(address);
    socket.once("close", () => this.#bounds.closed(address));
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
    this.#refuse(socket, address, "rejectedByPeering", refusal);
  }

  #refuse(socket: Socket, address: string, counter: keyof DirectListenerCounters, reason: string): void {
    this.counters[counter] += 1;
    const fields = { "device-ip": address, connections: this.#bounds.total };
    this.#lines.write(`${counter} ${address}`, "warn", fields, `connection refused: ${reason}`);
    socket.destroy();
  }
}
