/**
 * The port of an ingest's relay: TLS, or plain TCP where that is asked for, and on it HTTP/2 for the streams and
 * HTTP/1.1 for what agents export.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** Until a client has finished the TLS handshake, or sent the first bytes where there is no TLS. */
export const RELAY_HANDSHAKE_TIMEOUT_MS = 10_000;

/** How an HTTP/2 connection begins without TLS (RFC 9113 section 3.4). */
const HTTP2_PREFACE = Buffer.from("PRI ");

export interface RelayListenerOptions {
  /** PEM; undefined for plain TCP. */
  readonly certificate: { readonly certPem: string; readonly keyPem: string } | undefined;
  readonly onHttp2: (socket: Socket) => void;
  readonly onHttp1: (socket: Socket) => void;
}

/** Listens and hands connections out by protocol; those that were handed out are their takers' affair. */
export class RelayListener {
  readonly #server: Server;
  /** Accepted, and not handed out yet. */
  readonly #pending = new Set<Socket>();

  constructor({ certificate, onHttp2, onHttp1 }: RelayListenerOptions) {
    if (certificate === undefined) {
      this.#server = createServer((socket) => {
        this.#sniff(socket, onHttp2, onHttp1);
      });
      return;
    }
    const server = createTlsServer(
      {
        cert: certificate.certPem,
        key: certificate.keyPem,
        ALPNProtocols: ["h2", "http/1.1"],
        handshakeTimeout: RELAY_HANDSHAKE_TIMEOUT_MS,
      },
      (socket) => {
        // An error without a listener would end the process.
        socket.on("error", () => undefined);
        if (socket.alpnProtocol === "h2") onHttp2(socket);
        else onHttp1(socket);
      },
    );
    server.on("connection", (socket: Socket) => this.#track(socket));
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    this.#server = server;
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
    for (const socket of this.#pending) socket.destroy();
  }

  #track(socket: Socket): void {
    this.#pending.add(socket);
    socket.once("close", () => this.#pending.delete(socket));
  }

  #sniff(socket: Socket, onHttp2: (socket: Socket) => void, onHttp1: (socket: Socket) => void): void {
    this.#pending.add(socket);
    const forget = (): void => {
      clearTimeout(timer);
      this.#pending.delete(socket);
    };
    const timer = setTimeout(() => socket.destroy(), RELAY_HANDSHAKE_TIMEOUT_MS);
    socket.on("error", () => undefined);
    socket.once("close", forget);
    const look = (): void => {
      const head: unknown = socket.read();
      if (!Buffer.isBuffer(head)) return;
      socket.unshift(head);
      const compared = Math.min(head.length, HTTP2_PREFACE.length);
      const http2 = head.subarray(0, compared).equals(HTTP2_PREFACE.subarray(0, compared));
      if (http2 && compared < HTTP2_PREFACE.length) return;
      socket.off("readable", look);
      socket.off("close", forget);
      forget();
      if (http2) onHttp2(socket);
      else onHttp1(socket);
    };
    socket.on("readable", look);
  }
}
