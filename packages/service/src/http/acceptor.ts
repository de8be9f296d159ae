/** Serves an application on connections that somebody else accepted, such as those of a port that speaks HTTP/2 as well. */
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { DEFAULT_HTTP_LIMITS, type HttpLimits, requestListener, type ServeOptions } from "./server.ts";

/** Longest life of a connection: no client is slower than this, and none has more to say. */
const CONNECTION_LIFE_MS = 60_000;

export interface HttpAcceptor {
  /** Takes a connection over; closes it at once, counted, where too many are open. */
  accept(socket: Socket): void;
  /** Connections closed because `maxConnections` were open. */
  readonly refusedConnections: number;
  /** Cuts every connection. */
  close(): void;
}

export function createHttpAcceptor(
  options: Pick<ServeOptions, "app" | "logger" | "what"> & { readonly limits?: Partial<HttpLimits> },
): HttpAcceptor {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  // Node enforces its time limits only for servers that listen; here the connection's life bounds them all.
  const server = createServer(
    { maxHeaderSize: limits.maxHeaderBytes, keepAliveTimeout: limits.keepAliveSeconds * 1000 },
    requestListener(options, limits),
  );
  const open = new Set<Socket>();
  let refusedConnections = 0;
  return {
    accept(socket) {
      if (open.size >= limits.maxConnections) {
        refusedConnections += 1;
        socket.destroy();
        return;
      }
      open.add(socket);
      const timer = setTimeout(() => socket.destroy(), CONNECTION_LIFE_MS);
      socket.once("close", () => {
        clearTimeout(timer);
        open.delete(socket);
      });
      server.emit("connection", socket);
    },
    get refusedConnections() {
      return refusedConnections;
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}
