/** Serves a hono application over HTTP or HTTPS, with limits and a graceful end. */
import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Logger } from "../log/logger.ts";
import { formatHostPort, type HostPort } from "../net/host-port.ts";
import { listenOn } from "../net/listen.ts";
import { limitBody } from "./body-limit.ts";
import { errorResponse } from "./respond.ts";

/** Every bound of an HTTP server. */
export interface HttpLimits {
  /** Connections at a time; a further one is closed at once and counted. */
  readonly maxConnections: number;
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  /** Until all headers of a request are there. */
  readonly headersTimeoutSeconds: number;
  /** Until all of a request is there. Says nothing of how long the answer takes. */
  readonly requestTimeoutSeconds: number;
  /** A connection without a request is closed after this. */
  readonly keepAliveSeconds: number;
  /** A connection on which nothing moves while a request is served is closed after this. */
  readonly idleTimeoutSeconds: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  maxConnections: 256,
  maxBodyBytes: 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  headersTimeoutSeconds: 10,
  requestTimeoutSeconds: 60,
  keepAliveSeconds: 15,
  idleTimeoutSeconds: 300,
};

/** How often a server that is closing looks for connections that have nothing left to do. */
const IDLE_SWEEP_MS = 20;

/** A hono application, or anything that answers requests the same way. */
export interface HttpApp {
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
}

export interface ServeOptions {
  readonly app: HttpApp;
  readonly listen: HostPort;
  /** Names the listener and its flag in errors: `"HTTP API (--http-listen)"`. */
  readonly what: string;
  readonly tls?: { readonly certPem: string; readonly keyPem: string };
  readonly limits?: Partial<HttpLimits>;
  readonly logger?: Logger;
}

export interface HttpServer {
  /** Where it is bound. */
  readonly address: HostPort;
  /** `http://127.0.0.1:20920`, for people; an address that listens on all is shown as the loopback one. */
  readonly url: string;
  readonly connections: number;
  /** Connections closed because `maxConnections` were open. */
  readonly refusedConnections: number;
  /**
   * Takes no more connections, lets requests that are being served end, and after `graceSeconds` (5) closes
   * what is left.
   */
  close(graceSeconds?: number): Promise<void>;
}

/** Rejects with an `OperatorError` where it cannot listen. */
export async function serveHttp(options: ServeOptions): Promise<HttpServer> {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const server = createHttpServer(options, limits);
  let refusedConnections = 0;
  let connections = 0;
  server.maxConnections = limits.maxConnections;
  server.on("drop", () => {
    refusedConnections += 1;
    options.logger
      ?.limited(`http connections ${options.what}`, 60)
      .warn({ limit: limits.maxConnections }, `${options.what}: connection refused, too many are open`);
  });
  server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  const address = await listenOn(server, options.listen, {
    what: options.what,
    onError: (error) => {
      options.logger
        ?.limited(`http accept ${options.what}`, 60)
        .error({ err: error }, `${options.what}: cannot accept`);
    },
  });
  const scheme = options.tls === undefined ? "http" : "https";
  return {
    address,
    url: `${scheme}://${formatHostPort(reachableHost(address.host), address.port)}`,
    get connections() {
      return connections;
    },
    get refusedConnections() {
      return refusedConnections;
    },
    close: (graceSeconds = 5) => closeServer(server, graceSeconds),
  };
}

function createHttpServer(options: ServeOptions, limits: HttpLimits): Server {
  const settings: ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutSeconds * 1000,
    requestTimeout: limits.requestTimeoutSeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    // The limits above are enforced this often.
    connectionsCheckingInterval: 1000,
  };
  const listener = requestListener(options, limits);
  const { tls } = options;
  const server: Server =
    tls === undefined
      ? createServer(settings, listener)
      : createTlsServer(
          {
            ...settings,
            cert: tls.certPem,
            key: tls.keyPem,
            minVersion: "TLSv1.2",
            handshakeTimeout: settings.headersTimeout,
          },
          listener,
        );
  server.setTimeout(limits.idleTimeoutSeconds * 1000);
  return server;
}

/** What answers requests within these limits, for a server of Node's. */
export function requestListener(
  { app, logger, what }: Pick<ServeOptions, "app" | "logger" | "what">,
  limits: HttpLimits,
): RequestListener {
  const failed = (error: unknown): Response => {
    logger?.error({ err: error }, `${what}: a request failed`);
    return errorResponse(500, "internal", "the server failed on this request; its log says why");
  };
  const outer = new Hono();
  outer.use(limitBody(limits.maxBodyBytes));
  outer.all("*", (context) => app.fetch(context.req.raw, context.env));
  outer.onError(failed);
  // The globals stay those of Node: what else runs in the process must not notice.
  const listener = getRequestListener(outer.fetch, { overrideGlobalObjects: false, errorHandler: failed });
  return (incoming, outgoing) => void listener(incoming, outgoing);
}

async function closeServer(server: Server, graceSeconds: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // Node keeps a connection open whose request ends after the close, until its keep-alive time is over.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function reachableHost(host: string): string {
  if (host === "::") return "::1";
  return host === "0.0.0.0" ? "127.0.0.1" : host;
}
