/** What a daemon tells of an HTTP server. */
import type { HttpServer } from "../http/server.ts";
import type { MetricRegistry } from "./registry.ts";

/** @param server the one that serves now; undefined while none does */
export function addHttpMetrics(
  registry: MetricRegistry,
  server: () => Pick<HttpServer, "connections" | "refusedConnections"> | undefined,
): void {
  registry.observableGauge(
    "netferry_http_connections",
    "Open connections to the HTTP server",
    () => server()?.connections,
  );
  registry.observableCounter(
    "netferry_http_refused_connections_total",
    "Connections to the HTTP server that were closed because too many were open",
    () => server()?.refusedConnections,
  );
}
