import { createServer as createHttpServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { formatHostPort, listenError } from "@netferry/service";
import type { HostPort } from "@netferry/service";

/** Most connections at once; the kernel turns further ones away. */
export const MAX_CONNECTIONS = 1_024;
/** A connection on which nothing moves for so long is closed, also one whose client stopped reading. */
export const IDLE_TIMEOUT_MS = 60_000;
/** A request must have arrived whole within this. */
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_HEADER_OCTETS = 16 * 1024;

export interface HttpServerOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** An empty host means all addresses, IPv4 and IPv6. */
  readonly listen: HostPort;
  /** PEM. Without it the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** For the error of a listener that can't be opened, such as `HTTP listener (--http-listen)`. */
  readonly name: string;
}

export interface HttpServer {
  /** The address it really listens on, `address:port`; the port is the system's choice where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  /** Takes no more requests, and breaks off after `graceMs` what is still under way. */
  close(graceMs: number): Promise<void>;
}

function createServer(options: HttpServerOptions): Server {
  // The global Request and Response stay the runtime's own: other parts of the process use them.
  const listener = getRequestListener(options.fetch, { overrideGlobalObjects: false });
  const onRequest = (...[request, response]: Parameters<typeof listener>): void => {
    // It answers its own errors; what it rejects with is a connection that is gone.
    listener(request, response).catch(() => response.destroy());
  };
  const settings = { requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_OCTETS };
  return options.tls === undefined
    ? createHttpServer(settings, onRequest)
    : createHttpsServer({ ...settings, ...options.tls, minVersion: "TLSv1.2" }, onRequest);
}

/** Listens. Throws an `OperatorError` where it can't. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port } = options.listen;
  const server = createServer(options);
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, options.name, formatHostPort(host, port))));
    server.listen({ port, ...(host === "" ? {} : { host }) }, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    address: formatHostPort(bound.address, bound.port),
    port: bound.port,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(deadline);
    },
  };
}
