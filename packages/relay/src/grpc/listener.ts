/**
 * The port of an ingest's relay: TLS, or plain TCP where that is asked for, and on it HTTP/2 for the streams and
 * HTTP/1.1 for what agents export.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { PendingConnections } from "./pending.ts";

/** Until a client has finished the TLS handshake, or sent the first bytes where there is no TLS. */
export const RELAY_HANDSHAKE_TIMEOUT_MS = 10_000;

/** Why a connection came to nothing: its handshake failed, or it was not taken. */
export type RelayRefusal = "handshake" | "pending" | "pending-from-address" | "total";

/** How an HTTP/2 connection begins without TLS (RFC 9113 section 3.4). */
const HTTP2_PREFACE = Buffer.from("PRI ");

export interface RelayListenerOptions {
  /** PEM; undefined for plain TCP. */
  readonly certificate: { readonly certPem: string; readonly keyPem: string } | undefined;
  /** Connections at once, whatever they speak. */
  readonly maxConnections: number;
  readonly onHttp2: (socket: Socket) => void;
  readonly onHttp1: (socket: Socket) => void;
  readonly onRefused: (cause: RelayRefusal, address: string) => void;
}

/** Listens and hands connections out by protocol; those that were handed out are their takers' affair. */
export class RelayListener {
  readonly #server: Server;
  /** Accepted, and not handed out yet. */
  readonly #pending = new PendingConnections();
  readonly #options: RelayListenerOptions;

  constructor(options: RelayListenerOptions) {
    this.#options = options;
    const begin =
      options.certificate === undefined ? this.#sniffing() : this.#shakingHands(options.certificate);
    this.#server = createServer((socket) => {
      // An error without a listener would end the process.
      socket.on("error", () => undefined);
      const refusal = this.#pending.take(socket);
      if (refusal === undefined) {
        begin(socket);
        return;
      }
      options.onRefused(refusal, socket.remoteAddress ?? "");
      socket.destroy();
    });
    this.#server.maxConnections = options.maxConnections;
    this.#server.on("drop", (dropped) => options.onRefused("total", dropped?.remoteAddress ?? ""));
  }

  /**
   * Binds; resolves to the port, which matters where 0 was asked for.
   * Rejects with the system's error (EADDRINUSE, EACCES, ...).
   */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", reject);
        // Running out of descriptors is no reason to end; the connection that was not accepted is retried.
        this.#server.on("error", () => undefined);
        const address = this.#server.address();
        resolve(address === null || typeof address === "string" ? port : address.port);
      });
    });
  }

  /** The listening socket, to be looked at. */
  get server(): Server {
    return this.#server;
  }

  /** Takes no more connections, and drops those that have not said yet what they speak. */
  close(): void {
    this.#server.close();
    this.#pending.close();
  }

  /** What begins TLS on a connection. */
  #shakingHands({
    certPem,
    keyPem,
  }: {
    readonly certPem: string;
    readonly keyPem: string;
  }): (socket: Socket) => void {
    const { onHttp2, onHttp1, onRefused } = this.#options;
    const tls = createTlsServer(
      {
        cert: certPem,
        key: keyPem,
        ALPNProtocols: ["h2", "http/1.1"],
        handshakeTimeout: RELAY_HANDSHAKE_TIMEOUT_MS,
      },
      (socket) => {
        socket.on("error", () => undefined);
        this.#pending.settled(socket);
        if (socket.alpnProtocol === "h2") onHttp2(socket);
        else onHttp1(socket);
      },
    );
    tls.on("tlsClientError", (_error, socket) => {
      onRefused("handshake", socket.remoteAddress ?? "");
      socket.destroy();
    });
    return (socket) => void tls.emit("connection", socket);
  }

  /** What looks at the first octets of a connection. */
  #sniffing(): (socket: Socket) => void {
    const { onHttp2, onHttp1, onRefused } = this.#options;
    return (socket) => {
      const timer = setTimeout(() => {
        onRefused("handshake", socket.remoteAddress ?? "");
        socket.destroy();
      }, RELAY_HANDSHAKE_TIMEOUT_MS);
      const forget = (): void => clearTimeout(timer);
      socket.once("close", forget);
      let head = Buffer.alloc(0);
      const look = (): void => {
        const more: unknown = socket.read();
        if (!Buffer.isBuffer(more)) return;
        // Given back only when it is enough: a socket that has something to read says so again at once, for ever.
        head = Buffer.concat([head, more]);
        const compared = Math.min(head.length, HTTP2_PREFACE.length);
        const http2 = head.subarray(0, compared).equals(HTTP2_PREFACE.subarray(0, compared));
        if (http2 && compared < HTTP2_PREFACE.length) return;
        socket.unshift(head);
        socket.off("readable", look);
        socket.off("close", forget);
        forget();
        this.#pending.settled(socket);
        if (http2) onHttp2(socket);
        else onHttp1(socket);
      };
      socket.on("readable", look);
    };
  }
}
